// Dry runs in the database: any hub tells how far one is, and only one goes on at a time.
import type { MikroORM } from "@mikro-orm/postgresql";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import { DryRun, type DryRunRow } from "../database/entities/dry-run.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { CheckDifference, StudyDifference } from "./dry-run-difference.ts";

export interface DryRunSight {
  readonly id: string;
  readonly plugin: string;
  readonly state: DryRunRow["state"];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly total: number;
  readonly done: number;
  /** Studies whose files could not be read now. */
  readonly unreadable: number;
  readonly checks: readonly CheckDifference[];
  /** Studies of which a line would change. */
  readonly studies: readonly StudyDifference[];
}

/** The last ones only. */
const MOST_KEPT = 20;

export class DryRunRows {
  readonly #orm: MikroORM;
  readonly #presence: Pick<HubPresence, "id" | "deadAmong">;

  constructor(orm: MikroORM, presence: Pick<HubPresence, "id" | "deadAmong">) {
    this.#orm = orm;
    this.#presence = presence;
  }

  /** @returns false while another one goes on, on whichever hub */
  async begin(sight: DryRunSight): Promise<boolean> {
    return this.#orm.em.fork().transactional(async (em) => {
      await em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.dryRun})`);
      const rows = await em.find(DryRun, {}, { orderBy: { startedAt: "desc" } });
      for (const row of rows) await this.#endWithItsHub(row);
      if (rows.some(({ state }) => state === "running")) return false;
      for (const old of rows.slice(MOST_KEPT - 1)) em.remove(old);
      em.create(DryRun, { ...sight, hubId: this.#presence.id, cancelWanted: false });
      return true;
    });
  }

  /** @returns whether somebody asked another hub to end it */
  async save({ id, ...sight }: DryRunSight): Promise<boolean> {
    const em = this.#orm.em.fork();
    await em.nativeUpdate(DryRun, { id }, sight);
    // what was found is not read again
    return (await em.findOne(DryRun, id, { fields: ["cancelWanted"] }))?.cancelWanted === true;
  }

  /** @returns undefined when there is none, or it is too long ago */
  async find(id: string): Promise<DryRunSight | undefined> {
    const em = this.#orm.em.fork();
    const row = await em.findOne(DryRun, id);
    if (!row) return undefined;
    await this.#endWithItsHub(row);
    await em.flush();
    return sightOf(row);
  }

  async wantCancel(id: string): Promise<void> {
    await this.#orm.em.fork().nativeUpdate(DryRun, { id, state: "running" }, { cancelWanted: true });
  }

  /** One whose hub is gone goes on nowhere. */
  async #endWithItsHub(row: DryRunRow): Promise<void> {
    if (row.state !== "running") return;
    if ((await this.#presence.deadAmong([row.hubId])).length === 0) return;
    row.state = "failed";
    row.endedAt = new Date();
  }
}

function sightOf({ id, plugin, state, startedAt, endedAt, ...found }: DryRunRow): DryRunSight {
  const { total, done, unreadable, checks, studies } = found;
  return {
    ...{ id, plugin, state, startedAt, endedAt: endedAt ?? null },
    ...{ total, done, unreadable, checks, studies },
  };
}
