// Tokens of generation 2: signed with a key of the site, good for an hour, and asked about at every use.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import type { CloudAccess, CloudCaller, Refusals, SiteKeys } from "@thalamus/sdk";
import { CLOUD_SCOPES, type CloudScope, TOKEN_SECONDS } from "@thalamus/sdk/cloud";
import { Refusal } from "../refusal.ts";

/** What a good token says; its caller was checked just now. */
export interface OpenToken {
  readonly caller: CloudCaller;
  readonly scopes: readonly CloudScope[];
  readonly expiresAt: Date;
}

interface Payload {
  /** Key's id. */
  readonly k: string;
  /** Scopes, with spaces between. */
  readonly s: string;
  /** Seconds since 1970. */
  readonly e: number;
}

const LONGEST = 1024;
const TOKEN = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

export class Tokens {
  readonly #key: KeyObject;
  readonly #access: CloudAccess;
  readonly #refusals: Refusals;

  constructor(keys: SiteKeys, access: CloudAccess, refusals: Refusals) {
    this.#key = keys.hmacKey("cloud-api.token");
    this.#access = access;
    this.#refusals = refusals;
  }

  issue({ keyId }: CloudCaller, scopes: readonly CloudScope[]): string {
    const e = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
    const payload: Payload = { k: keyId, s: scopes.join(" "), e };
    const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
    return `${text}.${this.#mac(text).toString("base64url")}`;
  }

  /**
   * Its key is looked up every time: a token is worth nothing as soon as its key is revoked.
   * @param authorization the header
   * @param address where it came from
   * @throws Refusal 401
   */
  async open(authorization: string | undefined, address: string): Promise<OpenToken> {
    const [, token = ""] = /^Bearer +(\S+) *$/i.exec((authorization ?? "").slice(0, LONGEST)) ?? [];
    if (token === "") {
      const message = "Get a token from /auth/token and send it: Authorization: Bearer …";
      throw new Refusal(401, "cloud-api.no-token", message, { headers: challenge() });
    }
    const payload = this.#payloadOf(token);
    const isOver = payload !== undefined && payload.e * 1000 <= Date.now();
    const caller = payload && !isOver ? await this.#access.callerOfKey(payload.k) : undefined;
    if (!payload || !caller) {
      // every client's token ends after an hour; one of a key that is gone, or that nobody here made, is another matter
      const code = "cloud-api.invalid-token";
      if (!isOver) await this.#refusals.tell({ kind: "key", caller: payload?.k, address, code });
      const message = "The token is not good or no longer good. Get another one from /auth/token.";
      throw new Refusal(401, code, message, { headers: challenge("invalid_token") });
    }
    const asked = new Set(payload.s.split(" "));
    // what was taken from the key since is taken from its tokens, too
    const scopes = CLOUD_SCOPES.filter((scope) => asked.has(scope) && caller.scopes.includes(scope));
    return { caller, scopes, expiresAt: new Date(payload.e * 1000) };
  }

  #payloadOf(token: string): Payload | undefined {
    const [, text = "", mac = ""] = TOKEN.exec(token) ?? [];
    const shown = Buffer.from(mac, "base64url");
    const wanted = this.#mac(text);
    if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) return undefined;
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Payload;
  }

  #mac(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

/** RFC 6750 section 3. */
export const challenge = (error?: string, scope?: string): Readonly<Record<string, string>> => ({
  "WWW-Authenticate": [
    'Bearer realm="cloud"',
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ].join(", "),
});
