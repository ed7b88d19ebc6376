// Ends a request with one answer, so that it arrives even when the client is still sending.
import type { IncomingMessage, ServerResponse } from "node:http";

/** What is left of a body that nobody wants is read for so long, so that the answer is not lost with a reset. */
const LINGER_MS = 2000;

export type AnswerHeaders = Readonly<Record<string, string>>;

/** Nothing happens when the client is gone. A body of 204 and 304 must be empty (RFC 9110 6.4.1). */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: AnswerHeaders,
  body: string | Uint8Array,
): void {
  if (response.destroyed) return;
  const length =
    status === 204 || status === 304 ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(request.method === "HEAD" ? "" : body);
  if (request.readableEnded || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  const over = () => clearTimeout(timer);
  request.once("end", over).once("close", over).once("error", over);
  request.resume();
}
