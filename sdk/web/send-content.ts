// Sends a long answer piece by piece: never faster than the client takes it, and not for ever.
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { AnswerHeaders } from "./answer.ts";
import { Pace } from "./pace.ts";

/** How it ended: whole, the client went away, it took too little in the idle time, or the service stops. */
export type SendEnd = "complete" | "gone" | "idle" | "stopped";

export interface SendLimits {
  readonly idleMs: number;
  /** Ends it when the service stops. */
  readonly signal: AbortSignal;
}

/** What Node calls a connection that the client has closed. */
const GONE = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED", "ECONNRESET", "EPIPE"]);

/**
 * Whatever ends it early breaks the connection, so that nobody takes half an answer for a whole one.
 * @throws what the content throws
 */
export async function sendContent(
  response: ServerResponse,
  head: { readonly status: number; readonly headers: AnswerHeaders },
  content: AsyncIterable<Uint8Array>,
  { idleMs, signal }: SendLimits,
): Promise<{ readonly end: SendEnd; readonly bytes: number }> {
  let bytes = 0;
  if (response.destroyed) return { end: "gone", bytes };
  const ending = new AbortController();
  let late = false;
  const pace = new Pace(idleMs, () => {
    late = true;
    ending.abort();
  });
  const stop = () => ending.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const counted = async function* () {
    for await (const piece of content) {
      yield piece;
      bytes += piece.length;
      pace.progress(piece.length);
    }
  };
  response.writeHead(head.status, head.headers);
  try {
    await pipeline(Readable.from(counted(), { objectMode: false }), response, { signal: ending.signal });
    return { end: "complete", bytes };
  } catch (error) {
    if (late) return { end: "idle", bytes };
    if (signal.aborted) return { end: "stopped", bytes };
    if (GONE.has((error as NodeJS.ErrnoException).code ?? "")) return { end: "gone", bytes };
    throw error;
  } finally {
    pace.end();
    signal.removeEventListener("abort", stop);
  }
}
