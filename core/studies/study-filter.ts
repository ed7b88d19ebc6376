// What lists of studies are filtered by; nothing of it identifies a patient, so it may stand in an address.
import type { QcVerdict } from "./qc-verdict.ts";
import type { StudyStatus } from "./transitions.ts";

export interface StudyFilter {
  /** One of these. */
  readonly status?: readonly StudyStatus[];
  readonly ids?: readonly string[];
  /** Id of a group; `none` for studies in no group. */
  readonly group?: string;
  /** Beginning of the hub's id of a study, or of an order or a result of it. */
  readonly q?: string;
  readonly qc?: QcVerdict;
  /** Ordered for it, at any revision. */
  readonly product?: string;
  /** AE title of the sender. */
  readonly source?: string;
  readonly modality?: string;
  /** Received then or later. */
  readonly from?: Date;
  /** Received before. */
  readonly until?: Date;
}

/** A part of a statement, with the values of its question marks. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** @returns what stands after `where`, about a study by the name of s */
export function studyCondition(filter: StudyFilter): Condition {
  const { status, ids, group, q, qc, product, source, modality, from, until } = filter;
  const all: Condition[] = [];
  const add = (sql: string, ...values: unknown[]) => all.push({ sql, values });
  if (status) add("s.status in (?)", status);
  // nothing is in an empty list, which SQL has no form for
  if (ids) add(ids.length === 0 ? "false" : "s.id in (?)", ...(ids.length === 0 ? [] : [ids]));
  if (group === "none") add("s.group_id is null");
  else if (group !== undefined) add("s.group_id = ?", group);
  if (qc) add("s.qc = ?", qc);
  if (source !== undefined) add("s.calling_ae = ?", source);
  if (modality !== undefined) add("s.modalities @> array[?]::text[]", modality);
  if (from) add("s.received_at >= ?", from);
  if (until) add("s.received_at < ?", until);
  if (product !== undefined) add(ORDERED, product);
  if (q !== undefined) add(BY_BEGINNING, ...Array.from({ length: 3 }, () => idBounds(q)).flat());
  const sql = all.map((condition) => `(${condition.sql})`).join(" and ");
  return { sql: sql === "" ? "true" : sql, values: all.flatMap(({ values }) => values) };
}

const ORDERED = "s.id in (select study_id from product_order where product = ?)";

const BY_BEGINNING = `s.id in (
    select id from study where id between ? and ?
    union select study_id from product_order where id between ? and ?
    union select o.study_id from result r join product_order o on o.id = r.order_id where r.id between ? and ?)`;

/** Bounds on a UUID column that hold for every id with this beginning. */
export function idBounds(beginning: string): [string, string] {
  const digits = beginning.replaceAll("-", "").toLowerCase();
  const uuid = (fill: string) =>
    digits
      .padEnd(32, fill)
      .slice(0, 32)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return [uuid("0"), uuid("f")];
}
