// Makes the report of a group: a file in the tree of results, and its row in the same transaction.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EntityManager } from "@mikro-orm/postgresql";
import {
  GroupReport,
  type GroupReportRow,
  type ReportReason,
  type StudyGroupRow,
} from "../database/entities/study-group.ts";
import { flushFolder } from "../files/folder-flush.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { GROUP_CHANNEL } from "./group-channel.ts";
import { indexTable, tableAsCsv } from "./prediction-indexes.ts";
import { reportFileName } from "./report-name.ts";
import { type ReportRow, reportRows } from "./report-rows.ts";

/** Of the tree of results. */
export const REPORT_FOLDER = "groups";

export interface NewReport {
  readonly reason: ReportReason;
  readonly actor: string;
  /** Goes to the destination of the group, if it has one. */
  readonly send: boolean;
}

/**
 * Part of a transaction. The studies are held meanwhile, so that one that is being deleted is either in no report or in
 * one that its deletion finds.
 * @param group its row is locked by the caller
 */
export async function makeReport(
  em: EntityManager,
  group: StudyGroupRow,
  { reason, actor, send }: NewReport,
  { results, timeZone }: { readonly results: string; readonly timeZone?: string | undefined },
): Promise<GroupReportRow> {
  const rows = await heldRows(em, group);
  const content = Buffer.from(tableAsCsv(indexTable(rows, group.identifyBy)));
  const id = randomUUID();
  const path = join(REPORT_FOLDER, id.slice(0, 2), `${id}.csv`);
  await writeDurably(results, path, content);
  const target = send ? (group.delivery ?? null) : null;
  const studyIds = [...new Set(rows.map(({ studyId }) => studyId))];
  await em.insert(GroupReport, {
    ...{ id, group: group.id, reason, identifyBy: group.identifyBy, studyIds, rows: rows.length },
    fileName: reportFileName(group.fileName, group.name, new Date(), timeZone),
    ...{ path, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
    ...{ target, state: target === null ? "kept" : "ready" },
  });
  const detail = { group: group.id, report: id, reason, rows: rows.length, identifyBy: group.identifyBy };
  await journal(em, { event: "group.report-made", actor, detail });
  await announce(em, { resource: "group", id: group.id, kind: "updated" });
  if (target !== null) await em.execute("select pg_notify(?, '')", [GROUP_CHANNEL]);
  return em.findOneOrFail(GroupReport, id);
}

async function heldRows(em: EntityManager, group: StudyGroupRow): Promise<ReportRow[]> {
  await em.execute("select 1 from study where group_id = ? order by id for key share", [group.id]);
  return reportRows(em, group.id, group.identifyBy);
}

async function writeDurably(results: string, path: string, content: Buffer): Promise<void> {
  const target = join(results, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const partial = `${target}.part`;
  {
    await using file = await open(partial, "w", 0o600);
    await file.writeFile(content);
    await file.datasync();
  }
  await rename(partial, target);
  for (const folder of [dirname(target), dirname(dirname(target)), results]) await flushFolder(folder);
}
