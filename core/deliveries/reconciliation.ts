// Looks for results that should have arrived somewhere and have no receipt for it.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { journal } from "../observe/journal.ts";

/** A result that a destination has not confirmed. */
export interface MissingReceipt {
  readonly resultId: string;
  readonly studyId: string;
  readonly target: string;
  /** State of the latest step; null when none was ever opened. */
  readonly state: string | null;
  readonly createdAt: Date;
}

export interface ReconciliationParts {
  readonly orm: MikroORM;
  /** Destinations of results, and of failures. */
  readonly targets: { readonly diagnostic: readonly string[]; readonly failure: readonly string[] };
}

/** A delivery may take so long before its receipt is missed, in hours. */
const PATIENCE_HOURS = 1;
/** As many as one list shows; the count is of all. */
const MOST_SHOWN = 500;

export class Reconciliation {
  readonly #parts: ReconciliationParts;

  constructor(parts: ReconciliationParts) {
    this.#parts = parts;
  }

  /** Oldest first. A delivery that was skipped by a destination's settings is none that is missing. */
  async missing(limit = MOST_SHOWN): Promise<{ rows: MissingReceipt[]; total: number }> {
    const em = this.#parts.orm.em.fork();
    const rows = await this.#rows(em, limit);
    return { rows: rows.map(asMissing), total: rows[0]?.total ?? 0 };
  }

  /** The nightly look: what is missing stands in the journal, each result once a night. */
  async run(): Promise<Record<string, number>> {
    const em = this.#parts.orm.em.fork();
    const rows = await this.#rows(em, MOST_SHOWN);
    for (const row of rows) {
      const detail = { result: row.result_id, target: row.target, state: row.state };
      await journal(em, { event: "reconciliation.missing", studyId: row.study_id, detail });
    }
    return { missing: rows[0]?.total ?? 0 };
  }

  #rows(em: EntityManager, limit: number): Promise<Row[]> {
    const { diagnostic, failure } = this.#parts.targets;
    const wanted = [
      ...diagnostic.map((target) => ({ kind: "diagnostic", target })),
      ...failure.map((target) => ({ kind: "failure", target })),
    ];
    return em.execute<Row[]>(
      `with wanted as (select * from jsonb_to_recordset(?::jsonb) as w(kind text, target text))
       select r.id as result_id, o.study_id, w.target, latest.state, r.created_at, count(*) over ()::int as total
         from result r join product_order o on o.id = r.order_id join wanted w on w.kind = r.kind
         left join lateral (
           select state from step s where s.result_id = r.id and s.target = w.target
            order by s.created_at desc limit 1) latest on true
        where r.created_at < now() - make_interval(hours => ?)
          and coalesce(latest.state, '') not in ('done', 'skipped')
        order by r.created_at, w.target limit ?`,
      [JSON.stringify(wanted), PATIENCE_HOURS, limit],
    );
  }
}

interface Row {
  readonly result_id: string;
  readonly study_id: string;
  readonly target: string;
  readonly state: string | null;
  readonly created_at: Date;
  readonly total: number;
}

const asMissing = (row: Row): MissingReceipt => ({
  resultId: row.result_id,
  studyId: row.study_id,
  target: row.target,
  state: row.state,
  createdAt: new Date(row.created_at),
});
