// Single sign-on as the settings want it: the SAML and the OpenID Connect side, or neither.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../../config/access-settings.ts";
import type { SessionDoor } from "../../database/entities/account.ts";
import type { HubLog } from "../../observe/log.ts";
import type { Sealer } from "../../secrets/seal.ts";
import { openIdpFetch } from "./idp-fetch.ts";
import { OidcClient } from "./oidc-client.ts";
import { idpSource } from "./saml/idp-source.ts";
import { ServiceProvider } from "./saml/service-provider.ts";
import { SingleLogout } from "./saml/single-logout.ts";
import { SsoRequests } from "./sso-requests.ts";

export interface SsoParts {
  readonly orm: MikroORM;
  readonly settings: AccessSettings;
  readonly sealer: Sealer;
  readonly log: HubLog;
}

export interface Sso {
  readonly saml: { readonly provider: ServiceProvider; readonly logout: SingleLogout } | undefined;
  readonly oidc: OidcClient | undefined;
  readonly requests: SsoRequests;
  /** Changes with the settings that a session of this door stands on. */
  readonly settingsPrint: (door: SessionDoor) => string | undefined;
  close(): Promise<void>;
}

/** @throws Error for settings that cannot be used */
export function openSso({ orm, settings, sealer, log }: SsoParts): Sso {
  const requests = new SsoRequests(orm, sealer);
  const { mode, baseUrl = "", saml, oidc } = settings;
  const prints = {
    saml: printOf([mode === "local", baseUrl, saml]),
    oidc: printOf([mode === "local", baseUrl, oidc]),
  };
  const settingsPrint = (door: SessionDoor) =>
    door === "saml" || door === "oidc" ? prints[door] : undefined;
  const { fetch, close } = openIdpFetch(settings.privateNetworks);
  const shared = { requests, settingsPrint, close };
  if (mode === "local") return { saml: undefined, oidc: undefined, ...shared };
  return {
    saml: saml && openSaml(),
    oidc: oidc && new OidcClient({ settings: oidc, baseUrl, requests, fetch }),
    ...shared,
  };

  function openSaml() {
    const idp = idpSource({ settings: saml!, orm, log, fetch });
    const provider = new ServiceProvider({ settings: saml!, baseUrl, idp, requests });
    return { provider, logout: new SingleLogout({ orm, settings: saml!, idp, provider, requests }) };
  }
}

/** Files count by what is in them. */
function printOf(settings: unknown): string {
  const hash = createHash("sha256");
  const add = (value: unknown, key = ""): void => {
    if (Array.isArray(value)) for (const one of value) add(one, key);
    else if (typeof value === "object" && value !== null) {
      for (const [name, one] of Object.entries(value).toSorted()) add(one, name);
    } else {
      const text = /Files?$/.test(key) ? readFileSync(String(value), "utf8") : value;
      hash.update(JSON.stringify([key, text ?? null]));
    }
  };
  add(settings);
  return hash.digest("hex");
}
