// Sends long answers piece by piece: never faster than the client takes them, and not for ever.
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Pace } from "@thalamus/sdk/web";
import type { Exchange } from "../exchange.ts";
import type { DicomwebCounts } from "../metrics.ts";

/** One part of an answer, or the whole of it. */
export interface Representation {
  /** With its transfer syntax. */
  readonly contentType: string;
  /** Where it can be had by itself. */
  readonly location?: string;
  /** In bytes, when known. */
  readonly length?: number;
  /** Opens what it reads when it is begun, and closes it at its end. */
  content(): AsyncIterable<Uint8Array>;
}

export interface SendParts {
  readonly counts: DicomwebCounts;
  readonly idleMs: number;
}

/** What Node calls a connection that the client has closed. */
const GONE = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED", "ECONNRESET", "EPIPE"]);

/** @param mediaType type of the parts, without parameters */
export function sendMultipart(
  exchange: Exchange,
  mediaType: string,
  parts: Iterable<Representation> | AsyncIterable<Representation>,
  send: SendParts,
): Promise<void> {
  const boundary = randomUUID();
  const type = `multipart/related; type="${mediaType}"; boundary=${boundary}`;
  return sendStream(exchange, { "Content-Type": type }, partsOf(parts, boundary), send);
}

export function sendAlone(exchange: Exchange, whole: Representation, send: SendParts): Promise<void> {
  const { contentType, length } = whole;
  const headers = {
    "Content-Type": contentType,
    ...(length === undefined ? {} : { "Content-Length": String(length) }),
  };
  return sendStream(exchange, headers, whole.content(), send);
}

/**
 * A client that goes away or takes too little ends it, which is told in the log. What fails on our side breaks the
 * connection, so that nobody takes half an answer for a whole one.
 */
export async function sendStream(
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  content: AsyncIterable<Uint8Array>,
  { counts, idleMs }: SendParts,
): Promise<void> {
  const { response, fields } = exchange;
  if (response.destroyed) return;
  const ending = new AbortController();
  let late = false;
  const pace = new Pace(idleMs, () => {
    late = true;
    ending.abort();
  });
  const stop = () => ending.abort();
  exchange.signal.addEventListener("abort", stop, { once: true });
  if (exchange.signal.aborted) stop();
  let bytes = 0;
  const counted = async function* () {
    for await (const piece of content) {
      yield piece;
      bytes += piece.length;
      pace.progress(piece.length);
    }
  };
  response.writeHead(200, headers);
  try {
    const { signal } = ending;
    await pipeline(Readable.from(counted(), { objectMode: false }), response, { signal });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (late) fields["code"] = "dicomweb.idle";
    else if (exchange.signal.aborted) fields["code"] = "dicomweb.stopping";
    else if (GONE.has(code ?? "")) fields["code"] = "dicomweb.gone";
    else throw error;
  } finally {
    pace.end();
    exchange.signal.removeEventListener("abort", stop);
    counts.sent(bytes);
    fields["bytes"] = bytes;
  }
}

async function* partsOf(
  parts: Iterable<Representation> | AsyncIterable<Representation>,
  boundary: string,
): AsyncIterable<Uint8Array> {
  let lineEnd = "";
  for await (const { contentType, location, length, content } of parts) {
    const lines = [
      `${lineEnd}--${boundary}`,
      `Content-Type: ${contentType}`,
      ...(location === undefined ? [] : [`Content-Location: ${location}`]),
      ...(length === undefined ? [] : [`Content-Length: ${length}`]),
    ];
    yield Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    yield* content();
    lineEnd = "\r\n";
  }
  yield Buffer.from(`${lineEnd}--${boundary}--\r\n`, "latin1");
}
