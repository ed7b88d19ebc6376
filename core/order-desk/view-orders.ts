// Orders as clients see them, with all that belongs to them read in one go.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { DeskOrder, DeskResult } from "@thalamus/sdk";
import type { CloudOrderRow } from "../database/entities/cloud-order.ts";
import { Order, type OrderRow } from "../database/entities/order.ts";
import { Artifact, type ArtifactRow, Result, type ResultRow } from "../database/entities/result.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { StudyGroup, type StudyGroupRow } from "../database/entities/study-group.ts";
import { productEnd } from "./cloud-status.ts";
import { newestOfEach } from "./live-orders.ts";
import { infoOf, type OrderState, pollAfter, progressOf } from "./order-progress.ts";
import { refusalResults } from "./refuse-order.ts";

/** What there is of one product of an order. */
export interface ProductRun {
  /** As the client named it. */
  readonly name: string;
  readonly order: OrderRow;
  /** The last one. */
  readonly result: ResultRow | undefined;
  readonly artifacts: readonly ArtifactRow[];
}

interface Belongings {
  readonly studies: ReadonlyMap<string, StudyRow>;
  readonly orders: readonly OrderRow[];
  readonly results: readonly ResultRow[];
  readonly artifacts: readonly ArtifactRow[];
  readonly steps: readonly StepRow[];
  readonly groups: ReadonlyMap<string, StudyGroupRow>;
}

export async function viewOrder(em: EntityManager, row: CloudOrderRow): Promise<DeskOrder> {
  const [view] = await viewOrders(em, [row]);
  return view!;
}

/** @returns views in the order of the rows */
export async function viewOrders(em: EntityManager, rows: readonly CloudOrderRow[]): Promise<DeskOrder[]> {
  const all = await belongingsOf(em, rows);
  return rows.map((row) => view(row, all));
}

/** The products of an order that were opened, in the order they were asked for. */
export async function productRuns(em: EntityManager, row: CloudOrderRow): Promise<ProductRun[]> {
  return runsOf(row, await belongingsOf(em, [row]));
}

async function belongingsOf(em: EntityManager, rows: readonly CloudOrderRow[]): Promise<Belongings> {
  const studyIds = rows.flatMap(({ studyId }) => studyId ?? []);
  const groupIds = rows.flatMap(({ group }) => group?.id ?? []);
  const groups = groupIds.length > 0 ? await em.find(StudyGroup, { id: { $in: groupIds } }) : [];
  const byGroup = new Map(groups.map((group) => [group.id, group]));
  const none = { studies: new Map(), orders: [], results: [], artifacts: [], steps: [] };
  if (studyIds.length === 0) return { ...none, groups: byGroup };
  const studies = await em.find(Study, { id: { $in: studyIds } });
  const orders = await em.find(Order, { study: { $in: studyIds } });
  const ids = orders.map(({ id }) => id);
  const oldestFirst = { orderBy: { createdAt: "asc" } } as const;
  const results = await em.find(Result, { order: { $in: ids } }, oldestFirst);
  const resultIds = results.map(({ id }) => id);
  return {
    studies: new Map(studies.map((study) => [study.id, study])),
    orders,
    results,
    artifacts: await em.find(Artifact, { result: { $in: resultIds } }, { orderBy: { id: "asc" } }),
    steps: await em.find(Step, { order: { $in: ids }, phase: "process" }),
    groups: byGroup,
  };
}

function runsOf(row: CloudOrderRow, all: Belongings): ProductRun[] {
  const study = row.studyId ? all.studies.get(row.studyId) : undefined;
  if (!study) return [];
  const own = all.orders.filter((order) => order.study.id === study.id && order.revision === study.revision);
  const live = new Map(newestOfEach(own).map((order) => [order.product, order]));
  return row.hubProducts.flatMap((product, index): ProductRun[] => {
    const order = live.get(product);
    if (!order) return [];
    const result = all.results.findLast((one) => one.order.id === order.id);
    const artifacts = all.artifacts.filter((artifact) => artifact.result.id === result?.id);
    return [{ name: row.products[index] ?? product, order, result, artifacts }];
  });
}

function view(row: CloudOrderRow, all: Belongings): DeskOrder {
  const study = row.studyId ? all.studies.get(row.studyId) : undefined;
  const runs = runsOf(row, all);
  const ends = runs.map(({ order, result }) => productEnd({ status: order.status, result: result?.kind }));
  const state: OrderState = {
    order: row,
    study: study?.status,
    running: all.steps.filter(({ order }) => runs.some((run) => run.order.id === order?.id)),
    ended: ends.filter((end) => end !== "working").length,
    wanted: row.hubProducts.length,
  };
  const group = row.group ? all.groups.get(row.group.id) : undefined;
  const failed = row.status === "FAILED" && row.code !== null && row.message !== null;
  return {
    id: row.id,
    status: row.status,
    progress: progressOf(state),
    info: infoOf(state),
    products: row.products,
    studyUid: row.sentUid ?? row.studyUid ?? undefined,
    studyName: row.studyName ?? undefined,
    batch: group && { id: group.id, name: group.name },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    expiresAt: row.expiresAt,
    failure: failed ? { code: row.code!, message: row.message! } : undefined,
    results: row.filesState === "refused" ? refusalResults(row) : runs.flatMap(resultOf),
    hasData: row.filesState === "complete" || row.filesState === "taken",
    pollAfterSeconds: pollAfter(state),
  };
}

/** A failure before a product was run again is none any more. */
function resultOf({ name, order, result, artifacts }: ProductRun): DeskResult[] {
  if (!result || productEnd({ status: order.status, result: result.kind }) === "working") return [];
  const { kind, productVersion, createdAt, indexes, warnings, error } = result;
  return [
    {
      product: name,
      productVersion,
      kind,
      createdAt,
      files: artifacts.map((file) => ({
        name: file.name,
        mediaType: file.mediaType,
        bytes: file.bytes,
        sha256: file.sha256,
      })),
      indexes,
      warnings,
      error: error ?? undefined,
    },
  ];
}
