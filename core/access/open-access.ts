// Puts access together: sessions, keys, attempts, and who is calling.
import { isDeepStrictEqual } from "node:util";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../config/access-settings.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { SiteSecret } from "../secrets/site-secret.ts";
import { recognizeApiKey } from "./api-keys.ts";
import { requireWayIn } from "./lock-out-guard.ts";
import { RefusalJournal } from "./refusal-journal.ts";
import { addressOf, Sessions } from "./sessions.ts";
import { SignInAttempts } from "./sign-in-attempts.ts";
import { openSso, type Sso } from "./sso/open-sso.ts";
import type { Visitor } from "./visitor.ts";

export interface AccessParts {
  readonly orm: MikroORM;
  readonly settings: AccessSettings;
  readonly secret: SiteSecret;
  readonly log: HubLog;
}

export interface Access {
  readonly orm: MikroORM;
  readonly settings: AccessSettings;
  readonly sessions: Sessions;
  readonly attempts: SignInAttempts;
  readonly refusals: RefusalJournal;
  readonly sso: Sso;
  readonly sealIdToken: (token: string) => string;
  /** Undefined when it was sealed with a secret that is gone. */
  readonly openIdToken: (sealed: string) => string | undefined;
  /** With settings that nobody has saved, for a trial; to be closed. @throws Error when they cannot be used */
  readonly openSso: (settings: AccessSettings) => Sso;
  /** Takes over new settings. @throws Error when they cannot be used; then those of before go on */
  exchange(settings: AccessSettings): Promise<void>;
  close(): Promise<void>;
}

const ID_TOKEN = { table: "session", row: "", column: "id_token" };

/** @throws AccessRefusal when nobody could sign in with these settings */
export async function openAccess({ orm, settings, secret, log }: AccessParts): Promise<Access> {
  await requireWayIn(orm.em.fork(), settings);
  const { keys, sealer } = secret;
  const open = (wanted: AccessSettings) => openSso({ orm, settings: wanted, sealer, log });
  const refusals = new RefusalJournal((line) => journal(orm.em.fork(), line), log);
  let now = { settings, sso: open(settings) };
  return {
    orm,
    get settings() {
      return now.settings;
    },
    get sso() {
      return now.sso;
    },
    sessions: new Sessions({
      ...{ orm, key: keys.hmacKey("hub.session") },
      settingsPrint: (door) => now.sso.settingsPrint(door),
      idleMs: () => now.settings.idleMinutes * 60_000,
    }),
    refusals,
    attempts: new SignInAttempts(orm, keys.hmacKey("hub.sign-in-attempt")),
    sealIdToken: (token) => sealer.seal(token, ID_TOKEN),
    openIdToken: (sealed) => {
      try {
        return sealer.open(sealed, ID_TOKEN);
      } catch {
        return undefined;
      }
    },
    openSso: open,
    exchange: async (wanted) => {
      if (isDeepStrictEqual(wanted, now.settings)) return;
      const before = now.sso;
      now = { settings: wanted, sso: open(wanted) };
      await before.close();
    },
    close: () => now.sso.close(),
  };
}

/** A key counts only where no cookie is looked at, and the other way round: `Authorization` decides. */
export function recognizer({ orm, sessions, refusals }: Access) {
  return async (request: Parameters<Sessions["recognize"]>[0]): Promise<Visitor | undefined> => {
    const { authorization } = request.headers;
    if (authorization === undefined) return sessions.recognize(request);
    const found = await recognizeApiKey(orm, authorization);
    if (!("refused" in found)) return found;
    const { key, refused: reason } = found;
    const actor = key === undefined ? "unknown" : `key:${key}`;
    const address = addressOf(request);
    await refusals.tell({ event: "api-key.refused", actor, address, detail: { reason } });
    return undefined;
  };
}
