// One request and its answer: who asks, where the service is for them, and ways to answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log, LogField, WebCall } from "@thalamus/sdk";
import { answer, type Origin } from "@thalamus/sdk/web";
import type { Client } from "./access/clients.ts";
import { type JsonDataset, jsonText } from "./json/dicom-json.ts";
import type { Refusal } from "./refusal.ts";

export interface ExchangeParts {
  readonly call: WebCall;
  readonly origin: Origin;
  readonly client: Client;
  /** Absolute address of the service, without a slash at its end. */
  readonly baseUrl: string;
  readonly log: Log;
  /** Ends when the service stops. */
  readonly signal: AbortSignal;
}

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly client: Client;
  readonly origin: Origin;
  readonly baseUrl: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Counts and a code for the line in the log. */
  readonly fields: Record<string, LogField> = {};

  constructor({ call, ...parts }: ExchangeParts) {
    this.request = call.request;
    this.response = call.response;
    this.query = call.query;
    this.client = parts.client;
    this.origin = parts.origin;
    this.baseUrl = parts.baseUrl;
    this.log = parts.log;
    this.signal = parts.signal;
  }

  /** Name in the journal. */
  get reader(): string {
    return `dicomweb ${this.client.name}`;
  }

  /** `Accept` as a query parameter wins over the header (PS3.18 8.3.3.1). */
  get accept(): string {
    return this.query.get("accept") ?? this.request.headers.accept ?? "";
  }

  /** Results of a search; without any, an answer without a body (PS3.18 10.6.3). */
  datasets(datasets: readonly JsonDataset[], headers: Readonly<Record<string, string>>): void {
    const { request, response } = this;
    if (datasets.length === 0) {
      answer(request, response, 204, headers, "");
      return;
    }
    const body = `[${datasets.map(jsonText).join(",")}]`;
    answer(request, response, 200, { "Content-Type": "application/dicom+json", ...headers }, body);
  }

  json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    const type = "application/dicom+json";
    answer(this.request, this.response, status, { "Content-Type": type, ...headers }, JSON.stringify(body));
  }
}

/** Says no, in the words of the hub's own API. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, code, message, headers } = refusal;
  const body = JSON.stringify({ code, message });
  answer(request, response, status, { "Content-Type": "application/json", ...headers }, body);
}

/** A text for the Warning header (RFC 7234 5.5), which holds only what may stand in quotes. */
export const warning = (text: string): string =>
  `299 thalamus "${text.replaceAll(/[^\x20-\x7e]|["\\]/g, "?")}"`;
