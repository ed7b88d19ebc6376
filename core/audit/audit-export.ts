// The audit trail as a file: CSV that no spreadsheet takes for formulas, or JSON. No value of a patient is in it.
import { csvLine } from "../files/csv-line.ts";
import type { AuditLine } from "./audit-trail.ts";

const COLUMNS = [
  ...(["id", "at", "actor", "event", "outcome", "studyId", "stepId"] as const),
  ...(["address", "device", "detail"] as const),
];

type Pieces = AsyncIterable<readonly AuditLine[]>;

export async function* auditAsCsv(pieces: Pieces): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const lines of pieces) {
    yield lines.map((line) => csvLine(COLUMNS.map((column) => line[column]))).join("");
  }
}

export async function* auditAsJson(pieces: Pieces): AsyncGenerator<string> {
  let separator = "[\n";
  for await (const lines of pieces) {
    yield separator + lines.map((line) => JSON.stringify(line)).join(",\n");
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}
