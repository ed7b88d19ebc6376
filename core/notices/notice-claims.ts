// Who tells which notice: a hub claims it, ends its claim, and takes over what a dead one was telling.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Notice, type NoticeRow } from "../database/entities/notice.ts";
import type { HubPresence } from "../database/hub-presence.ts";

export type NoticeEnd = Partial<Pick<NoticeRow, "state" | "code" | "reason" | "receipt" | "dueAt">>;

export class NoticeClaims {
  readonly #orm: MikroORM;
  readonly #presence: Pick<HubPresence, "id" | "deadAmong">;

  constructor(orm: MikroORM, presence: Pick<HubPresence, "id" | "deadAmong">) {
    this.#orm = orm;
    this.#presence = presence;
  }

  /** What is due, and with a digest whatever else waits for the first time; a repeat is of the same notices. */
  async claim(target: string, digestMinutes: number, most: number): Promise<readonly NoticeRow[]> {
    const ids = await this.#orm.em.fork().execute<{ id: string }[]>(
      `with first as (
         select id, batch from notice
          where target = ? and state = 'waiting' and due_at <= now()
            and (batch is not null or created_at <= now() - make_interval(mins => ?))
          order by due_at, id limit 1 for update skip locked
       ), more as (
         select notice.id from notice, first
          where target = ? and state = 'waiting' and notice.batch is not distinct from first.batch
          order by (notice.id = first.id) desc, created_at, notice.id limit ? for update of notice skip locked
       )
       update notice set state = 'sending', attempt = attempt + 1, claimed_at = now(), hub_id = ?,
              batch = coalesce(batch, ?)
        where id in (select id from more) returning id`,
      [target, digestMinutes, target, most, this.#presence.id, randomUUID()],
    );
    if (ids.length === 0) return [];
    const where = { id: { $in: ids.map(({ id }) => id) } };
    return this.#orm.em.fork().find(Notice, where, { orderBy: { createdAt: "asc", id: "asc" } });
  }

  /** Writes nothing about a notice that another hub has taken over meanwhile. */
  async settle(rows: readonly NoticeRow[], end: NoticeEnd): Promise<void> {
    const ids = rows.map(({ id }) => id);
    const held = { id: { $in: ids }, state: "sending" as const, hubId: this.#presence.id };
    const settledAt = end.state === "waiting" ? null : new Date();
    await this.#orm.em.fork().nativeUpdate(Notice, held, { ...end, settledAt, hubId: null });
  }

  /**
   * Gives back what nobody is telling any more: hubs that died, and this one's claims that it never heard of. The caller
   * tells nothing to this target at the moment.
   */
  async takeBack(target: string): Promise<void> {
    const em = this.#orm.em.fork();
    const telling = { target, state: "sending" as const };
    const rows = await em.find(Notice, telling, { fields: ["hubId"] });
    if (rows.length === 0) return;
    const own = this.#presence.id;
    const others = [...new Set(rows.flatMap(({ hubId }) => (hubId && hubId !== own ? [hubId] : [])))];
    const gone = [...(await this.#presence.deadAmong(others)), own];
    const where = { ...telling, $or: [{ hubId: { $in: gone } }, { hubId: null }] };
    await em.nativeUpdate(Notice, where, { state: "waiting", hubId: null });
  }
}
