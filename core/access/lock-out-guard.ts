// Sees that somebody can always come in who may manage accounts: by the mode, by a password, or by single sign-on.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../config/access-settings.ts";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import { Account, type AccountRow } from "../database/entities/account.ts";
import { AccessRefusal } from "./access-refusal.ts";
import { permissionsOf } from "./account-permissions.ts";

/** Of changes that might lock everybody out one is made at a time, until its transaction ends. */
export function lockAccounts(em: EntityManager): Promise<unknown> {
  return em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.accounts})`);
}

/** @throws AccessRefusal `access.lock-out` when nobody who manages accounts could sign in any more */
export async function requireWayIn(em: EntityManager, settings: AccessSettings): Promise<void> {
  const accounts = await em.find(Account, { disabledAt: null });
  const mayEnter = accounts.filter((account) => canEnter(account, settings));
  for (const role of new Set(mayEnter.map((account) => account.role))) {
    if ((await permissionsOf(em, role)).has("accounts.manage")) return;
  }
  const message =
    settings.mode === "sso"
      ? "Nobody who manages accounts could sign in. Name a break-glass account (access.breakGlassAccount), or sign in " +
        "once as an administrator by single sign-on, in mode both."
      : "Nobody who manages accounts could sign in. Give another local account such a role first.";
  throw new AccessRefusal("access.lock-out", message);
}

function canEnter(
  { name, source, passwordHash, lastSignInAt }: AccountRow,
  settings: AccessSettings,
): boolean {
  if (source === "local") {
    return passwordHash !== null && (settings.mode !== "sso" || name === settings.breakGlassAccount);
  }
  // one that has been here shows that the identity provider works; in mode both a password must be there too
  return settings.mode === "sso" && lastSignInAt !== null;
}
