// One request and its answer: where it comes from, its body with a limit, and ways to answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { LogField, WebCall } from "@thalamus/sdk";
import { type AnswerHeaders, answer, type Origin, readBody } from "@thalamus/sdk/web";
import { Refusal } from "./refusal.ts";

export interface ExchangeParts {
  readonly call: WebCall;
  readonly origin: Origin;
  /** Absolute address of the service, without a slash at its end. */
  readonly baseUrl: string;
  readonly idleMs: number;
  /** Ends when the service stops. */
  readonly signal: AbortSignal;
}

/** Of a body that is no part of an upload, in bytes. */
export const LARGEST_BODY = 64 * 1024;

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As it came, without the service's own path. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly origin: Origin;
  readonly baseUrl: string;
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** Ids of the hub's own and counts for the line in the log. */
  readonly fields: Record<string, LogField> = {};

  constructor({ call, origin, baseUrl, idleMs, signal }: ExchangeParts) {
    this.request = call.request;
    this.response = call.response;
    this.path = call.path;
    this.query = call.query;
    this.origin = origin;
    this.baseUrl = baseUrl;
    this.idleMs = idleMs;
    this.signal = signal;
  }

  get method(): string {
    return this.request.method ?? "";
  }

  /** A header that may come once; undefined when it is not there. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === "string" ? value : undefined;
  }

  /**
   * The whole body.
   * @throws Refusal 408 or 413, or 503 when the service stops
   */
  async body(): Promise<Buffer> {
    if (Number(this.header("content-length") ?? 0) > LARGEST_BODY) throw tooLarge();
    const pieces: Buffer[] = [];
    const limits = { maxBytes: LARGEST_BODY, idleMs: this.idleMs, signal: this.signal };
    const take = (piece: Buffer) => {
      pieces.push(piece);
      return undefined;
    };
    const { end } = await readBody(this.request, take, limits);
    switch (end) {
      case "complete":
        return Buffer.concat(pieces);
      case "too-large":
        throw tooLarge();
      case "stopped":
        throw stopping();
      case "idle":
        throw new Refusal(408, "cloud-api.slow-body", "The body did not arrive in time. Send it again.");
      case "gone":
        throw new Refusal(400, "cloud-api.gone", "The body broke off. Send it again.");
    }
  }

  json(status: number, body: unknown, headers: AnswerHeaders = {}): void {
    const type = { "Content-Type": "application/json" };
    answer(this.request, this.response, status, { ...type, ...headers }, JSON.stringify(body));
  }

  text(status: number, body: string, headers: AnswerHeaders = {}): void {
    answer(this.request, this.response, status, { "Content-Type": "text/plain", ...headers }, body);
  }

  empty(status: number, headers: AnswerHeaders = {}): void {
    answer(this.request, this.response, status, headers, "");
  }
}

export const stopping = (): Refusal =>
  new Refusal(503, "cloud-api.stopping", "The hub is stopping. Try again later.", { retryAfter: 10 });

function tooLarge(): Refusal {
  const message = `The body is longer than ${LARGEST_BODY / 1024} KB. Data goes to the addresses for parts.`;
  return new Refusal(413, "cloud-api.body-too-large", message);
}
