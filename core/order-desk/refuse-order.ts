// Ends an order whose data cannot be taken in: FAILED, with a report that says why. It has no study to keep that one for.
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DeskResult } from "@thalamus/sdk";
import { failureResult, studyLabel } from "@thalamus/sdk/reports";
import { CloudOrder, type CloudOrderRow, CloudUpload } from "../database/entities/cloud-order.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { keepFiles } from "../studies/keep-result.ts";
import { journalByHub } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { lockOrder } from "./find-order.ts";
import { isOver, moveOrder, type Reason } from "./order-moves.ts";

const ADVICE = "Mend what is named above, and send the data set with a new order.";

/** Does nothing to an order that is over. Its uploads are cleared and its study is removed afterwards. */
export async function refuseOrder(parts: DeskParts, order: CloudOrderRow, reason: Reason): Promise<void> {
  const { orm, trees, log } = parts;
  const files = await keepReport(order, reason, trees).catch((error: Error) => {
    log.warn("cloud-order.no-report", { order: order.id, error: error.name });
    return [];
  });
  const isRefused = await orm.em.fork().transactional(async (em) => {
    await lockOrder(em, order.id);
    const row = await em.findOneOrFail(CloudOrder, order.id);
    if (isOver(row)) return false;
    row.filesState = "refused";
    row.hubId = null;
    row.report = files;
    await moveOrder(em, row, "FAILED", reason);
    await em.nativeUpdate(CloudUpload, { order: row.id }, { state: "aborted" });
    await journalByHub(em, "cloud-order.refused", row, { code: reason.code });
    return true;
  });
  if (!isRefused) await removeReports(trees, order.id);
}

async function keepReport(order: CloudOrderRow, reason: Reason, trees: FileTrees) {
  const workspace = join(trees.work, `failure.${randomUUID()}`);
  const [name = "no product yet"] = order.products;
  try {
    const result = await failureResult(
      {
        orderId: order.id,
        studyLabel: studyLabel(order.id),
        attempt: 1,
        product: { id: order.hubProducts[0] ?? name, version: "unknown", name },
        application: "Data intake",
        reason: { ...reason, advice: ADVICE },
        at: new Date(),
      },
      workspace,
    );
    const made = { id: order.id, claimToken: randomUUID() };
    const kept = await keepFiles(trees.results, made, result, workspace);
    return kept.map(({ name, mediaType, bytes, sha256, kept: path }) => {
      return { name, mediaType, bytes, sha256, path };
    });
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** What was made for an order without a study, however often. */
export async function removeReports({ results }: FileTrees, orderId: string): Promise<void> {
  const around = join(results, orderId.slice(0, 2));
  const names = await readdir(around).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(`${orderId}.`))) {
    await rm(join(around, name), { recursive: true, force: true });
  }
}

/** One for each product, all with the same files. */
export function refusalResults(order: CloudOrderRow): DeskResult[] {
  const { products, report, code, message, updatedAt: createdAt } = order;
  if (order.status !== "FAILED" || report.length === 0 || !code || !message) return [];
  const files = report.map(({ path: _, ...file }) => file);
  const names = products.length > 0 ? products : [""];
  return names.map(
    (product): DeskResult => ({
      ...{ product, productVersion: "unknown", kind: "failure", createdAt, files },
      ...{ indexes: [], warnings: [], error: { code, message } },
    }),
  );
}
