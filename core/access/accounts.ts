// Local accounts: the admin made at first start, and the check of a name and a password.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Account, type AccountRow } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import { hashPassword, matchesPassword, newPassword } from "./password.ts";

export const ADMIN = "admin";
const ADMIN_LOCK = 7303;
const SHORTEST = 12;

/**
 * Makes sure there is an admin. A password that is given wins over the one on record.
 * @param given from THALAMUS_ADMIN_PASSWORD
 * @returns the password to print once when one was made up, else undefined
 * @throws Error when the given password is too short
 */
export function ensureAdmin(orm: MikroORM, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined && given.length < SHORTEST) {
    throw new Error(`THALAMUS_ADMIN_PASSWORD needs at least ${SHORTEST} characters`);
  }
  return orm.em.fork().transactional(async (em) => {
    // of hubs that start together one makes the account
    await em.execute(`select pg_advisory_xact_lock(${ADMIN_LOCK})`);
    const admin = await em.findOne(Account, { name: ADMIN });
    if (!admin) {
      const password = given ?? newPassword();
      const passwordHash = await hashPassword(password);
      em.create(Account, { id: randomUUID(), name: ADMIN, passwordHash, role: "admin" });
      await journal(em, { event: "account.created", detail: { account: ADMIN } });
      return given === undefined ? password : undefined;
    }
    if (given !== undefined && !(await matchesPassword(given, admin.passwordHash))) {
      admin.passwordHash = await hashPassword(given);
      admin.passwordChangedAt = new Date();
      await journal(em, { event: "account.password-changed", detail: { account: ADMIN } });
    }
    return undefined;
  });
}

// hashed once, so that an unknown name takes as long as a wrong password
const nobody = hashPassword(newPassword());

/** The account when name and password fit, else undefined; both failures take the same time. */
export async function signIn(orm: MikroORM, name: string, password: string): Promise<AccountRow | undefined> {
  const account = await orm.em.fork().findOne(Account, { name });
  const fits = await matchesPassword(password, account?.passwordHash ?? (await nobody));
  return fits && account ? account : undefined;
}
