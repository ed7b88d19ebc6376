// The token of generation 2: fetched once for all that the plugin does, and again when it ends or is refused.
import type { Http, HttpDestination } from "@thalamus/sdk";
import { TokenReply } from "@thalamus/sdk/cloud";
import { Check } from "typebox/value";
import { CloudAway, type CloudRefusal, parsed, troubleOf, unreachable } from "./trouble.ts";

/** A token is not used in its last tenth, or its last half minute: it would end on the way. */
const MARGIN_MS = 30_000;
const MARGIN_SHARE = 0.1;

export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
}

export interface TokenParts {
  readonly http: Http;
  readonly destination: HttpDestination;
  /** Address of `/auth/token`. */
  readonly url: string;
  readonly credentials: () => Promise<Credentials>;
}

export interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export class AccessToken {
  readonly #parts: TokenParts;
  #kept: Token | undefined;
  #fetching: Promise<Token> | undefined;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  /** @throws CloudAway */
  async current(signal: AbortSignal): Promise<string> {
    if (this.#kept && this.#kept.until > Date.now()) return this.#kept.value;
    return (await this.refresh(signal)).value;
  }

  /** The cloud did not take it; somebody else may have a new one by now. */
  forget(value: string): void {
    if (this.#kept?.value === value) this.#kept = undefined;
  }

  /** A new one whatever there is; whoever asks meanwhile gets the same. */
  async refresh(signal: AbortSignal): Promise<Token> {
    this.#fetching ??= this.#parts
      .credentials()
      // not with the signal of one of those who wait
      .then((credentials) => fetchToken(this.#parts, credentials, AbortSignal.timeout(LONGEST_MS)))
      .then((token) => {
        this.#kept = token;
        return token;
      })
      .finally(() => {
        this.#fetching = undefined;
      });
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason as Error);
    signal.throwIfAborted();
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([this.#fetching, aborted]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

const LONGEST_MS = 120_000;

/**
 * Signs in (RFC 6749 4.4; the client in HTTP Basic).
 * @throws CloudRefusal 404 or 405 where the server knows no such address, CloudAway otherwise
 */
async function fetchToken(
  { http, destination, url }: Omit<TokenParts, "credentials">,
  { clientId, secret }: Credentials,
  signal: AbortSignal,
): Promise<Token> {
  // both are form-encoded before they are joined (RFC 6749 2.3.1)
  const basic = Buffer.from([clientId, secret].map(formEncoded).join(":")).toString("base64");
  const headers = { accept: "application/json", authorization: `Basic ${basic}` };
  const answer = await http.send(destination, { method: "GET", url, headers }, signal).catch(unreachable);
  if (answer.status !== 200) throw signInTrouble(troubleOf(answer));
  const reply = parsed(answer.body);
  if (!Check(TokenReply, reply)) {
    throw new CloudAway("cloud-upload.bad-answer", "What the cloud's sign-in answers is no token.");
  }
  const lasts = reply.expires_in * 1000;
  const margin = Math.min(MARGIN_MS, lasts * MARGIN_SHARE);
  return { value: reply.access_token, until: Date.now() + lasts - margin };
}

/** @returns whether the cloud takes them. @throws CloudAway, CloudRefusal when it cannot be told */
export async function tryCredentials(
  parts: Omit<TokenParts, "credentials">,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await fetchToken(parts, credentials, signal);
    return true;
  } catch (error) {
    if (error instanceof CloudAway && error.code === "cloud-upload.sign-in") return false;
    throw error;
  }
}

const NO_SUCH_ADDRESS = new Set([404, 405, 501]);

function signInTrouble(trouble: CloudAway | CloudRefusal): CloudAway | CloudRefusal {
  if (trouble instanceof CloudAway || NO_SUCH_ADDRESS.has(trouble.status)) return trouble;
  return new CloudAway("cloud-upload.sign-in", trouble.message);
}

const formEncoded = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
