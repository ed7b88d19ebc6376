// Ends orders before their time: because their client says so, or because a newer one takes their place.

import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { CloudCaller, DeskOrder, OrderReference } from "@thalamus/sdk";
import { type CloudOrderRow, CloudUpload } from "../database/entities/cloud-order.ts";
import { Study } from "../database/entities/study.ts";
import { setStatus } from "../steps/route.ts";
import { uploadOf } from "./begin-upload.ts";
import { actorOf, journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { orderOf } from "./find-order.ts";
import { moveOrder, type Reason } from "./order-moves.ts";
import { refused } from "./refusals.ts";
import { viewOrder } from "./view-orders.ts";

/**
 * Irreversible. What runs for it is stopped.
 * @throws DeskRefusal `desk.too-late` when it was delivered or has failed
 */
export async function cancelOrder(
  parts: DeskParts,
  caller: CloudCaller,
  which: OrderReference,
): Promise<DeskOrder> {
  const id = await parts.orm.em.fork().transactional(async (em) => {
    const order = await orderOf(em, caller, which, "lock");
    if (order.status === "CANCELLED") return order.id;
    if (order.status !== "PENDING" && order.status !== "DX_STARTED") throw refused("desk.too-late");
    await endOrder(em, order);
    await journalOf(em, "cloud-order.cancelled", caller, { order: order.id }, order.studyId);
    return order.id;
  });
  const em = parts.orm.em.fork();
  const order = await orderOf(em, caller, { orderId: id });
  if (order.studyId) await stopWork(parts, order.studyId, actorOf(caller));
  parts.wake();
  return viewOrder(parts.orm.em.fork(), order);
}

/** @throws DeskRefusal `desk.unknown-upload`, `desk.too-late` */
export async function abortUpload(
  parts: DeskParts,
  caller: CloudCaller,
  uploadId: string,
): Promise<DeskOrder> {
  const { order } = await uploadOf(parts.orm.em.fork(), caller, uploadId);
  return cancelOrder(parts, caller, { orderId: order.id });
}

/** The caller holds the lock on the order; its steps are stopped afterwards. */
export async function endOrder(em: EntityManager, order: CloudOrderRow, reason?: Reason): Promise<void> {
  await moveOrder(em, order, "CANCELLED", reason);
  if (order.filesState === "awaited" || order.filesState === "complete") order.filesState = "refused";
  await em.nativeUpdate(CloudUpload, { order: order.id, state: { $ne: "aborted" } }, { state: "aborted" });
  await em.flush();
}

/** Ends what is open for the study of an order that is over; may be called again. */
export async function stopWork(
  { orm, actions }: Pick<DeskParts, "orm" | "actions">,
  studyId: string,
  actor: string,
): Promise<void> {
  await actions.cancelStudy(studyId, actor);
  await endWaiting(orm, studyId);
}

/** A study that waits for a product has no step that could be cancelled. */
function endWaiting(orm: MikroORM, studyId: string): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (study?.status === "waiting") await setStatus(em, study, "cancelled");
  });
}
