// Puts access together: sessions, keys, attempts, and who is calling.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../config/access-settings.ts";
import type { HubKeys } from "../secrets/site-keys.ts";
import { recognizeApiKey } from "./api-keys.ts";
import { requireWayIn } from "./lock-out-guard.ts";
import { Sessions } from "./sessions.ts";
import { SignInAttempts } from "./sign-in-attempts.ts";
import type { Visitor } from "./visitor.ts";

export interface AccessParts {
  readonly orm: MikroORM;
  readonly settings: AccessSettings;
  readonly keys: HubKeys;
}

export interface Access {
  readonly orm: MikroORM;
  readonly settings: AccessSettings;
  readonly sessions: Sessions;
  readonly attempts: SignInAttempts;
}

/** @throws AccessRefusal when nobody could sign in with these settings */
export async function openAccess({ orm, settings, keys }: AccessParts): Promise<Access> {
  await requireWayIn(orm.em.fork(), settings);
  const sessions = new Sessions({ orm, key: keys.hmacKey("hub.session"), settingsPrint: () => undefined });
  return { orm, settings, sessions, attempts: new SignInAttempts(orm, keys.hmacKey("hub.sign-in-attempt")) };
}

/** A key counts only where no cookie is looked at, and the other way round: `Authorization` decides. */
export function recognizer({ orm, sessions }: Access) {
  return (request: Parameters<Sessions["recognize"]>[0]): Promise<Visitor | undefined> => {
    const { authorization } = request.headers;
    return authorization === undefined ? sessions.recognize(request) : recognizeApiKey(orm, authorization);
  };
}
