// Brings the status of a cloud order up to that of its study, in the transaction that moved the study.
import type { EntityManager } from "@mikro-orm/postgresql";
import { CloudOrder, type CloudOrderRow } from "../database/entities/cloud-order.ts";
import { Result } from "../database/entities/result.ts";
import type { StudyRow } from "../database/entities/study.ts";
import type { RouteSight } from "../steps/route-sight.ts";
import { cloudStatus, type ProductSight, productEnd } from "./cloud-status.ts";
import { journalByHub } from "./desk-journal.ts";
import { lockOrder } from "./find-order.ts";
import { newestOfEach } from "./live-orders.ts";
import { moveOrder, type Reason, touch } from "./order-moves.ts";

const GONE: Reason = {
  code: "desk.product-gone",
  message: "This hub does not run one of the products any more.",
};

/**
 * What a client called off, or what expired, stays so whatever its study does.
 * @param study locked by the caller, with an owner
 */
export async function projectOrder(em: EntityManager, study: StudyRow, sight: RouteSight): Promise<void> {
  await lockOrder(em, study.owner);
  const order = await em.findOne(CloudOrder, study.owner, { refresh: true });
  if (order?.filesState !== "taken") return;
  if (order.status === "CANCELLED" || order.status === "EXPIRED") return;
  const products = productsOf(sight);
  const status = cloudStatus({ status: study.status, wanted: study.products ?? [], products });
  const to = status === "gone" ? "FAILED" : status;
  if (to !== order.status) {
    const reason = status === "gone" ? GONE : await reasonOf(em, to, sight);
    await moveOrder(em, order, to, reason);
    await journalByHub(em, `cloud-order.${EVENTS[to]}`, order, reason ? { code: reason.code } : {});
  } else if (hasNews(order, products)) await touch(em, order);
}

const EVENTS = {
  PENDING: "waiting",
  DX_STARTED: "started",
  DELIVERED: "delivered",
  FAILED: "failed",
  CANCELLED: "cancelled",
  EXPIRED: "expired",
} as const;

function productsOf({ orders, results }: RouteSight): ProductSight[] {
  // oldest first, so that the last one counts
  const kinds = new Map(results.map((result) => [result.order.id, result.kind]));
  return newestOfEach(orders).map(({ id, product, status }) => ({ product, status, result: kinds.get(id) }));
}

/** One of several products is through: its result can be fetched. */
const hasNews = ({ status }: CloudOrderRow, products: readonly ProductSight[]): boolean =>
  status === "DX_STARTED" && products.length > 1 && products.some((one) => productEnd(one) !== "working");

async function reasonOf(
  em: EntityManager,
  to: string,
  { orders, results }: RouteSight,
): Promise<Reason | undefined> {
  if (to === "CANCELLED") return { code: "desk.called-off", message: "It was called off at the hub." };
  if (to !== "FAILED") return undefined;
  const failed = newestOfEach(orders).find(({ status }) => status === "failed");
  const report = results.findLast(({ order, kind }) => order.id === failed?.id && kind === "failure");
  const error = report && (await em.findOne(Result, report.id))?.error;
  return error ?? { code: "desk.failed", message: "The product failed." };
}
