// the report "Prediction Indexes", a table with a row for each study and product.
import type { ResultIndex } from "@thalamus/sdk";
import type { GroupIdentifier } from "../database/entities/study-group.ts";
import { csvLine } from "../files/csv-line.ts";
import type { ReportRow } from "./report-rows.ts";

export const REPORT_TITLE = "Prediction Indexes";

export interface IndexTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Heads of the column that names the patient's study as the site wants it. */
const IDENTIFIER_HEADS: Readonly<Record<GroupIdentifier, string | undefined>> = {
  "hub-id": undefined,
  "study-name": "study_name",
  accession: "accession_number",
  "patient-id": "patient_id",
};

/**
 * Every index of every product has a column, in the order the results declare them; a product that has no such index
 * leaves it empty.
 */
export function indexTable(rows: readonly ReportRow[], identifyBy: GroupIdentifier): IndexTable {
  const head = IDENTIFIER_HEADS[identifyBy];
  const indexes = [...new Set(rows.flatMap((row) => row.indexes.map(headOf)))];
  return {
    columns: [
      ...(head === undefined ? ["study"] : ["study", head]),
      ...["product", "product_version", "status", "failure_code"],
      ...indexes,
    ],
    rows: rows.map((row) => {
      const values = new Map(row.indexes.map((index) => [headOf(index), index.value]));
      return [
        ...(head === undefined ? [row.studyId] : [row.studyId, row.identifier]),
        ...[row.product ?? null, row.productVersion ?? null, row.status, row.failureCode ?? null],
        ...indexes.map((index) => values.get(index) ?? null),
      ];
    }),
  };
}

/** The unit belongs to the name: two products may measure the same thing in different ones. */
export const headOf = ({ name, unit }: ResultIndex): string =>
  unit === "1" || unit === "" ? name : `${name} [${unit}]`;

/** RFC 4180, in UTF-8 without a byte order mark. */
export const tableAsCsv = ({ columns, rows }: IndexTable): string =>
  csvLine(columns) + rows.map((row) => csvLine(row)).join("");
