// What was said of a study beside its files: read, and added to while nothing has been run with it.
import { LockMode } from "@mikro-orm/core";
import type { CloudCaller, DeskOrder, OrderReference } from "@thalamus/sdk";
import type { OrderMetadata } from "@thalamus/sdk/cloud";
import { Study } from "../database/entities/study.ts";
import { supplyStudy } from "../uploads/supplied-values.ts";
import { actorOf, journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { orderOf } from "./find-order.ts";
import { touch } from "./order-moves.ts";
import { patientValues, requireGoodMetadata } from "./order-values.ts";
import { refused } from "./refusals.ts";
import { viewOrder } from "./view-orders.ts";

export async function metadataOf(
  { orm }: DeskParts,
  caller: CloudCaller,
  which: OrderReference,
): Promise<OrderMetadata> {
  return (await orderOf(orm.em.fork(), caller, which)).metadata;
}

/**
 * A study that is checked already is checked once more with what is new.
 * @throws DeskRefusal `desk.bad-metadata`, `desk.too-late`
 */
export async function addMetadata(
  { orm, route, stability }: DeskParts,
  caller: CloudCaller,
  which: OrderReference,
  more: OrderMetadata,
): Promise<DeskOrder> {
  requireGoodMetadata(more);
  const seen = await orderOf(orm.em.fork(), caller, which);
  const orderId = seen.id;
  await orm.em.fork().transactional(async (em) => {
    const study = seen.studyId
      ? await em.findOne(Study, seen.studyId, { lockMode: LockMode.PESSIMISTIC_WRITE })
      : null;
    const order = await orderOf(em, caller, { orderId }, "lock");
    // what was ordered is run with what was known; while files are taken in, what was known is being written
    const isOpen = order.filesState === "awaited" || study?.products?.length === 0;
    if (order.status !== "PENDING" || !isOpen) throw refused("desk.too-late");
    order.metadata = { ...order.metadata, ...more };
    await touch(em, order);
    const fields = Object.keys(more);
    await journalOf(em, "cloud-order.metadata-added", caller, { order: orderId, fields }, order.studyId);
    if (!study) return;
    const values = patientValues(more, null);
    const from = Object.fromEntries(Object.keys(values).map((name) => [name, "form" as const]));
    const source = { order: orderId };
    await supplyStudy(em, route, study, { values, from, source, products: [], actor: actorOf(caller) });
    // nothing more comes, so that nothing is to be waited for
    if (study.status === "receiving") await stability.makeStable(em, study);
  });
  const em = orm.em.fork();
  return viewOrder(em, await orderOf(em, caller, { orderId }));
}
