// makes the reports that are due by the clock, whether anything is new or not.
import type { MikroORM } from "@mikro-orm/postgresql";
import { StudyGroup } from "../database/entities/study-group.ts";
import { nextRun } from "../upkeep/schedule.ts";
import { makeReport } from "./make-report.ts";
import { removeStrayReports } from "./stray-reports.ts";

export interface ScheduleParts {
  readonly orm: MikroORM;
  /** Absolute path of the tree of results. */
  readonly results: string;
  readonly timeZone?: string | undefined;
}

/** The chore that looks every minute. @returns how many reports it made, and removed as left over */
export async function makeScheduledReports(
  { orm, results, timeZone }: ScheduleParts,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const due = await orm.em.fork().find(StudyGroup, { nextRunAt: { $lte: new Date() } }, { fields: ["id"] });
  let reports = 0;
  for (const { id } of due) {
    signal.throwIfAborted();
    reports += await orm.em.fork().transactional(async (em) => {
      await em.execute("select 1 from study_group where id = ? for no key update", [id]);
      const group = await em.findOne(StudyGroup, id);
      if (!group?.schedule || !group.nextRunAt || group.nextRunAt > new Date()) return 0;
      group.nextRunAt = nextRun(group.schedule, new Date(), timeZone);
      await em.flush();
      await makeReport(em, group, { reason: "scheduled", actor: "hub", send: true }, { results, timeZone });
      return 1;
    });
  }
  return { reports, strays: await removeStrayReports(orm, results) };
}
