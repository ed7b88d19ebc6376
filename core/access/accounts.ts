// Local accounts: the admin of the first start, making others, disabling, roles, and passwords.
import { randomUUID } from "node:crypto";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../config/access-settings.ts";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import { Account, type AccountRow } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import { AccessRefusal } from "./access-refusal.ts";
import { lockAccounts, requireWayIn } from "./lock-out-guard.ts";
import { hashPassword, matchesPassword, newPassword } from "./password.ts";
import { whatPasswordLacks } from "./password-policy.ts";
import { requireRole } from "./roles.ts";
import { endSessionsOfAccount } from "./session-ends.ts";

export const ADMIN = "admin";
/** Lower case only, so that no two differ in case; no colon, which marks those of identity providers. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,99}$/;

/**
 * Makes sure there is an admin. A password that is given wins over the one on record; one that is on record already may
 * be weaker than what new ones need, so that a hub that ran before starts again.
 * @param given from THALAMUS_ADMIN_PASSWORD
 * @returns the password to print once when one was made up, else undefined
 * @throws AccessRefusal when the given password is new and too weak
 */
export function ensureAdmin(orm: MikroORM, given: string | undefined): Promise<string | undefined> {
  return orm.em.fork().transactional(async (em) => {
    // of hubs that start together one makes the account
    await em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.firstAdmin})`);
    const admin = await em.findOne(Account, { name: ADMIN });
    if (given !== undefined && admin && (await matchesPassword(given, admin.passwordHash ?? "")))
      return undefined;
    if (given !== undefined) requireGoodPassword(given, "THALAMUS_ADMIN_PASSWORD");
    if (!admin) {
      const password = given ?? newPassword();
      const passwordHash = await hashPassword(password);
      em.create(Account, { id: randomUUID(), name: ADMIN, passwordHash, role: "admin" });
      await journal(em, { event: "account.created", detail: { account: ADMIN, role: "admin" } });
      return given === undefined ? password : undefined;
    }
    if (given !== undefined) await giveBack(em, admin, given);
    return undefined;
  });
}

/** who gives it another password runs the hub, and comes in with it whatever became of the account meanwhile. */
async function giveBack(em: EntityManager, admin: AccountRow, password: string): Promise<void> {
  if (admin.role !== "admin" || admin.disabledAt != null) {
    admin.role = "admin";
    admin.disabledAt = null;
    await journal(em, { event: "account.given-back", detail: { account: ADMIN, role: "admin" } });
  }
  await setPassword(em, admin, password, "hub");
}

/** @throws AccessRefusal `access.weak-password` */
function requireGoodPassword(password: string, what = "The new password"): void {
  const lacks = whatPasswordLacks(password);
  if (lacks !== undefined) throw new AccessRefusal("access.weak-password", `${what} needs ${lacks}.`);
}

/** All sessions of the account end but the one that is named. */
async function setPassword(
  em: EntityManager,
  account: AccountRow,
  password: string,
  actor: string,
  keep?: string,
): Promise<void> {
  account.passwordHash = await hashPassword(password);
  account.passwordChangedAt = new Date();
  await endSessionsOfAccount(em, account.id, keep);
  await journal(em, { event: "account.password-changed", actor, detail: { account: account.name } });
}

export interface NewAccount {
  readonly name: string;
  readonly role: string;
  /** Left out, one is made up. */
  readonly password?: string | undefined;
}

export interface GivenPassword {
  readonly account: AccountRow;
  /** To be shown once, when it was made up. */
  readonly password: string | undefined;
}

/** @throws AccessRefusal */
export async function createAccount(
  orm: MikroORM,
  wanted: NewAccount,
  actor: string,
): Promise<GivenPassword> {
  const { name, role } = wanted;
  if (!NAME.test(name)) {
    const message = "A name has lower-case letters, digits, dots, hyphens, @ and underscores, at most 100.";
    throw new AccessRefusal("access.bad-name", message);
  }
  if (wanted.password !== undefined) requireGoodPassword(wanted.password);
  return orm.em.fork().transactional(async (em) => {
    await lockAccounts(em);
    await requireRole(em, role);
    if ((await em.count(Account, { name })) > 0) {
      throw new AccessRefusal("access.name-taken", "There is an account of this name.");
    }
    const password = wanted.password ?? newPassword();
    const passwordHash = await hashPassword(password);
    const account = em.create(Account, { id: randomUUID(), name, role, passwordHash });
    await em.flush();
    await journal(em, { event: "account.created", actor, detail: { account: name, role } });
    return { account, password: wanted.password === undefined ? password : undefined };
  });
}

export interface AccountChange {
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Gives an account another role, disables or enables it; its sessions end.
 * @returns undefined when there is no such account
 * @throws AccessRefusal when nobody could manage the hub any more
 */
export function changeAccount(
  orm: MikroORM,
  settings: AccessSettings,
  id: string,
  { role, disabled }: AccountChange,
  actor: string,
): Promise<AccountRow | undefined> {
  return orm.em.fork().transactional(async (em) => {
    await lockAccounts(em);
    const account = await em.findOne(Account, { id });
    if (!account) return undefined;
    if (role !== undefined && role !== account.role) {
      if (account.source !== "local") {
        const message = "The identity provider decides the role of this account, by its groups.";
        throw new AccessRefusal("access.role-from-groups", message);
      }
      await requireRole(em, role);
      await journal(em, {
        ...{ event: "account.role-changed", actor },
        detail: { account: account.name, from: account.role, to: role },
      });
      account.role = role;
    }
    if (disabled !== undefined && disabled !== Boolean(account.disabledAt)) {
      account.disabledAt = disabled ? new Date() : null;
      const event = disabled ? "account.disabled" : "account.enabled";
      await journal(em, { event, actor, detail: { account: account.name } });
    }
    await em.flush();
    await requireWayIn(em, settings);
    await endSessionsOfAccount(em, id);
    return account;
  });
}

/** An admin gives a local account another password. @throws AccessRefusal */
export async function resetPassword(
  orm: MikroORM,
  id: string,
  given: string | undefined,
  actor: string,
): Promise<GivenPassword | undefined> {
  if (given !== undefined) requireGoodPassword(given);
  return orm.em.fork().transactional(async (em) => {
    const account = await em.findOne(Account, { id });
    if (!account) return undefined;
    if (account.source !== "local") throw noPasswordHere();
    const password = given ?? newPassword();
    await setPassword(em, account, password, actor);
    return { account, password: given === undefined ? password : undefined };
  });
}

/** Somebody changes their own password; their other sessions end. @throws AccessRefusal */
export function changeOwnPassword(
  orm: MikroORM,
  visitor: { readonly accountId: string; readonly session: string | undefined },
  current: string,
  wanted: string,
): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    const account = await em.findOneOrFail(Account, { id: visitor.accountId });
    if (account.source !== "local") throw noPasswordHere();
    if (!(await matchesPassword(current, account.passwordHash ?? ""))) {
      throw new AccessRefusal("access.wrong-password", "The current password is wrong.");
    }
    requireGoodPassword(wanted);
    if (wanted === current) {
      throw new AccessRefusal("access.weak-password", "The new password is the one you have.");
    }
    await setPassword(em, account, wanted, account.name, visitor.session);
  });
}

const noPasswordHere = (): AccessRefusal =>
  new AccessRefusal(
    "access.no-password",
    "This account signs in at its identity provider; it has no password here.",
  );
