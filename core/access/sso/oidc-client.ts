// The hub as a client of an OpenID Connect provider: authorization code with PKCE, nonce and state, and logout there.
import { readFileSync } from "node:fs";
import * as oidc from "openid-client";
import type { OidcSettings } from "../../config/sso-settings.ts";
import type { IdpFetch } from "./idp-fetch.ts";
import { type Claims, groupsOf, roleFromGroups } from "./role-from-groups.ts";
import type { Journey, Vouched } from "./saml/service-provider.ts";
import { require, SsoRefusal } from "./sso-refusal.ts";
import type { AskedQuestion, SsoRequests } from "./sso-requests.ts";

export interface OidcParts {
  readonly settings: OidcSettings;
  readonly baseUrl: string;
  readonly requests: SsoRequests;
  readonly fetch: IdpFetch["fetch"];
}

export interface OidcQuestion extends Journey {
  readonly verifier: string;
  readonly nonce: string;
}

/** What discovery told is asked again after so long, for new addresses; keys are fetched as they are needed. */
const FRESH_MS = 12 * 3600_000;

export class OidcClient {
  readonly #parts: OidcParts;
  readonly #secret: string | undefined;
  #known: { readonly at: number; readonly configuration: oidc.Configuration } | undefined;

  /** @throws Error when the secret cannot be read */
  constructor(parts: OidcParts) {
    this.#parts = parts;
    const { clientSecret, clientSecretFile } = parts.settings;
    this.#secret =
      clientSecret ??
      (clientSecretFile === undefined ? undefined : readFileSync(clientSecretFile, "utf8").trim());
  }

  get redirectUrl(): string {
    return `${this.#parts.baseUrl}/api/oidc/callback`;
  }

  async loginUrl(browser: string, journey: Journey): Promise<string> {
    const configuration = await this.#configuration();
    const [verifier, state, nonce] = [
      oidc.randomPKCECodeVerifier(),
      oidc.randomState(),
      oidc.randomNonce(),
    ] as const;
    const content: OidcQuestion = { ...journey, verifier, nonce };
    await this.#parts.requests.ask({ id: state, kind: "oidc", browser, content });
    return oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUrl,
      scope: this.#parts.settings.scopes,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...{ state, nonce },
    }).href;
  }

  /**
   * @param query of the callback
   * @param asked the question that it answers, which is used up by now
   * @throws SsoRefusal
   */
  async consume(
    query: string,
    asked: AskedQuestion<OidcQuestion>,
  ): Promise<Vouched & { readonly idToken: string | undefined }> {
    const { settings } = this.#parts;
    const { verifier, nonce, returnTo } = asked.content;
    const state = new URLSearchParams(query).get("state") ?? "";
    const configuration = await this.#configuration();
    try {
      const tokens = await oidc.authorizationCodeGrant(
        configuration,
        new URL(`${this.redirectUrl}?${query}`),
        {
          ...{
            pkceCodeVerifier: verifier,
            expectedNonce: nonce,
            expectedState: state,
            idTokenExpected: true,
          },
        },
      );
      const claims = tokens.claims();
      require(claims, "no-id-token");
      const hasGroups = groupsOf(claims, settings).length > 0;
      // some providers put groups and names at the userinfo endpoint only
      const more =
        hasGroups || configuration.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      const all: Claims = { ...more, ...claims };
      const groups = groupsOf(all, settings);
      const role = roleFromGroups(groups, settings);
      const name =
        [all["preferred_username"], all["email"]].find((one) => typeof one === "string") ?? claims.sub;
      const identity = {
        source: "oidc",
        provider: claims.iss,
        subject: claims.sub,
        name: String(name),
        role,
      } as const;
      const { browser } = asked;
      const idToken = tokens.id_token;
      return {
        ...{ identity, nameId: claims.sub, nameIdFormat: undefined, sessionIndex: undefined },
        ...{ claims: all, groups, browser, journey: { returnTo }, idToken },
      };
    } catch (cause) {
      if (cause instanceof SsoRefusal) throw cause;
      throw new SsoRefusal(reasonOf(cause), { cause });
    }
  }

  /** Undefined when the provider has no such address. */
  async logoutUrl(idToken: string | undefined): Promise<string | undefined> {
    const configuration = await this.#configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return oidc.buildEndSessionUrl(configuration, {
      post_logout_redirect_uri: `${this.#parts.baseUrl}/login`,
      ...(idToken === undefined ? {} : { id_token_hint: idToken }),
    }).href;
  }

  async #configuration(): Promise<oidc.Configuration> {
    if (this.#known && Date.now() - this.#known.at < FRESH_MS) return this.#known.configuration;
    const { issuer, clientId } = this.#parts.settings;
    const insecure = issuer.startsWith("http://") ? { execute: [oidc.allowInsecureRequests] } : {};
    const overWhat = { [oidc.customFetch]: this.#parts.fetch as unknown as oidc.CustomFetch };
    try {
      const configuration = await oidc.discovery(new URL(issuer), clientId, this.#secret, undefined, {
        timeout: 10,
        ...insecure,
        ...overWhat,
      });
      this.#known = { at: Date.now(), configuration };
      return configuration;
    } catch (cause) {
      // with the provider away what was known still counts
      if (this.#known) return this.#known.configuration;
      throw new SsoRefusal("provider-away", { cause });
    }
  }
}

/** The library's code, which names the check that failed and no value. */
function reasonOf(error: unknown): string {
  const { code, error: answer } = error as { code?: unknown; error?: unknown };
  const text = typeof answer === "string" ? answer : typeof code === "string" ? code : "not-valid";
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60);
}
