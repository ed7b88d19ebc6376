// Runs chores when they are due, each by one hub of all that share the database.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Chore, type ChoreEnd, type ChoreRow } from "../database/entities/chore.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import { nextRun } from "./schedule.ts";

/** Work that comes again. */
export interface ChoreDeclaration {
  /** `retention`; names its row. */
  readonly name: string;
  readonly title: string;
  /** A preset or a cron expression. */
  readonly schedule: string;
  /** @returns what was done, in numbers; stops soon when the signal says so */
  run(signal: AbortSignal): Promise<Readonly<Record<string, number>>>;
}

export interface ClockParts {
  readonly orm: MikroORM;
  readonly presence: Pick<HubPresence, "id" | "deadAmong">;
  readonly chores: readonly ChoreDeclaration[];
  /** IANA name; that of the machine when left out. */
  readonly timeZone?: string | undefined;
  readonly log: HubLog;
}

const LOOK_MS = 5000;

export class ChoreClock {
  readonly #parts: ClockParts;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: ClockParts) {
    this.#parts = parts;
  }

  /** Puts the chores on record, with the next time of each; one whose schedule changed gets a new time. */
  async start(): Promise<void> {
    await this.reschedule();
  }

  /** The same while it runs, when schedules may have changed. */
  async reschedule(): Promise<void> {
    const { orm, chores, timeZone } = this.#parts;
    const now = new Date();
    for (const { name, schedule } of chores) {
      await orm.em.fork().execute(
        `insert into chore (name, schedule, next_run_at) values (?, ?, ?)
         on conflict (name) do update set schedule = excluded.schedule, next_run_at = excluded.next_run_at
          where chore.schedule <> excluded.schedule`,
        [name, schedule, nextRun(schedule, now, timeZone)],
      );
    }
    this.#again(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#abort.abort(new Error("the hub is stopping"));
    await this.#looking;
  }

  /**
   * Makes a chore due now.
   * @returns false when it runs already
   * @throws RangeError when there is no such chore
   */
  async runNow(name: string, actor: string): Promise<boolean> {
    const { orm, chores } = this.#parts;
    if (!chores.some((chore) => chore.name === name)) throw new RangeError(`there is no chore ${name}`);
    const asked = await orm.em.fork().transactional(async (em) => {
      const due = await em.nativeUpdate(Chore, { name, hubId: null }, { nextRunAt: new Date() });
      if (due > 0) await journal(em, { event: "chore.asked-for", actor, detail: { chore: name } });
      if (due > 0) await announce(em, { resource: "chore", id: name, kind: "updated" });
      return due > 0;
    });
    this.#again(0);
    return asked;
  }

  /** The chores of this hub with their rows. */
  async sight(): Promise<{ chore: ChoreDeclaration; row: ChoreRow }[]> {
    const { orm, chores } = this.#parts;
    const rows = await orm.em.fork().find(Chore, { name: chores.map(({ name }) => name) });
    return chores.flatMap((chore) => {
      const row = rows.find(({ name }) => name === chore.name);
      return row ? [{ chore, row }] : [];
    });
  }

  #again(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const before = this.#looking;
      this.#looking = before
        .then(() => this.#look())
        .catch((error: unknown) => {
          this.#parts.log.warn("chores.not-looked-at", { error: (error as Error).name });
        })
        .then(() => {
          // somebody may have asked for a look meanwhile
          if (this.#timer === undefined) this.#again(LOOK_MS);
        });
    }, delay);
  }

  async #look(): Promise<void> {
    await this.#takeFromDead();
    for (;;) {
      const chore = this.#stopped ? undefined : await this.#claim();
      if (!chore) return;
      await this.#run(chore);
    }
  }

  /** What a hub had in hand that died is due again. */
  async #takeFromDead(): Promise<void> {
    const { orm, presence } = this.#parts;
    const held = await orm.em.fork().find(Chore, { hubId: { $ne: null } });
    const hubs = [...new Set(held.flatMap(({ hubId }) => hubId ?? []))];
    const dead = hubs.length > 0 ? await presence.deadAmong(hubs) : [];
    if (dead.length > 0) await orm.em.fork().nativeUpdate(Chore, { hubId: dead }, { hubId: null });
  }

  async #claim(): Promise<ChoreDeclaration | undefined> {
    const { orm, presence, chores } = this.#parts;
    const names = chores.map(({ name }) => name);
    if (names.length === 0) return undefined;
    const rows = await orm.em.fork().execute<{ name: string }[]>(
      `update chore set hub_id = ?, started_at = now(), ended_at = null
        where name = (select name from chore where hub_id is null and next_run_at <= now() and name in (?)
                       order by next_run_at limit 1 for update skip locked)
       returning name`,
      [presence.id, names],
    );
    return chores.find(({ name }) => name === rows[0]?.name);
  }

  async #run(chore: ChoreDeclaration): Promise<void> {
    const { log } = this.#parts;
    let end: ChoreEnd;
    try {
      end = { ok: true, counts: await chore.run(this.#abort.signal) };
    } catch (error) {
      if (this.#abort.signal.aborted) return this.#giveBack(chore);
      end = { ok: false, counts: {}, error: (error as Error).name };
      log.error("chore.failed", { chore: chore.name, error: (error as Error).name });
    }
    await this.#settle(chore, end);
  }

  async #settle({ name, schedule }: ChoreDeclaration, end: ChoreEnd): Promise<void> {
    const { orm, presence, timeZone } = this.#parts;
    await orm.em.fork().transactional(async (em) => {
      const mine = { name, hubId: presence.id };
      const now = new Date();
      const columns = {
        hubId: null,
        endedAt: now,
        lastEnd: end,
        nextRunAt: nextRun(schedule, now, timeZone),
      };
      await em.nativeUpdate(Chore, mine, columns);
      await announce(em, { resource: "chore", id: name, kind: "updated" });
      const did = Object.values(end.counts).some((count) => count > 0);
      if (!end.ok || did) {
        const event = end.ok ? "chore.done" : "chore.failed";
        await journal(em, { event, detail: { chore: name, ...end.counts } });
      }
    });
  }

  /** The next hub, or this one when it is back, does it again from the start. */
  async #giveBack({ name }: ChoreDeclaration): Promise<void> {
    const { orm, presence } = this.#parts;
    await orm.em.fork().nativeUpdate(Chore, { name, hubId: presence.id }, { hubId: null });
  }
}
