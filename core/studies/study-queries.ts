// Reads studies, results and their history for screens.
import type { FilterQuery } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { JournalEntry, type JournalRow } from "../database/entities/journal-entry.ts";
import { Order, type OrderRow } from "../database/entities/order.ts";
import { Artifact, type ArtifactRow, Result, type ResultRow } from "../database/entities/result.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { type QueuePlace, queuePlaces } from "../steps/queue-places.ts";
import type { StudyStatus } from "./transitions.ts";

export interface Page {
  readonly page: number;
  readonly perPage: number;
  readonly sort: string;
  readonly order: "ASC" | "DESC";
}

export interface StudyFilter {
  readonly status?: StudyStatus;
  readonly ids?: readonly string[];
  readonly group?: string;
  /** Beginning of the hub's own id. */
  readonly q?: string;
}

const pageOptions = ({ page, perPage, sort, order }: Page) => ({
  limit: perPage,
  offset: (page - 1) * perPage,
  // the id makes the order total, so that no row is shown twice or never
  orderBy: [{ [sort]: order }, { id: "ASC" as const }],
});

/** Studies of a page, with the step that runs for each. */
export async function listStudies(
  em: EntityManager,
  page: Page,
  filter: StudyFilter,
): Promise<{ rows: { study: StudyRow; running: StepRow | undefined }[]; total: number }> {
  const where: FilterQuery<StudyRow> = {
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.group ? { group: filter.group } : {}),
    ...(filter.ids ? { id: { $in: [...filter.ids] } } : {}),
  };
  if (filter.q) Object.assign(where, idBeginsWith(filter.q));
  const [studies, total] = await em.findAndCount(Study, where, pageOptions(page));
  const ids = studies.map(({ id }) => id);
  // or somebody else is at work on it
  const atWork = [{ state: ["claimed", "acting"] as const }, { waitingSince: { $ne: null } }];
  const running = await em.find(Step, { study: { $in: ids }, $or: atWork as never });
  return {
    rows: studies.map((study) => ({ study, running: running.find((step) => step.study.id === study.id) })),
    total,
  };
}

/** Bounds on a UUID column that hold for every id with this beginning. */
function idBeginsWith(prefix: string): FilterQuery<StudyRow> {
  const digits = prefix.replaceAll("-", "").toLowerCase();
  const uuid = (fill: string) =>
    digits
      .padEnd(32, fill)
      .slice(0, 32)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { id: { $gte: uuid("0"), $lte: uuid("f") } };
}

export interface ResultSight {
  readonly result: ResultRow;
  readonly artifacts: ArtifactRow[];
  readonly deliveries: StepRow[];
}

export async function listResults(
  em: EntityManager,
  page: Page,
  filter: { readonly studyId?: string; readonly kind?: "diagnostic" | "failure" },
): Promise<{ rows: ResultSight[]; total: number }> {
  const where: FilterQuery<ResultRow> = {
    ...(filter.studyId ? { order: { study: filter.studyId } } : {}),
    ...(filter.kind ? { kind: filter.kind } : {}),
  };
  const [results, total] = await em.findAndCount(Result, where, {
    ...pageOptions(page),
    populate: ["order"],
  });
  return { rows: await withFiles(em, results), total };
}

export async function findResult(em: EntityManager, id: string): Promise<ResultSight | undefined> {
  const result = await em.findOne(Result, id, { populate: ["order"] });
  return result ? (await withFiles(em, [result]))[0] : undefined;
}

async function withFiles(em: EntityManager, results: ResultRow[]): Promise<ResultSight[]> {
  const ids = results.map(({ id }) => id);
  const artifacts = await em.find(Artifact, { result: { $in: ids } }, { orderBy: { id: "asc" } });
  const deliveries = await em.find(
    Step,
    { result: { $in: ids }, phase: "deliver" },
    { orderBy: { createdAt: "asc" } },
  );
  return results.map((result) => ({
    result,
    artifacts: artifacts.filter((artifact) => artifact.result.id === result.id),
    deliveries: deliveries.filter((step) => step.result?.id === result.id),
  }));
}

export interface StudySight {
  readonly study: StudyRow;
  /** Ids of the studies that late instances of this one made. */
  readonly lateStudies: string[];
  readonly orders: OrderRow[];
  readonly steps: StepRow[];
  /** Of orders that wait for their turn, by the id of the step. */
  readonly places: ReadonlyMap<string, QueuePlace>;
  readonly results: ResultSight[];
  readonly timeline: JournalRow[];
}

const LONGEST_TIMELINE = 1000;

export async function findStudy(em: EntityManager, id: string): Promise<StudySight | undefined> {
  const study = await em.findOne(Study, id);
  if (!study) return undefined;
  const oldestFirst = { orderBy: { createdAt: "asc" } } as const;
  const orders = await em.find(Order, { study: id }, oldestFirst);
  const steps = await em.find(Step, { study: id }, oldestFirst);
  const page = { page: 1, perPage: 100, sort: "createdAt", order: "DESC" } as const;
  const { rows: results } = await listResults(em, page, { studyId: id });
  const options = { orderBy: { id: "asc" }, limit: LONGEST_TIMELINE } as const;
  const timeline = await em.find(JournalEntry, { studyId: id }, options);
  const late = await em.find(Study, { lateOf: id }, { orderBy: { part: "asc" } });
  const lateStudies = late.map((one) => one.id);
  const places = await queuePlaces(em, steps);
  return { study, lateStudies, orders, steps, places, results, timeline };
}
