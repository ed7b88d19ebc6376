// Single logout by SAML: tells the identity provider that somebody left, and ends sessions when it says so.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Profile } from "@node-saml/passport-saml";
import type { SamlSettings } from "../../../config/sso-settings.ts";
import { Session, type SessionRow } from "../../../database/entities/account.ts";
import { journal } from "../../../observe/journal.ts";
import type { Origin } from "../../local-sign-in.ts";
import { require } from "../sso-refusal.ts";
import type { SsoRequests } from "../sso-requests.ts";
import type { SamlIdp } from "./identity-provider.ts";
import { type LogoutWish, readLogoutQuery } from "./logout-request.ts";
import { cacheOf, type ServiceProvider } from "./service-provider.ts";

export interface SingleLogoutParts {
  readonly orm: MikroORM;
  readonly settings: SamlSettings;
  readonly idp: () => Promise<SamlIdp>;
  readonly provider: ServiceProvider;
  readonly requests: SsoRequests;
}

export class SingleLogout {
  readonly #parts: SingleLogoutParts;

  constructor(parts: SingleLogoutParts) {
    this.#parts = parts;
  }

  /** X-004 Where to send a browser whose session here has ended; undefined when the provider has no such address. */
  async urlFor(session: SessionRow): Promise<string | undefined> {
    const idp = await this.#parts.idp();
    const { nameId, nameIdFormat, sessionIndex } = session;
    if (idp.sloUrl === undefined || !nameId) return undefined;
    const profile = {
      ...{ issuer: idp.entityId, nameID: nameId, nameIDFormat: nameIdFormat ?? "" },
      ...(sessionIndex ? { sessionIndex } : {}),
    };
    return this.#parts.provider.library(idp, cacheOf({})).getLogoutUrlAsync(profile, "", {});
  }

  /**
   * The identity provider ends somebody's sessions.
   * @param query as it was sent
   * @param origin of the browser that brought it, for the audit
   * @returns where to send the browser with the answer
   * @throws SsoRefusal
   */
  async take(query: string, origin: Origin): Promise<string> {
    const { settings, provider, requests } = this.#parts;
    const idp = await this.#parts.idp();
    const skewMs = settings.clockSkewSeconds * 1000;
    const wish = readLogoutQuery(query, { idp, destination: provider.sloUrl, skewMs });
    const until = new Date(Date.now() + 600_000 + skewMs);
    require(await requests.useOnce(idp.entityId, wish.id, until), "replayed");
    await this.#end(wish, origin);
    const relayState = new URLSearchParams(query).get("RelayState") ?? "";
    const answered = { ID: wish.id, issuer: idp.entityId, nameID: wish.nameId, nameIDFormat: "" } as Profile;
    const library = provider.library(idp, cacheOf({}));
    return idp.sloUrl === undefined
      ? "/login"
      : library.getLogoutResponseUrlAsync(answered, relayState, {}, true);
  }

  #end({ nameId, sessionIndexes }: LogoutWish, origin: Origin): Promise<void> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const where = {
        ...({ door: "saml", nameId } as const),
        ...(sessionIndexes.length === 0 ? {} : { sessionIndex: { $in: [...sessionIndexes] } }),
      };
      const sessions = await em.find(Session, where, { populate: ["account"] });
      await em.nativeDelete(Session, { id: { $in: sessions.map(({ id }) => id) } });
      for (const actor of new Set(sessions.map(({ account }) => account.name))) {
        const detail = { ...origin, by: "identity-provider" };
        await journal(em, { event: "session.ended", actor, detail });
      }
    });
  }
}
