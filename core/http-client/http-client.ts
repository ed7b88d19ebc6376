// Asks other systems over HTTP, with undici: every wait has an end, every answer a size, every address is looked at.
import {
  type Http,
  type HttpAnswer,
  type HttpBody,
  type HttpDestination,
  HttpError,
  type HttpRequest,
} from "@thalamus/sdk";
import { request as ask, type Dispatcher } from "undici";
import { Connections, type Line } from "./connections.ts";
import { failureOf, retryAfterMs } from "./failure-words.ts";
import { probeDestination } from "./probe-destination.ts";
import { saveBody } from "./save-body.ts";

const DEFAULT_ANSWER_BYTES = 1_000_000;
const MAX_REDIRECTS = 3;

/** Redirects that keep method and body, and those that may be followed only when there is none. */
const SAME_REQUEST = new Set([307, 308]);
const OTHER_REQUEST = new Set([301, 302, 303]);

export interface HttpClient extends Http {
  close(): Promise<void>;
}

export function createHttpClient(): HttpClient {
  const connections = new Connections();
  const send: Http["send"] = (destination, request, signal) => {
    return sendOver(connections.lineTo(destination), destination, request, signal);
  };
  return {
    send: async (...asked) => send(...asked),
    probe: (destination, request, signal) =>
      probeDestination(connections, destination, () => send(destination, request, signal), signal),
    close: () => connections.close(),
  };
}

function sendOver(
  line: Line,
  destination: HttpDestination,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { maxAnswerBytes = DEFAULT_ANSWER_BYTES } = destination;
  return line.limits.run(signal, async () => {
    const late = AbortSignal.timeout(line.timeouts.totalMs);
    const either = AbortSignal.any([signal, late]);
    try {
      const url = urlAt(line, request.url ?? destination.url);
      return await followed(line, { ...request, url: url.href }, maxAnswerBytes, either);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (late.aborted) {
        throw new HttpError(
          "http.timeout",
          `${line.host}: not done after ${line.timeouts.totalMs / 1000} s.`,
        );
      }
      throw withHint(failureOf(error, line.host), destination);
    }
  });
}

/** Since TLS 1.3 a server may find out only after the handshake that nobody showed a certificate. */
function withHint(failure: unknown, { url, tls }: HttpDestination): unknown {
  const isCut = failure instanceof HttpError && failure.code === "http.cut";
  if (!isCut || !url.startsWith("https:") || tls?.certificateFile !== undefined) return failure;
  return new HttpError(
    "http.cut",
    `${failure.message} A server that wants a client certificate does this too.`,
  );
}

async function followed(
  line: Line,
  request: HttpRequest & { readonly url: string },
  maxAnswerBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let { url } = request;
  for (let turn = 0; ; turn += 1) {
    const answer = await askOnce(line, { ...request, url }, maxAnswerBytes, signal);
    const { location } = answer.headers;
    const changesNothing = request.method === "GET" || request.method === "HEAD";
    const isRedirect =
      SAME_REQUEST.has(answer.status) || (changesNothing && OTHER_REQUEST.has(answer.status));
    if (!isRedirect || location === undefined) return answer;
    if (turn === MAX_REDIRECTS) {
      throw new HttpError("http.redirect", `${line.host} redirects more than ${MAX_REDIRECTS} times.`, true);
    }
    url = redirectTarget(line, url, location).href;
  }
}

function redirectTarget(line: Line, from: string, location: string): URL {
  const target = URL.parse(location, from);
  if (target?.origin === line.origin) return target;
  const where = target ? `to another place, ${target.origin}` : "to no address";
  throw new HttpError("http.redirect", `${line.host} redirects ${where}; this is not followed.`, true);
}

async function askOnce(
  { dispatcher }: Line,
  { method, url = "", headers = {}, body, saveTo }: HttpRequest,
  maxAnswerBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const answer = await ask(url, {
    method,
    headers: { "user-agent": "Thalamus", ...headers, ...lengthOf(body) },
    body: isStreamed(body) ? body.stream() : (body ?? null),
    dispatcher,
    signal,
  } as Parameters<typeof ask>[1] & object);
  const isGood = answer.statusCode >= 200 && answer.statusCode < 300;
  const kept =
    saveTo && isGood ? await saveBody(answer.body, saveTo) : await readBody(answer.body, maxAnswerBytes);
  const simple = simpleHeaders(answer.headers);
  const afterMs = retryAfterMs(simple["retry-after"]);
  return {
    status: answer.statusCode,
    headers: simple,
    ...kept,
    ...(afterMs === undefined ? {} : { retryAfterMs: afterMs }),
  };
}

const isStreamed = (body: HttpRequest["body"]): body is HttpBody =>
  typeof body === "object" && "stream" in body;

const lengthOf = (body: HttpRequest["body"]): Record<string, string> =>
  isStreamed(body) ? { "content-length": String(body.bytes) } : {};

/** Keeps the beginning; the status has been heard, so a long body is no reason to fail. */
async function readBody(
  body: Dispatcher.ResponseData["body"],
  most: number,
): Promise<Pick<HttpAnswer, "body" | "isTruncated">> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, most - bytes));
    bytes += part.length;
    // leaving the loop ends the connection
    if (bytes > most) return { body: Buffer.concat(parts), isTruncated: true };
  }
  return { body: Buffer.concat(parts), isTruncated: false };
}

const simpleHeaders = (headers: Dispatcher.ResponseData["headers"]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? "")]));

function urlAt(line: Line, url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.origin === line.origin && parsed.username === "" && parsed.password === "") return parsed;
  throw new HttpError(
    "http.bad-address",
    `A request to ${line.host} has an address elsewhere, or a user in it.`,
    true,
  );
}
