// Deletes what is older than a site wants to keep it; never a study whose work is not done, nor one of a cloud order.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { UpkeepSettings } from "../config/upkeep-settings.ts";
import type { StudyRow } from "../database/entities/study.ts";
import type { HubLog } from "../observe/log.ts";
import type { StudyStatus } from "../studies/transitions.ts";
import { type OldLogs, oldLogs, removeLogs } from "./old-logs.ts";
import type { StudyPurge } from "./study-purge.ts";

/** A person, or a delivery, is still waited for in all others. */
const DONE: readonly StudyStatus[] = ["delivered", "processed", "failed", "cancelled"];
const DAY_MS = 86_400_000;
/** Studies that are looked up together. */
const AT_ONCE = 100;

/** What would go if the chore ran now. */
export interface RetentionSight {
  readonly studies: { readonly count: number; readonly bytes: number; readonly oldest: Date | null };
  /** Studies as old that stay, because something about them is not done. */
  readonly unfinished: number;
  readonly uploads: number;
  readonly hubs: number;
  readonly receipts: number;
  readonly notices: number;
  readonly logs: { readonly files: number; readonly bytes: number };
}

export interface RetentionParts {
  readonly orm: MikroORM;
  readonly settings: UpkeepSettings["retention"];
  readonly purge: StudyPurge;
  readonly logFolder: string;
  readonly log: HubLog;
}

export class Retention {
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  get settings(): UpkeepSettings["retention"] {
    return this.#parts.settings;
  }

  /** @param settings to be tried out; the site's own when left out */
  async preview(settings = this.#parts.settings): Promise<RetentionSight> {
    const em = this.#parts.orm.em.fork();
    const { keepStudiesDays, keepRecordsDays } = settings;
    const [studies] = await em.execute<{ count: number; bytes: string; oldest: Date | null; open: number }[]>(
      `select count(*) filter (where status in (?))::int as count,
              coalesce(sum(bytes) filter (where status in (?)), 0) as bytes,
              min(status_since) filter (where status in (?)) as oldest,
              count(*) filter (where status not in (?))::int as open
         from study where owner = '' and status_since < ?`,
      [DONE, DONE, DONE, DONE, before(keepStudiesDays)],
    );
    const [records] = await em.execute<Records[]>(
      `select (select count(*)::int from upload where finished_at < ?) as uploads,
              (select count(*)::int from hub_process where ended_at < ?) as hubs,
              (select count(*)::int from receipt where at < ?) as receipts,
              (select count(*)::int from notice where settled_at < ?) as notices`,
      Array(4).fill(before(keepRecordsDays)),
    );
    const { files, bytes } = await this.#oldLogs(settings);
    return {
      studies: {
        count: studies?.count ?? 0,
        bytes: Number(studies?.bytes ?? 0),
        oldest: studies?.oldest ? new Date(studies.oldest) : null,
      },
      unfinished: studies?.open ?? 0,
      uploads: records?.uploads ?? 0,
      hubs: records?.hubs ?? 0,
      receipts: records?.receipts ?? 0,
      notices: records?.notices ?? 0,
      logs: { files: files.length, bytes },
    };
  }

  /** @returns how much of what was deleted */
  async run(signal: AbortSignal): Promise<Record<string, number>> {
    const { settings, purge } = this.#parts;
    await purge.recover();
    const studies = await this.#deleteStudies(signal);
    const records = await this.#deleteRecords();
    const logs = await removeLogs(await this.#oldLogs(settings));
    return { studies, ...records, logs };
  }

  async #deleteStudies(signal: AbortSignal): Promise<number> {
    const { purge, settings, log } = this.#parts;
    if (settings.keepStudiesDays === undefined) return 0;
    const due = before(settings.keepStudiesDays);
    const stillDue = ({ status, statusSince }: StudyRow) => DONE.includes(status) && statusSince < due;
    let deleted = 0;
    // an id that was looked at is not looked at again, whatever became of it
    for (let after = NO_ID; ; ) {
      const ids = await this.#dueAfter(after, due);
      if (ids.length === 0) return deleted;
      for (const studyId of ids) {
        signal.throwIfAborted();
        const refusal = await purge.purge({ studyId, actor: "hub", reason: "retention", stillDue });
        if (refusal === undefined) deleted += 1;
        else log.info("retention.study-stays", { study: studyId, why: refusal });
      }
      after = ids.at(-1)!;
    }
  }

  async #dueAfter(after: string, due: Date): Promise<string[]> {
    const rows = await this.#parts.orm.em.fork().execute<{ id: string }[]>(
      `select id from study where id > ? and owner = '' and status in (?) and status_since < ?
          order by id limit ?`,
      [after, DONE, due, AT_ONCE],
    );
    return rows.map(({ id }) => id);
  }

  async #deleteRecords(): Promise<Records> {
    const due = before(this.#parts.settings.keepRecordsDays);
    const em = this.#parts.orm.em.fork();
    const gone = async (sql: string) => (await em.execute<unknown[]>(sql, [due])).length;
    return {
      uploads: await gone("delete from upload where finished_at < ? returning 1"),
      hubs: await gone("delete from hub_process where ended_at < ? returning 1"),
      receipts: await gone("delete from receipt where at < ? returning 1"),
      notices: await gone("delete from notice where settled_at < ? returning 1"),
    };
  }

  #oldLogs({ keepLogsDays }: UpkeepSettings["retention"]): Promise<OldLogs> {
    return oldLogs(this.#parts.logFolder, before(keepLogsDays));
  }
}

type Records = Record<"uploads" | "hubs" | "receipts" | "notices", number>;

const NO_ID = "00000000-0000-0000-0000-000000000000";

/** Days back from now; without a number so far back that nothing is older. */
const before = (days: number | undefined): Date =>
  days === undefined ? new Date(0) : new Date(Date.now() - days * DAY_MS);
