// Reads the body of a request as it comes, with a brake, a size limit and a time limit for slow senders.
import type { IncomingMessage } from "node:http";
import { Pace } from "./pace.ts";

/** How it ended: whole, the sender went away, it was too slow, its body is too long, or the service stops. */
export type BodyEnd = "complete" | "gone" | "idle" | "too-large" | "stopped";

export interface BodyLimits {
  readonly maxBytes: number;
  readonly idleMs: number;
  /** Ends the reading when the service stops. */
  readonly signal: AbortSignal;
}

/**
 * @param take gets each piece; nothing more comes until what it returns resolves
 * @returns how it ended and how many bytes came
 * @throws what `take` throws
 */
export function readBody(
  request: IncomingMessage,
  take: (bytes: Buffer) => Promise<unknown> | undefined,
  { maxBytes, idleMs, signal }: BodyLimits,
): Promise<{ end: BodyEnd; bytes: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ end: BodyEnd; bytes: number }>();
  let bytes = 0;
  const finish = (end: BodyEnd) => resolve({ end, bytes });
  const pace = new Pace(idleMs, () => finish("idle"));
  const stopped = () => finish("stopped");
  const onData = (piece: Buffer) => {
    bytes += piece.length;
    pace.progress(piece.length);
    if (bytes > maxBytes) return finish("too-large");
    try {
      const busy = take(piece);
      if (busy) wait(busy);
    } catch (error) {
      reject(error);
    }
  };
  const wait = (busy: Promise<unknown>) => {
    request.pause();
    pace.hold();
    void busy.then(() => {
      pace.release();
      request.resume();
    }, reject);
  };
  const onEnd = () => finish("complete");
  const onClose = () => finish("gone");
  request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  signal.addEventListener("abort", stopped, { once: true });
  if (signal.aborted) stopped();
  return promise.finally(() => {
    pace.end();
    signal.removeEventListener("abort", stopped);
    request.off("data", onData).off("end", onEnd).off("close", onClose);
    if (!request.readableEnded && !request.destroyed) request.pause();
  });
}
