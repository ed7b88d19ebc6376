// The lanes of destinations: what waits in each, and which of them a person has stopped.
import type { MikroORM } from "@mikro-orm/postgresql";
import { filter, merge, type Observable, type Subscription } from "rxjs";
import { Lane } from "../database/entities/lane.ts";
import { announce, type Change } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";

export interface LaneSight {
  readonly target: string;
  /** Steps of which nothing has left the house: those that wait for their next try or, claimed, for a hand, too. */
  readonly waiting: number;
  /** Steps that are on their way. */
  readonly running: number;
  /** Steps whose end only a person can tell. */
  readonly unknown: number;
  /** Steps that were given up. */
  readonly failed: number;
  /** When the oldest step that waits was opened. */
  readonly oldest: Date | null;
  readonly suspended: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

export interface LaneParts {
  readonly orm: MikroORM;
  readonly changes$: Observable<Change>;
  /** Changes may have been missed. */
  readonly gap$: Observable<void>;
  readonly log: HubLog;
}

export class Lanes {
  readonly #parts: LaneParts;
  #suspended: ReadonlySet<string> = new Set();
  #subscription: Subscription | undefined;
  #resumed: (target: string) => void = () => undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** @param resumed called when a lane runs again, whichever hub it was asked of */
  async start(resumed: (target: string) => void): Promise<void> {
    this.#resumed = resumed;
    const { changes$, gap$ } = this.#parts;
    const news = changes$.pipe(filter(({ resource }) => resource === "lane"));
    this.#subscription = merge(news, gap$).subscribe(() => {
      void this.#look().catch((error: unknown) => {
        this.#parts.log.warn("lanes.not-looked-at", { error: (error as Error).name });
      });
    });
    await this.#look();
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }

  /** Nothing new is begun for the target. */
  isSuspended(target: string): boolean {
    return this.#suspended.has(target);
  }

  async suspend(target: string, actor: string, reason: string): Promise<void> {
    await this.#parts.orm.em.fork().transactional(async (em) => {
      await em.upsert(Lane, { target, suspendedAt: new Date(), suspendedBy: actor, reason });
      await journal(em, { event: "lane.suspended", actor, detail: { target, reason } });
      await announce(em, { resource: "lane", id: target, kind: "updated", patch: { suspended: 1 } });
    });
    await this.#look();
  }

  async resume(target: string, actor: string): Promise<void> {
    await this.#parts.orm.em.fork().transactional(async (em) => {
      if ((await em.nativeDelete(Lane, { target })) === 0) return;
      await journal(em, { event: "lane.resumed", actor, detail: { target } });
      await announce(em, { resource: "lane", id: target, kind: "updated", patch: { suspended: 0 } });
    });
    await this.#look();
  }

  async sight(targets: readonly string[]): Promise<LaneSight[]> {
    const em = this.#parts.orm.em.fork();
    if (targets.length === 0) return [];
    const rows = await em.execute<Counts[]>(
      `select target, count(*) filter (where state in ('ready', 'claimed'))::int as waiting,
              count(*) filter (where state = 'acting')::int as running,
              count(*) filter (where state = 'unknown')::int as unknown,
              count(*) filter (where state = 'rejected')::int as failed,
              min(created_at) filter (where state in ('ready', 'claimed')) as oldest
         from step where target in (?) and state in ('ready', 'claimed', 'acting', 'unknown', 'rejected')
        group by target`,
      [targets],
    );
    const lanes = await em.find(Lane, { target: [...targets] });
    return targets.map((target) => {
      const counts = rows.find((row) => row.target === target);
      const lane = lanes.find((row) => row.target === target);
      return {
        target,
        waiting: counts?.waiting ?? 0,
        running: counts?.running ?? 0,
        unknown: counts?.unknown ?? 0,
        failed: counts?.failed ?? 0,
        oldest: counts?.oldest ? new Date(counts.oldest) : null,
        suspended: lane ? { at: lane.suspendedAt, by: lane.suspendedBy, reason: lane.reason } : null,
      };
    });
  }

  async #look(): Promise<void> {
    const rows = await this.#parts.orm.em.fork().find(Lane, {}, { fields: ["target"] });
    const now = new Set(rows.map(({ target }) => target));
    const resumed = [...this.#suspended].filter((target) => !now.has(target));
    this.#suspended = now;
    for (const target of resumed) this.#resumed(target);
  }
}

interface Counts {
  readonly target: string;
  readonly waiting: number;
  readonly running: number;
  readonly unknown: number;
  readonly failed: number;
  readonly oldest: Date | null;
}
