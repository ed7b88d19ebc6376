// Reads groups for screens: with how far their studies are, and their last report.
import type { EntityManager } from "@mikro-orm/postgresql";
import {
  GroupReport,
  type GroupReportRow,
  StudyGroup,
  type StudyGroupRow,
} from "../database/entities/study-group.ts";
import type { StudyStatus } from "../studies/transitions.ts";
import { completionOf } from "./completion-watch.ts";

/** How many studies of a group are how far. */
export interface Members {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly waiting: number;
  readonly working: number;
}

export interface GroupView {
  readonly group: StudyGroupRow;
  readonly members: Members;
  readonly complete: boolean;
  readonly lastReport: GroupReportRow | undefined;
}

const NOBODY: Members = { total: 0, done: 0, failed: 0, waiting: 0, working: 0 };

const PLACES: Readonly<Record<StudyStatus, Exclude<keyof Members, "total">>> = {
  receiving: "working",
  checking: "working",
  deidentifying: "working",
  queued: "working",
  processing: "working",
  held: "waiting",
  waiting: "waiting",
  unknown: "waiting",
  processed: "done",
  delivered: "done",
  undelivered: "failed",
  failed: "failed",
  cancelled: "failed",
};

/** By name. */
export async function listGroups(
  em: EntityManager,
  page: number,
  perPage: number,
): Promise<{ views: GroupView[]; total: number }> {
  const [groups, total] = await em.findAndCount(
    StudyGroup,
    {},
    { orderBy: { name: "asc" }, limit: perPage, offset: (page - 1) * perPage },
  );
  return { views: await viewsOf(em, groups), total };
}

export async function findGroup(em: EntityManager, id: string): Promise<GroupView | undefined> {
  const group = await em.findOne(StudyGroup, id);
  return group ? (await viewsOf(em, [group]))[0] : undefined;
}

async function viewsOf(em: EntityManager, groups: readonly StudyGroupRow[]): Promise<GroupView[]> {
  if (groups.length === 0) return [];
  const ids = groups.map(({ id }) => id);
  const counts = await em.execute<{ group_id: string; status: StudyStatus; count: number }[]>(
    "select group_id, status, count(*)::int as count from study where group_id in (?) group by group_id, status",
    [ids],
  );
  const last = await em.execute<{ id: string }[]>(
    "select distinct on (group_id) id from group_report where group_id in (?) order by group_id, created_at desc",
    [ids],
  );
  const reports = await em.find(GroupReport, { id: { $in: last.map(({ id }) => id) } });
  const views: GroupView[] = [];
  for (const group of groups) {
    const own = counts.filter((row) => row.group_id === group.id);
    const { complete } = await completionOf(em, group.id);
    const lastReport = reports.find((report) => report.group.id === group.id);
    views.push({ group, members: membersOf(own), complete, lastReport });
  }
  return views;
}

function membersOf(rows: readonly { readonly status: StudyStatus; readonly count: number }[]): Members {
  const members = { ...NOBODY };
  for (const { status, count } of rows) {
    members[PLACES[status]] += count;
    members.total += count;
  }
  return members;
}
