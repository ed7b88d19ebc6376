// Sign-in with a password of the hub: wait when too many were wrong, who may use it by mode, and the audit lines.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../config/access-settings.ts";
import { Account, type AccountRow, type SessionDoor } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import { hashPassword, matchesPassword, newPassword } from "./password.ts";
import type { RefusalJournal } from "./refusal-journal.ts";
import { BY_ACCOUNT, BY_ADDRESS, type SignInAttempts } from "./sign-in-attempts.ts";

export interface LocalSignInParts {
  readonly orm: MikroORM;
  readonly attempts: SignInAttempts;
  readonly refusals: RefusalJournal;
  readonly settings: Pick<AccessSettings, "mode" | "breakGlassAccount">;
  /** asks whoever knows a newer password of an account; true when it has this one now. */
  readonly follow?: (name: string, password: string) => Promise<boolean>;
}

/** Where an attempt comes from, for the audit. */
export interface Origin {
  readonly address: string;
  readonly device: string;
}

export type SignInOutcome =
  | { readonly kind: "in"; readonly account: AccountRow; readonly door: SessionDoor }
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly seconds: number };

// hashed once, so that an unknown name takes as long as a wrong password
const nobody = hashPassword(newPassword());

export async function signInLocally(
  { orm, attempts, refusals, settings, follow }: LocalSignInParts,
  typed: { readonly name: string; readonly password: string },
  origin: Origin,
): Promise<SignInOutcome> {
  const name = typed.name.trim().toLowerCase();
  const { mode, breakGlassAccount } = settings;
  const isBreakGlass = name === breakGlassAccount;
  const em = orm.em.fork();
  // guesses from elsewhere must not keep the last key from whoever holds it
  const bySubject = isBreakGlass ? `account:${name}@${origin.address}` : `account:${name}`;
  const byAddress = `address:${origin.address}`;
  const waits = [await attempts.begin(byAddress, BY_ADDRESS), await attempts.begin(bySubject, BY_ACCOUNT)];
  const seconds = Math.max(...waits);
  const account = await em.findOne(Account, { name });
  // what somebody typed may be a password, so only the names of accounts are written down
  const tell = (event: string, detail: object = {}) =>
    journal(em, { event, actor: account?.name ?? "unknown", detail: { ...origin, ...detail } });
  if (seconds > 0) {
    // many at once: a script may go on for days
    const actor = account?.name ?? "unknown";
    const detail = { device: origin.device, reason: "wait" };
    await refusals.tell({ event: "session.refused", actor, address: origin.address, detail });
    return { kind: "wait", seconds };
  }
  const fits =
    (await matchesPassword(typed.password, account?.passwordHash ?? (await nobody))) ||
    (account?.source === "local" && (await follow?.(account.name, typed.password)) === true);
  if (!fits || !account || account.source !== "local") {
    await tell("session.refused", { reason: "password" });
    return { kind: "refused" };
  }
  await attempts.succeeded(bySubject);
  await attempts.takeBack(byAddress);
  if (account.disabledAt || (mode === "sso" && !isBreakGlass)) {
    await tell("session.refused", { reason: account.disabledAt ? "disabled" : "mode" });
    return { kind: "refused" };
  }
  await em.nativeUpdate(Account, { id: account.id }, { lastSignInAt: new Date() });
  const door = mode === "sso" ? "break-glass" : "password";
  await tell("session.began", { door });
  return { kind: "in", account, door };
}
