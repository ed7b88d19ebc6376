// Sends a file with its checksum: whole, a range of it, or nothing when the client has it already.
import type { DeskFile, OpenedFile } from "@thalamus/sdk";
import { DIGEST_HEADER } from "@thalamus/sdk/cloud";
import { contentDisposition, sendContent } from "@thalamus/sdk/web";
import type { Exchange } from "../exchange.ts";
import type { CloudApiCounts } from "../metrics.ts";
import { Refusal } from "../refusal.ts";

export interface FileToSend {
  readonly file: DeskFile;
  /** Not called when there is nothing to send: who opens a file is on record. */
  readonly open: () => Promise<OpenedFile>;
  /** For those who save it; ASCII without quotes. */
  readonly fileName: string;
}

const ENDS = {
  complete: undefined,
  gone: "cloud-api.gone",
  idle: "cloud-api.idle",
  stopped: "cloud-api.stopping",
} as const;

/** @throws Refusal 416 */
export async function sendFile(
  exchange: Exchange,
  { file, open, fileName }: FileToSend,
  counts: CloudApiCounts,
): Promise<void> {
  const { sha256, mediaType, bytes } = file;
  const etag = `"${sha256}"`;
  const headers = {
    ETag: etag,
    [DIGEST_HEADER]: `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
  };
  if (namesTag(exchange.header("if-none-match"), etag)) return exchange.empty(304, headers);
  const range = rangeOf(exchange, etag, bytes);
  const { from, to } = range ?? { from: 0, to: bytes - 1 };
  const { content } = await open();
  const status = range ? 206 : 200;
  const more = {
    "Content-Type": mediaType,
    "Content-Length": String(to - from + 1),
    "Content-Disposition": contentDisposition(fileName),
    ...(range ? { "Content-Range": `bytes ${from}-${to}/${bytes}` } : {}),
  };
  const head = { status, headers: { ...headers, ...more } };
  try {
    const sent = await sendContent(exchange.response, head, slice(content, from, to), exchange);
    counts.sent(sent.bytes);
    exchange.fields["bytes"] = sent.bytes;
    if (ENDS[sent.end] !== undefined) exchange.fields["code"] = ENDS[sent.end];
  } finally {
    content.destroy();
  }
}

/** RFC 9110 13.1.2: `*`, or a list of tags; weak ones count as strong here. */
const namesTag = (header: string | undefined, etag: string): boolean =>
  (header ?? "").split(",").some((tag) => ["*", etag, `W/${etag}`].includes(tag.trim()));

/**
 * One range of bytes (RFC 9110 14.2); several at once, and what cannot be read, are passed by, as it is allowed.
 * @throws Refusal 416 when it lies behind the end
 */
function rangeOf(exchange: Exchange, etag: string, bytes: number): { from: number; to: number } | undefined {
  const condition = exchange.header("if-range");
  if (condition !== undefined && condition !== etag) return undefined;
  const [found, first = "", last = ""] =
    /^bytes=(\d{0,15})-(\d{0,15})$/.exec(exchange.header("range") ?? "") ?? [];
  if (found === undefined || (first === "" && last === "")) return undefined;
  const from = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === "" || last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (from > to) {
    const headers = { "Content-Range": `bytes */${bytes}` };
    throw new Refusal(416, "cloud-api.bad-range", "The file is not that long.", { headers });
  }
  return { from, to };
}

/** What lies between two places, both included. */
async function* slice(content: AsyncIterable<Buffer>, from: number, to: number): AsyncIterable<Buffer> {
  let at = 0;
  for await (const piece of content) {
    const begin = Math.max(0, from - at);
    const end = Math.min(piece.length, to + 1 - at);
    if (begin < end) yield piece.subarray(begin, end);
    at += piece.length;
    if (at > to) return;
  }
}
