// What the report of a group is made of: a row for each study and product, as the database has them now.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { ResultIndex } from "@thalamus/sdk";
import type { GroupIdentifier } from "../database/entities/study-group.ts";

export interface ReportRow {
  /** The hub's own id. */
  readonly studyId: string;
  /** What the group's identifier is for this study; empty for the hub's id. It may identify the patient. */
  readonly identifier: string;
  /** Undefined for a study that nothing was ordered for. */
  readonly product: string | undefined;
  readonly productVersion: string | undefined;
  /** Of the order, or of a study without one. */
  readonly status: string;
  readonly failureCode: string | undefined;
  readonly indexes: readonly ResultIndex[];
}

/** The column of the study that an identifier stands for; fixed words, so that they can stand in the SQL. */
const COLUMNS: Readonly<Record<GroupIdentifier, string>> = {
  "hub-id": "''",
  "study-name": "s.study_name",
  accession: "s.accession_number",
  "patient-id": "s.patient_id",
};

/** Of an order that was opened anew after a person had ended the study, only the newer one counts. */
export const LIVE_ORDERS = `
  left join product_order o on o.study_id = s.id and o.revision = s.revision
   and not (not exists (select 1 from step p where p.order_id = o.id and p.phase = 'process')
            and exists (select 1 from product_order n where n.study_id = s.id and n.revision = s.revision
                         and n.product = o.product and n.created_at > o.created_at))
  left join lateral (select * from result where order_id = o.id order by created_at desc limit 1) r on true`;

/** In the order the studies came in. */
export async function reportRows(
  em: EntityManager,
  groupId: string,
  identifyBy: GroupIdentifier,
): Promise<ReportRow[]> {
  const rows = await em.execute<Row[]>(
    `select s.id as study_id, ${COLUMNS[identifyBy]} as identifier, s.status as study_status,
            o.product, o.status as order_status, r.kind, r.product_version, r.indexes,
            coalesce(r.error->>'code', refused.code) as code
       from study s ${LIVE_ORDERS}
       left join lateral (
         select outcome->>'code' as code from step
          where study_id = s.id and revision = s.revision and state = 'rejected' and phase <> 'deliver'
            and (order_id = o.id or order_id is null)
          order by settled_at desc nulls last limit 1) refused on true
      where s.group_id = ? order by s.received_at, s.id, o.product, o.created_at`,
    [groupId],
  );
  return rows.map(asReportRow);
}

interface Row {
  readonly study_id: string;
  readonly identifier: string;
  readonly study_status: string;
  readonly product: string | null;
  readonly order_status: string | null;
  readonly kind: "diagnostic" | "failure" | null;
  readonly product_version: string | null;
  readonly indexes: ResultIndex[] | null;
  readonly code: string | null;
}

function asReportRow(row: Row): ReportRow {
  const status = row.order_status ?? row.study_status;
  // an order that is run again after a failure still has the result of before
  const failed = status === "failed";
  return {
    studyId: row.study_id,
    identifier: row.identifier,
    product: row.product ?? undefined,
    productVersion: row.product_version ?? undefined,
    status,
    failureCode: failed ? (row.code ?? undefined) : undefined,
    indexes: row.kind === "diagnostic" && !failed ? (row.indexes ?? []) : [],
  };
}
