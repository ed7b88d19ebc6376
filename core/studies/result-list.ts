// The list of results for screens: a page of it, one result with its neighbours, and the files and deliveries of each.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Artifact, type ArtifactRow, Result, type ResultRow } from "../database/entities/result.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { type Condition, idBounds } from "./study-filter.ts";

export const RESULT_SORTS = ["createdAt", "kind", "productId"] as const;
export const DELIVERY_FILTERS = ["failed", "open", "delivered", "none"] as const;

export interface ResultFilter {
  readonly studyId?: string;
  readonly kind?: "diagnostic" | "failure";
  readonly product?: string;
  /** Whether one of its deliveries stands so now. */
  readonly delivery?: (typeof DELIVERY_FILTERS)[number];
  /** Beginning of the hub's id of a result, its order or its study. */
  readonly q?: string;
  /** Made then or later. */
  readonly from?: Date;
  /** Made before. */
  readonly until?: Date;
}

export interface ResultPage {
  readonly page: number;
  readonly perPage: number;
  readonly sort: (typeof RESULT_SORTS)[number];
  readonly order: "ASC" | "DESC";
}

export interface ResultSight {
  readonly result: ResultRow;
  readonly artifacts: ArtifactRow[];
  /** Of several deliveries to one destination the newest. */
  readonly deliveries: StepRow[];
}

export interface ResultNeighbours {
  /** A later result of the same study and product. */
  readonly newerId: string | undefined;
  /** In the list, newest first: the one above and the one below. */
  readonly previousId: string | undefined;
  readonly nextId: string | undefined;
}

const SORT_COLUMNS: Readonly<Record<(typeof RESULT_SORTS)[number], string>> = {
  createdAt: "created_at",
  kind: "kind",
  productId: "product_id",
};

export async function listResults(
  em: EntityManager,
  page: ResultPage,
  filter: ResultFilter,
): Promise<{ rows: ResultSight[]; total: number }> {
  const { sql, values } = conditionOf(filter);
  const direction = page.order === "ASC" ? "asc" : "desc";
  const [ids, total] = await Promise.all([
    em.execute<{ id: string }[]>(
      `select r.id from result r where ${sql}
        order by r.${SORT_COLUMNS[page.sort]} ${direction}, r.id ${direction} limit ? offset ?`,
      [...values, page.perPage, (page.page - 1) * page.perPage],
    ),
    em.execute<{ n: number }[]>(`select count(*)::int as n from result r where ${sql}`, [...values]),
  ]);
  const rows = await resultsOfIds(
    em,
    ids.map(({ id }) => id),
  );
  return { rows, total: total[0]?.n ?? 0 };
}

function conditionOf({ studyId, kind, product, delivery, q, from, until }: ResultFilter): Condition {
  const all: Condition[] = [];
  const add = (sql: string, ...values: unknown[]) => all.push({ sql, values });
  if (studyId !== undefined) add("r.order_id in (select id from product_order where study_id = ?)", studyId);
  if (kind) add("r.kind = ?", kind);
  if (product !== undefined) add("r.product_id = ?", product);
  if (delivery) add(DELIVERIES[delivery]);
  if (from) add("r.created_at >= ?", from);
  if (until) add("r.created_at < ?", until);
  if (q !== undefined) add(BY_BEGINNING, ...Array.from({ length: 3 }, () => idBounds(q)).flat());
  const sql = all.map((condition) => `(${condition.sql})`).join(" and ");
  return { sql: sql === "" ? "true" : sql, values: all.flatMap(({ values }) => values) };
}

const newest = (states: string): string => `r.id in (
  select d.result_id from step d where d.phase = 'deliver' and d.state in (${states})
     and not exists (select 1 from step later where later.result_id = d.result_id and later.target = d.target
                        and later.phase = 'deliver' and later.created_at > d.created_at))`;

const DELIVERIES: Readonly<Record<(typeof DELIVERY_FILTERS)[number], string>> = {
  failed: newest("'rejected', 'cancelled', 'unknown'"),
  open: newest("'ready', 'claimed', 'acting'"),
  delivered: newest("'done'"),
  none: "not exists (select 1 from step d where d.result_id = r.id and d.phase = 'deliver')",
};

const BY_BEGINNING = `r.id in (
    select id from result where id between ? and ?
    union select id from result where order_id in (select id from product_order where id between ? and ?)
    union select t.id from result t join product_order o on o.id = t.order_id
           where o.study_id in (select id from study where id between ? and ?))`;

/** @returns in the order of the ids; those that are gone are left out */
export async function resultsOfIds(em: EntityManager, ids: readonly string[]): Promise<ResultSight[]> {
  if (ids.length === 0) return [];
  const results = await em.find(Result, { id: { $in: [...ids] } }, { populate: ["order", "order.study"] });
  const resultOf = new Map(results.map((result) => [result.id, result]));
  return withFiles(
    em,
    ids.flatMap((id) => resultOf.get(id) ?? []),
  );
}

export async function findResult(em: EntityManager, id: string): Promise<ResultSight | undefined> {
  return (await resultsOfIds(em, [id]))[0];
}

async function withFiles(em: EntityManager, results: readonly ResultRow[]): Promise<ResultSight[]> {
  const ids = results.map(({ id }) => id);
  const artifacts = await em.find(Artifact, { result: { $in: ids } }, { orderBy: { id: "asc" } });
  const oldestFirst = { orderBy: { createdAt: "asc" } } as const;
  const deliveries = await em.find(Step, { result: { $in: ids }, phase: "deliver" }, oldestFirst);
  return results.map((result) => ({
    result,
    artifacts: artifacts.filter((artifact) => artifact.result.id === result.id),
    deliveries: newestOfEachTarget(deliveries.filter((step) => step.result?.id === result.id)),
  }));
}

const newestOfEachTarget = (steps: readonly StepRow[]): StepRow[] => [
  ...new Map(steps.map((step) => [step.target, step])).values(),
];

export async function neighboursOf(em: EntityManager, result: ResultRow): Promise<ResultNeighbours> {
  const one = async (sql: string, values: readonly unknown[]) => {
    const [row] = await em.execute<{ id: string }[]>(sql, [...values]);
    return row?.id;
  };
  const place = [result.id];
  const beside = (sign: string, direction: string) =>
    one(
      `select r.id from result r, result here where here.id = ?
          and (r.created_at, r.id) ${sign} (here.created_at, here.id)
        order by r.created_at ${direction}, r.id ${direction} limit 1`,
      place,
    );
  const [newerId, previousId, nextId] = await Promise.all([
    one(
      `select r.id from result r join product_order o on o.id = r.order_id, result here
        where here.id = ? and o.study_id = ? and r.product_id = here.product_id and r.created_at > here.created_at
        order by r.created_at desc limit 1`,
      [result.id, result.order.study.id],
    ),
    beside(">", "asc"),
    beside("<", "desc"),
  ]);
  return { newerId, previousId, nextId };
}
