// How a plugin asks another system over HTTP: bounded in time and size, and only where the site wants it.
import type { ProbeReport } from "../kinds/declaration.ts";

/** Files are PEM, by absolute path; they are read again when they change. TLS 1.2 is the least. */
export interface HttpTls {
  /** Who may have signed the other side's certificate; without it the authorities that Node.js knows. */
  readonly caFile?: string;
  /** Own certificate for mutual TLS; together with `keyFile`. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** The name its certificate must have, when that is not the host. */
  readonly serverName?: string;
}

/** All in milliseconds. */
export interface HttpTimeouts {
  /** Until a connection stands, TLS included; 10 s. */
  readonly connectMs: number;
  /** From the end of the request to the head of the answer; 60 s. */
  readonly headersMs: number;
  /** Between two pieces of the answer's body; 30 s. */
  readonly bodyMs: number;
  /** All of it, once it is the request's turn; 10 min. */
  readonly totalMs: number;
}

export interface HttpLimits {
  /** Requests at the same time; 4. */
  readonly concurrent?: number;
  /** Requests in an interval; no limit. */
  readonly perInterval?: number;
  /** Length of the interval, in milliseconds; 1 s, and steps of 250 ms. */
  readonly intervalMs?: number;
}

/** Another system. Requests to the same one share connections and limits. */
export interface HttpDestination {
  /** With `https:` or `http:`; requests go to its origin, whatever its path. */
  readonly url: string;
  readonly tls?: HttpTls;
  /** Address of an HTTP proxy (`http://proxy:3128`); it looks names up itself. */
  readonly proxy?: string;
  /**
   * Networks that may be reached although they are private, loopback, link-local or otherwise no public ones:
   * `10.20.0.0/16`. None unless given.
   */
  readonly privateNetworks?: readonly string[];
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly limits?: HttpLimits;
  /** What is kept of an answer's body; 1 MB. */
  readonly maxAnswerBytes?: number;
}

/** A body that can be read more than once, as a redirect makes necessary. */
export interface HttpBody {
  readonly bytes: number;
  stream(): AsyncIterable<Uint8Array>;
}

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute, of the destination's origin; the destination's own `url` when left out. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody | Uint8Array | string;
  /** The body of an answer with a status from 200 to 299 is written to a file instead of being kept in memory. */
  readonly saveTo?: HttpFile;
}

/** Where a body goes. */
export interface HttpFile {
  /** Absolute; it is made anew. */
  readonly path: string;
  /** A longer body is not read to its end, and the answer is truncated. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; several of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most `maxAnswerBytes` of it. */
  readonly body: Buffer;
  /** The rest of the body was not read. */
  readonly isTruncated: boolean;
  /** What `Retry-After` says, in milliseconds from now; a day at most. */
  readonly retryAfterMs?: number;
  /** What `saveTo` asked for; SHA-256 in lower-case hex. */
  readonly saved?: { readonly bytes: number; readonly sha256: string };
}

/**
 * No answer, or none that can be used; worth another try unless `permanent`. The message names hosts and reasons, never
 * paths, headers or bodies.
 */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** `http.name-not-found`, `http.refused`, `http.timeout`, …; all are in docs/error-codes.md. */
  readonly code: string;
  readonly permanent: boolean;

  constructor(code: string, message: string, permanent = false) {
    super(message);
    this.code = code;
    this.permanent = permanent;
  }
}

export interface Http {
  /**
   * Waits for its turn, connects and asks. Whatever status comes back is an answer. Redirects are followed within the same
   * origin only: 307 and 308 with the same body, others only for GET and HEAD.
   * @throws HttpError; the signal's reason when it was aborted
   */
  send(destination: HttpDestination, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Looks up the name, connects, shakes hands, and then sends the request, which must be one that changes nothing.
   * 401, 403 and 407 fail at `sign-in`, other statuses from 400 on at `accepted`.
   */
  probe(destination: HttpDestination, request: HttpRequest, signal: AbortSignal): Promise<ProbeReport>;
}
