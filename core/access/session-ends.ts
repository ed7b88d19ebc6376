// Ends sessions when nobody uses them, or what they stand on changes: an account, its role, its password.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Session } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import { fromAddress } from "../observe/request-origin.ts";

interface IdleSession {
  readonly name: string;
  readonly door: string;
  readonly address: string;
}

/**
 * A-299 Ends sessions that were not used for so long; each end is on record, once, with where the session was.
 * @param only id of one session
 */
export async function endIdleSessions(em: EntityManager, idleMs: number, only?: string): Promise<void> {
  await em.transactional(async (inner) => {
    const ended = await inner.execute<IdleSession[]>(
      `delete from session s using account a
        where a.id = s.account_id and s.last_seen_at < now() - interval '1 millisecond' * ?
          ${only === undefined ? "" : "and s.id = ?"}
       returning a.name, s.door, s.remote_address as address`,
      only === undefined ? [idleMs] : [idleMs, only],
    );
    for (const { name, door, address } of ended) {
      const detail = { door, idleMinutes: Math.round(idleMs / 60_000) };
      const line = { event: "session.expired", actor: name, detail };
      await fromAddress(address, () => journal(inner, line));
    }
  });
}

/** @returns how many ended */
export function endSessionsOfAccount(em: EntityManager, account: string, but?: string): Promise<number> {
  return em.nativeDelete(Session, { account, ...(but === undefined ? {} : { id: { $ne: but } }) });
}

export function endSessionsOfRole(em: EntityManager, role: string): Promise<unknown> {
  return em.execute("delete from session using account where account.id = session.account_id and role = ?", [
    role,
  ]);
}
