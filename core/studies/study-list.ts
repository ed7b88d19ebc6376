// The list of studies for screens: a page of it, how many there are in each status, and what it can be filtered by.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { quietSinceOf } from "../intake/quiet-since.ts";
import { type Condition, type StudyFilter, studyCondition } from "./study-filter.ts";
import type { StudyStatus } from "./transitions.ts";

export const STUDY_SORTS = ["receivedAt", "statusSince", "status", "instanceCount", "bytes"] as const;

const SORT_COLUMNS: Readonly<Record<(typeof STUDY_SORTS)[number], string>> = {
  receivedAt: "received_at",
  statusSince: "status_since",
  status: "status",
  instanceCount: "instance_count",
  bytes: "bytes",
};

export interface StudyPage {
  readonly page: number;
  readonly perPage: number;
  readonly sort: (typeof STUDY_SORTS)[number];
  readonly order: "ASC" | "DESC";
}

/** A study with what a list shows beside it. */
export interface StudyLine {
  readonly study: StudyRow;
  /** The step that is at work on it, or that somebody else is at work on. */
  readonly running: StepRow | undefined;
  readonly products: readonly string[];
  /** The newest result with a report for people. */
  readonly resultId: string | undefined;
  /** While it is received and nothing comes. */
  readonly quietSince: string | undefined;
}

export async function listStudies(
  em: EntityManager,
  page: StudyPage,
  filter: StudyFilter,
): Promise<{ lines: StudyLine[]; total: number }> {
  const [ids, counted] = await Promise.all([
    run<{ id: string }>(em, pageStatement(page, filter)),
    run<{ n: number }>(em, totalStatement(filter)),
  ]);
  const lines = await linesOf(
    em,
    ids.map(({ id }) => id),
  );
  return { lines, total: counted[0]?.n ?? 0 };
}

const run = <T>(em: EntityManager, { sql, values }: Condition): Promise<T[]> =>
  em.execute<T[]>(sql, [...values]);

/** Only ids are sorted and skipped, so that a page far back costs no more than reading an index. */
export function pageStatement({ page, perPage, sort, order }: StudyPage, filter: StudyFilter): Condition {
  const { sql, values } = studyCondition(filter);
  const direction = order === "ASC" ? "asc" : "desc";
  return {
    // the id makes the order total, so that no row is shown twice or never
    sql: `select s.id from study s where ${sql}
      order by s.${SORT_COLUMNS[sort]} ${direction}, s.id ${direction} limit ? offset ?`,
    values: [...values, perPage, (page - 1) * perPage],
  };
}

export function totalStatement(filter: StudyFilter): Condition {
  const { sql, values } = studyCondition(filter);
  return { sql: `select count(*)::int as n from study s where ${sql}`, values };
}

/** @returns in the order of the ids */
export async function linesOf(em: EntityManager, ids: readonly string[]): Promise<StudyLine[]> {
  if (ids.length === 0) return [];
  const atWork = [{ state: ["claimed", "acting"] as const }, { waitingSince: { $ne: null } }];
  const [studies, running, ordered] = await Promise.all([
    em.find(Study, { id: { $in: [...ids] } }),
    em.fork().find(Step, { study: { $in: [...ids] }, $or: atWork as never }),
    em.execute<{ id: string; products: string[]; result: string | null }[]>(ORDERED_AND_MADE, [ids]),
  ]);
  const receiving = studies.filter(({ status }) => status === "receiving").map(({ id }) => id);
  const quiet = await quietSinceOf(em, receiving);
  const studyOf = new Map(studies.map((study) => [study.id, study]));
  const orderOf = new Map(ordered.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const study = studyOf.get(id);
    if (!study) return [];
    const { products = study.products ?? [], result } = orderOf.get(id) ?? {};
    return {
      study,
      running: running.find((step) => step.study.id === id),
      products,
      resultId: result ?? undefined,
      quietSince: quiet.get(id),
    };
  });
}

const ORDERED_AND_MADE = `
  select o.study_id as id, array_agg(distinct o.product) as products,
         (array_agg(r.id order by r.created_at desc) filter (where r.id is not null))[1] as result
    from product_order o left join result r on r.order_id = o.id
   where o.study_id in (?) group by o.study_id`;

/** How many studies fit the filter, by status; the status of the filter itself does not count. */
export async function countStudies(
  em: EntityManager,
  { status: _, ...filter }: StudyFilter,
): Promise<Partial<Record<StudyStatus, number>>> {
  const { sql, values } = studyCondition(filter);
  const rows = await run<{ status: StudyStatus; n: number }>(em, {
    sql: `select s.status, count(*)::int as n from study s where ${sql} group by s.status`,
    values,
  });
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

export interface FilterOptions {
  readonly sources: string[];
  readonly modalities: string[];
  readonly products: string[];
}

/** What occurs, in the order of the alphabet. */
export async function filterOptions(em: EntityManager): Promise<FilterOptions> {
  const words = async (sql: string) => (await em.execute<{ word: string }[]>(sql)).map(({ word }) => word);
  const [sources, products, modalities] = await Promise.all([
    words(eachOf("study", "calling_ae")),
    words(eachOf("product_order", "product")),
    words("select distinct unnest(modalities) as word from study order by 1"),
  ]);
  const named = (all: string[]) => all.filter((word) => word !== "");
  return { sources: named(sources), products: named(products), modalities: named(modalities) };
}

/** Jumps from value to value in an index: there are few of them in many rows. */
const eachOf = (table: string, column: string): string => `
  with recursive each as (
    (select ${column} as word from ${table} order by ${column} limit 1)
    union all
    select (select ${column} from ${table} where ${column} > each.word order by ${column} limit 1)
      from each where each.word is not null)
  select word from each where word is not null`;
