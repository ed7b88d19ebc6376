// Lists sessions and ends them by hand.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Session, type SessionRow } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import type { Access } from "./open-access.ts";

/** Those that have not been idle too long, last seen first. */
export function listSessions(
  { orm, settings }: Pick<Access, "orm" | "settings">,
  account?: string,
): Promise<SessionRow[]> {
  const where = {
    lastSeenAt: { $gt: new Date(Date.now() - settings.idleMinutes * 60_000) },
    ...(account === undefined ? {} : { account }),
  };
  return orm.em.fork().find(Session, where, { populate: ["account"], orderBy: { lastSeenAt: "DESC" } });
}

export interface SessionChoice {
  readonly id?: string;
  readonly account?: string | undefined;
  /** Id of the session that stays. */
  readonly but?: string;
}

/** @returns how many ended */
export function revokeSessions(orm: MikroORM, choice: SessionChoice, actor: string): Promise<number> {
  const { id, account, but } = choice;
  return orm.em.fork().transactional(async (em) => {
    const ended = await em.nativeDelete(Session, {
      ...(account === undefined ? {} : { account }),
      ...(id === undefined ? {} : { id }),
      ...(but === undefined ? {} : { id: { $ne: but } }),
    });
    if (ended > 0) await journal(em, { event: "session.revoked", actor, detail: { ended, ...choice } });
    return ended;
  });
}
