// An order expires: its line stays, without a word about the patient; study, files and results are removed afterwards.
import type { EntityManager } from "@mikro-orm/postgresql";
import { CloudOrder, type CloudOrderRow, CloudUpload } from "../database/entities/cloud-order.ts";
import { journalByHub } from "./desk-journal.ts";
import { lockOrder } from "./find-order.ts";
import { moveOrder } from "./order-moves.ts";

/** Nobody needs them any more. */
const NO_VALUES = {
  ...{ studyUid: null, sentUid: null, patientPseudonym: null, studyName: null, metadata: {}, report: [] },
};

/**
 * The caller holds the lock on the order.
 * @param reason for the journal: `age`, `abandoned`, `study-deleted`
 */
export async function expireOrder(em: EntityManager, order: CloudOrderRow, reason: string): Promise<void> {
  const from = order.status;
  Object.assign(order, NO_VALUES, { emptied: false });
  if (order.filesState === "awaited" || order.filesState === "complete") order.filesState = "refused";
  await moveOrder(em, order, "EXPIRED");
  await em.nativeUpdate(CloudUpload, { order: order.id, state: { $ne: "aborted" } }, { state: "aborted" });
  await journalByHub(em, "cloud-order.expired", order, { reason, from });
}

/** A person at the hub deletes the study of an order, in the caller's transaction: its client hears that it is gone. */
export async function expireWithStudy(em: EntityManager, owner: string): Promise<void> {
  await lockOrder(em, owner);
  const order = await em.findOne(CloudOrder, owner, { refresh: true });
  // of what was refused the report stays
  if (order?.filesState !== "taken" || order.status === "EXPIRED") return;
  await expireOrder(em, order, "study-deleted");
}
