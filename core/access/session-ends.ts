// Ends sessions when what they stand on changes: an account, its role, its password, or the settings of single sign-on.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Session } from "../database/entities/account.ts";

/** @returns how many ended */
export function endSessionsOfAccount(em: EntityManager, account: string, but?: string): Promise<number> {
  return em.nativeDelete(Session, { account, ...(but === undefined ? {} : { id: { $ne: but } }) });
}

export function endSessionsOfRole(em: EntityManager, role: string): Promise<unknown> {
  return em.execute("delete from session using account where account.id = session.account_id and role = ?", [
    role,
  ]);
}
