// Orders a product for an order whose data came first, as generation 1 does it.
import { LockMode } from "@mikro-orm/core";
import type { CloudCaller, DeskOrder } from "@thalamus/sdk";
import { Study } from "../database/entities/study.ts";
import { journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { orderOf } from "./find-order.ts";
import { moveOrder } from "./order-moves.ts";
import { refused } from "./refusals.ts";
import { viewOrder } from "./view-orders.ts";

/**
 * The same product may be asked for again when the answer was lost.
 * @param product as the client names it
 * @throws DeskRefusal `desk.unknown-product`, `desk.no-data`, `desk.too-late`, `desk.no-uses-left`
 */
export async function runOrder(
  parts: DeskParts,
  caller: CloudCaller,
  orderId: string,
  product: string,
): Promise<DeskOrder> {
  const { orm, access, route } = parts;
  const seen = await orderOf(orm.em.fork(), caller, { orderId });
  const hubProduct = await access.productNamed(caller.organisationId, product);
  if (hubProduct === undefined) throw refused("desk.unknown-product");
  const isAgain = seen.hubProducts.includes(hubProduct);
  if (!isAgain) {
    requireRunnable(seen);
    if (!(await access.countUse(caller, orderId, hubProduct))) throw refused("desk.no-uses-left");
    await orm.em.fork().transactional(async (em) => {
      // the study first, as everywhere; files that are being taken in have none yet that may be run
      const { studyId } = await orderOf(em, caller, { orderId });
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const study = studyId ? await em.findOne(Study, studyId, { lockMode }) : null;
      const order = await orderOf(em, caller, { orderId }, "lock");
      if (order.hubProducts.includes(hubProduct)) return;
      requireRunnable(order);
      if (order.filesState === "taken" && !study) throw refused("desk.busy", TRY_AGAIN);
      order.products = [product];
      order.hubProducts = [hubProduct];
      await moveOrder(em, order, "DX_STARTED");
      await journalOf(em, "cloud-order.run", caller, { order: orderId, product: hubProduct }, order.studyId);
      if (study) await route.order(em, study, hubProduct);
    });
    parts.wake();
  }
  const em = orm.em.fork();
  return viewOrder(em, await orderOf(em, caller, { orderId }));
}

const TRY_AGAIN = "The data set is in use. Try again.";

function requireRunnable({
  status,
  filesState,
  hubProducts,
}: {
  readonly status: string;
  readonly filesState: string;
  readonly hubProducts: readonly string[];
}): void {
  if (status !== "PENDING" || hubProducts.length > 0) throw refused("desk.too-late");
  if (filesState === "awaited") throw refused("desk.no-data");
}
