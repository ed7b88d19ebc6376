// The studies of a batch of arrivals: made when they are new, locked, and found in all their parts.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { joinByItself } from "../groups/membership.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { Arrival } from "./group-commit.ts";
import { keyOfRow, NOBODYS, ownerOf, studyKeyOf } from "./study-key.ts";

/** All studies of one owner with one StudyInstanceUID (0020,000D), in the order of their parts; never empty. */
export type StudyParts = readonly StudyRow[];

/** The one that instances join; all before it are complete. */
export const latestOf = (parts: StudyParts): StudyRow => parts.at(-1)!;

/**
 * Makes the studies that are new and locks all of them, in one order for every hub.
 * @returns the parts of each study by its key
 */
export async function lockStudies(
  em: EntityManager,
  batch: readonly Arrival[],
): Promise<Map<string, StudyParts>> {
  const first = new Map(batch.map((arrival) => [studyKeyOf(arrival), arrival]));
  const wanted = [...first.values()];
  let studies = await lockedParts(em, wanted);
  const missing = [...first.keys()].sort().filter((key) => !studies.has(key));
  if (missing.length > 0) {
    const values = missing.map((key) => columnsOf(first.get(key)!));
    // another hub may have made the same study a moment ago: then its row counts
    await em.upsertMany(Study, values, {
      onConflictFields: ["studyInstanceUid", "owner", "part"],
      onConflictAction: "ignore",
    });
  }
  // whoever makes a new part holds the lock on the one before: what came while this hub waited is seen now
  const complete = [...studies.values()].some((parts) => latestOf(parts).status !== "receiving");
  if (missing.length > 0 || complete) {
    em.clear();
    studies = await lockedParts(em, wanted);
  }
  for (const key of missing) {
    const study = latestOf(studies.get(key)!);
    if (study.instanceCount === 0) await appeared(em, study, first.get(key)!, {});
  }
  return studies;
}

/** A study of its own for instances that come after the last one was complete. The caller holds the locks. */
export async function openNextPart(
  em: EntityManager,
  parts: StudyParts,
  arrival: Arrival,
): Promise<StudyRow> {
  const [first] = parts as readonly [StudyRow];
  const part = latestOf(parts).part + 1;
  const columns = columnsOf(arrival);
  await em.insert(Study, { ...columns, part, lateOf: first.id });
  await journal(em, {
    event: "study.late-instances-apart",
    studyId: first.id,
    detail: { study: columns.id, part },
  });
  const study = await em.findOneOrFail(Study, columns.id, { lockMode: LockMode.PESSIMISTIC_WRITE });
  await appeared(em, study, arrival, { lateOf: first.id, part });
  return study;
}

const columnsOf = ({ header, association }: Arrival) => ({
  id: randomUUID(),
  studyInstanceUid: header.studyInstanceUid,
  owner: ownerOf({ association }),
  // nothing is run for a cloud order but what it orders
  products: association.owner === undefined ? null : [],
  callingAe: association.source.callingAe,
  ...header.study,
});

async function appeared(
  em: EntityManager,
  study: StudyRow,
  { association }: Arrival,
  detail: Record<string, unknown>,
): Promise<void> {
  const { id } = study;
  await journal(em, { event: "study.appeared", studyId: id, detail });
  await announce(em, { resource: "study", id, kind: "created", studyId: id });
  // whoever uploads or orders chooses a group by hand
  if (association.source.plugin !== "upload" && study.owner === NOBODYS) await joinByItself(em, study);
}

async function lockedParts(em: EntityManager, of: readonly Arrival[]): Promise<Map<string, StudyParts>> {
  const byOwner = Map.groupBy(of, ownerOf);
  const where = [...byOwner].map(([owner, own]) => {
    return { owner, studyInstanceUid: { $in: own.map(({ header }) => header.studyInstanceUid) } };
  });
  const orderBy = { studyInstanceUid: "asc", owner: "asc", part: "asc" } as const;
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE as const, orderBy };
  const rows = await em.find(Study, where.length === 1 ? where[0]! : { $or: where }, options);
  return Map.groupBy(rows, keyOfRow);
}
