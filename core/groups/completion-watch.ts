// Sees when the last study of a group is through, and makes its report; later additions that complete make another one.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { bufferTime, filter, map, type Observable, type Subscription } from "rxjs";
import { StudyGroup } from "../database/entities/study-group.ts";
import { recordNotice } from "../notices/record-notice.ts";
import type { Change } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import { makeReport } from "./make-report.ts";
import { LIVE_ORDERS } from "./report-rows.ts";

export interface CompletionParts {
  readonly orm: MikroORM;
  /** Absolute path of the tree of results. */
  readonly results: string;
  readonly timeZone?: string | undefined;
  /** A hint that there is something to do; the rows are the truth. */
  readonly changes$: Observable<Change>;
  readonly log: HubLog;
}

/** A study tells many changes at once. */
const GATHER_MS = 300;
/** Changes may be missed: so often every group is looked at. */
const LOOK_MS = 30_000;

export class CompletionWatch {
  readonly #parts: CompletionParts;
  #timer: NodeJS.Timeout | undefined;
  #hints: Subscription | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: CompletionParts) {
    this.#parts = parts;
  }

  start(): void {
    const about = this.#parts.changes$.pipe(
      filter(({ resource }) => resource !== "upload" && resource !== "hub" && resource !== "lane"),
      map(({ studyId }) => studyId),
      filter((id) => id !== undefined),
      bufferTime(GATHER_MS),
      filter((ids) => ids.length > 0),
    );
    this.#hints = about.subscribe((ids) => this.#lookSoon([...new Set(ids)]));
    this.#timer = setInterval(() => this.#lookSoon(), LOOK_MS);
    this.#lookSoon();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#hints?.unsubscribe();
    await this.#looking;
  }

  #lookSoon(studyIds?: readonly string[]): void {
    const { log } = this.#parts;
    this.#looking = this.#looking
      .then(() => this.look(studyIds))
      .catch((error) => log.warn("group.not-looked-at", { error: (error as Error).name }));
  }

  /** @param studyIds only groups of these; all without it */
  async look(studyIds?: readonly string[]): Promise<void> {
    const em = this.#parts.orm.em.fork();
    const groups = studyIds
      ? await em.execute<{ id: string }[]>(
          "select distinct group_id as id from study where id in (?) and group_id is not null",
          [studyIds],
        )
      : await em.execute<{ id: string }[]>(
          "select distinct group_id as id from study where group_id is not null",
        );
    for (const { id } of groups) {
      const sight = await completionOf(em, id);
      if (sight.complete) await this.#complete(id);
    }
  }

  /** Of several hubs one makes the report: it looks once more under the lock. */
  async #complete(id: string): Promise<void> {
    const { orm, results, timeZone } = this.#parts;
    await orm.em.fork().transactional(async (em) => {
      await em.execute("select 1 from study_group where id = ? for no key update", [id]);
      const group = await em.findOne(StudyGroup, id, { lockMode: LockMode.NONE });
      if (!group) return;
      const { complete, parts } = await completionOf(em, id);
      const before = new Set(group.completedWith);
      if (!complete || parts.every((part) => before.has(part))) return;
      group.completedWith = parts;
      group.completedAt = new Date();
      await em.flush();
      const send = group.sendOnCompletion;
      const report = await makeReport(
        em,
        group,
        { reason: "completed", actor: "hub", send },
        { results, timeZone },
      );
      const detail = { group: id, name: group.name, studies: report.studyIds.length };
      await recordNotice(em, { event: "group.completed", detail });
    });
  }
}

export interface Completion {
  /** It has studies, and none of them is on its way or waits for a person. */
  readonly complete: boolean;
  /** What it is complete with: studies without orders, and orders with how they ended. */
  readonly parts: string[];
}

/** A delivery that was given up does not hold a group back; one whose end only a person can tell does. */
export async function completionOf(em: EntityManager, groupId: string): Promise<Completion> {
  const [row] = await em.execute<{ complete: boolean | null; parts: string[] | null }[]>(
    `select bool_and(s.status in ('processed', 'delivered', 'undelivered', 'failed', 'cancelled')
                     and coalesce(o.status, 'processed') in ('processed', 'delivered', 'undelivered', 'failed', 'cancelled')
                     and not exists (select 1 from step where step.study_id = s.id and step.revision = s.revision
                                        and step.state in ('ready', 'claimed', 'acting', 'unknown'))) as complete,
            array_agg(distinct case
              when o.id is null then s.id || ':' || s.revision
              when o.status in ('failed', 'cancelled') then o.id || ':' || o.status
              else o.id || ':' || coalesce(r.id::text, '') end) as parts
       from study s ${LIVE_ORDERS}
      where s.group_id = ?`,
    [groupId],
  );
  return { complete: row?.complete ?? false, parts: row?.parts ?? [] };
}
