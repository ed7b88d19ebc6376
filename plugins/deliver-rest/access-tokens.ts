// Gets access tokens by client credentials (RFC 6749 4.4) and keeps each until shortly before it ends.
import { type Http, type HttpAnswer, type HttpDestination, Permanent, Transient } from "@thalamus/sdk";
import type { RestSettings } from "./settings.ts";

/** A token is not used in its last seconds: it would end on the way. */
const MARGIN_MS = 30_000;
const DEFAULT_SECONDS = 300;

export class AccessTokens {
  readonly #http: Http;
  readonly #destination: HttpDestination;
  readonly #auth: RestSettings["auth"];
  #kept: { readonly token: string; readonly until: number } | undefined;

  /** @param destination like that of the reports; its address is the token's */
  constructor(http: Http, destination: HttpDestination, auth: RestSettings["auth"]) {
    this.#http = http;
    this.#destination = { ...destination, url: auth.tokenUrl ?? destination.url };
    this.#auth = auth;
  }

  /** @throws Permanent `deliver-rest.sign-in`, Transient `deliver-rest.busy`, HttpError */
  async current(secret: string, signal: AbortSignal): Promise<string> {
    if (this.#kept && this.#kept.until > Date.now()) return this.#kept.token;
    const { user = "", scope } = this.#auth;
    // both are form-encoded before they are joined (RFC 6749 2.3.1)
    const credentials = [user, secret].map(formEncoded).join(":");
    const answer = await this.#http.send(
      this.#destination,
      {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          accept: "application/json",
          authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
        },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          ...(scope ? { scope } : {}),
        }).toString(),
      },
      signal,
    );
    this.#kept = tokenIn(answer);
    return this.#kept.token;
  }

  /** The destination did not take it. */
  forget(): void {
    this.#kept = undefined;
  }
}

function tokenIn({ status, body, retryAfterMs }: HttpAnswer): { token: string; until: number } {
  if (status === 429 || status >= 500) {
    throw new Transient("deliver-rest.busy", `The token address answered ${status}.`, retryAfterMs);
  }
  const answer = status === 200 ? parsed(body) : undefined;
  const token = answer?.["access_token"];
  if (typeof token !== "string" || token === "") {
    throw new Permanent("deliver-rest.sign-in", `The token address answered ${status} and gave no token.`);
  }
  const seconds = Number(answer?.["expires_in"] ?? DEFAULT_SECONDS);
  return { token, until: Date.now() + seconds * 1000 - MARGIN_MS };
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const formEncoded = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
