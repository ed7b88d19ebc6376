// Calls the hub's API and turns every failure into one kind of error with a code.
import { say, sayFault } from "./language.ts";

/** What went wrong, in words that may be shown; never holds PHI. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  /** Finds the failure in the hub's log. */
  readonly errorId: string | undefined;
  /** Seconds after which another try makes sense. */
  readonly waitSeconds: number | undefined;
  /** What the hub says beyond words, for example which fields are wrong. */
  readonly details: unknown;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { errorId?: string | undefined; waitSeconds?: number | undefined; details?: unknown } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.errorId = more.errorId;
    this.waitSeconds = more.waitSeconds;
    this.details = more.details;
  }
}

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Undefined and empty values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** @throws ApiFault */
export async function callApi<T = unknown>(path: string, request: ApiRequest = {}): Promise<T> {
  const { method = "GET", query = {}, body, signal } = request;
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  const address = given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
  const response = await fetch(address, {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch(noAnswer);
  const text = await response.text();
  if (response.ok) return parse(text) as T;
  throw faultOf(response, text);
}

/** No answer came, unless nobody wanted one any more. */
export function noAnswer(error: Error): never {
  if (error.name === "AbortError") throw error;
  throw new ApiFault(0, "network", say("The hub does not answer. Is it running, and is the network there?"));
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // something between the browser and the hub answered with a page of its own
    return undefined;
  }
}

/** What the hub said instead of what was asked for. */
export function faultOf(response: Response, text: string): ApiFault {
  const { code, message, errorId, details } = (parse(text) ?? {}) as Partial<ApiFault>;
  const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
  const fallback = say("The hub answered %{status} %{statusText}", {
    status: response.status,
    statusText: response.statusText,
  }).trim();
  const known = code ?? `http.${response.status}`;
  return new ApiFault(response.status, known, sayFault(known, message ?? `${fallback}.`), {
    errorId,
    details,
    waitSeconds: Number.isFinite(wait) ? wait : undefined,
  });
}
