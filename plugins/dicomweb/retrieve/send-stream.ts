// Sends instances, frames and values as long answers, one or many parts of them.
import { randomUUID } from "node:crypto";
import { sendContent } from "@thalamus/sdk/web";
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

const ENDS = {
  complete: undefined,
  gone: "dicomweb.gone",
  idle: "dicomweb.idle",
  stopped: "dicomweb.stopping",
} as const;

/** A client that goes away or takes too little ends it, which is told in the log. */
export async function sendStream(
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  content: AsyncIterable<Uint8Array>,
  { counts, idleMs }: SendParts,
): Promise<void> {
  const { response, fields, signal } = exchange;
  const { end, bytes } = await sendContent(response, { status: 200, headers }, content, { idleMs, signal });
  counts.sent(bytes);
  fields["bytes"] = bytes;
  if (ENDS[end] !== undefined) fields["code"] = ENDS[end];
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
