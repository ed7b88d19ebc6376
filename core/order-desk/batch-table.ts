// The report of a batch: a line for each order and product, with every index of the products in a column.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller } from "@thalamus/sdk";
import { CloudOrder, type CloudOrderRow } from "../database/entities/cloud-order.ts";
import type { StudyGroupRow } from "../database/entities/study-group.ts";
import { indexTable, tableAsCsv } from "../groups/prediction-indexes.ts";
import type { ReportRow } from "../groups/report-rows.ts";
import { type ProductRun, productRuns } from "./view-orders.ts";

/** Orders that the caller may see, oldest first. @returns RFC 4180 */
export async function batchTable(
  em: EntityManager,
  { isAdmin, memberId }: CloudCaller,
  group: StudyGroupRow,
): Promise<string> {
  const where = { group: group.id, ...(isAdmin ? {} : { memberId }) };
  const orders = await em.find(CloudOrder, where, { orderBy: { createdAt: "asc", id: "asc" } });
  const rows: ReportRow[] = [];
  for (const order of orders) rows.push(...rowsOf(order, await productRuns(em, order)));
  const { columns, rows: lines } = indexTable(rows, "study-name");
  // clients know orders by their ids, and nothing of the hub's studies
  return tableAsCsv({ columns: ["order_id", ...columns.slice(1)], rows: lines });
}

function rowsOf(order: CloudOrderRow, runs: readonly ProductRun[]): ReportRow[] {
  return order.products.map((product): ReportRow => {
    const result = runs.find(({ name }) => name === product)?.result;
    const isMeasured = result?.kind === "diagnostic";
    return {
      studyId: order.id,
      identifier: order.studyName ?? "",
      product,
      productVersion: result?.productVersion,
      status: order.status,
      failureCode: isMeasured ? undefined : (result?.error?.code ?? order.code ?? undefined),
      indexes: isMeasured ? result.indexes : [],
    };
  });
}
