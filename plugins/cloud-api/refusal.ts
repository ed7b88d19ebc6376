// A request that is not answered as it asked: status, code, and what to do about it, in words without PHI.

export interface RefusalMore {
  /** Headers that belong to the status. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds until it makes sense to ask again. */
  readonly retryAfter?: number | undefined;
}

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfter: number | undefined;

  /** @param code `cloud-api.…`; what follows the dot is what clients of generation 2 get */
  constructor(status: number, code: string, message: string, { headers = {}, retryAfter }: RefusalMore = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    const again = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    this.headers = { ...headers, ...again };
  }
}

/** Codes that clients of OAuth know, in its spelling (RFC 6749 section 5.2). */
const OAUTH: Readonly<Record<string, string>> = {
  "cloud-api.invalid-client": "invalid_client",
  "cloud-api.invalid-request": "invalid_request",
  "cloud-api.invalid-scope": "invalid_scope",
  "cloud-api.unsupported-grant-type": "unsupported_grant_type",
};

/** As generation 2 and the part door say it; the shape is CloudProblem of the SDK. */
export function problemOf({ code, message, retryAfter }: Refusal): object {
  const again = retryAfter === undefined ? {} : { retry_after: retryAfter };
  const oauth = OAUTH[code];
  if (oauth !== undefined) return { error: oauth, error_description: message, message, ...again };
  return { error: code.slice(code.indexOf(".") + 1), message, ...again };
}
