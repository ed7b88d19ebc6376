// The values of several results as one table: a line for each result, a column for each measure that occurs.
import type { ResultRow } from "../database/entities/result.ts";
import { csvLine } from "../files/csv-line.ts";
import { headOf } from "../groups/prediction-indexes.ts";

const HEADS = ["result", "order", "study", "product", "product_version", "kind", "finished", "failure_code"];

/** RFC 4180. A product that has no such measure leaves its column empty. */
export function resultsAsCsv(results: readonly ResultRow[]): string {
  const measures = [...new Set(results.flatMap(({ indexes }) => indexes.map(headOf)))];
  const lines = results.map((result) => {
    const { id, order, productId, productVersion, kind, createdAt, error } = result;
    const values = new Map(result.indexes.map((index) => [headOf(index), index.value]));
    return csvLine([
      ...[id, order.id, order.study.id, productId, productVersion, kind, createdAt, error?.code],
      ...measures.map((measure) => values.get(measure)),
    ]);
  });
  return csvLine([...HEADS, ...measures]) + lines.join("");
}
