// Finds the order a caller speaks of, if it is one the caller may see; of others nobody learns that they are there.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller, OrderReference } from "@thalamus/sdk";
import { CloudOrder, type CloudOrderRow } from "../database/entities/cloud-order.ts";
import { refused } from "./refusals.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);

/**
 * @param lock holds the row until the transaction ends. Whoever changes a study locks that first.
 * @throws DeskRefusal `desk.unknown-order`, `desk.not-yours`, `desk.expired`
 */
export async function orderOf(
  em: EntityManager,
  caller: CloudCaller,
  which: OrderReference,
  lock?: "lock",
): Promise<CloudOrderRow> {
  const id = "orderId" in which ? which.orderId : await newestOf(em, caller, which.studyUid);
  if (id === undefined || !isUuid(id)) throw refused("desk.unknown-order");
  if (lock) await lockOrder(em, id);
  const order = await em.findOne(CloudOrder, { id, organisationId: caller.organisationId });
  if (!order) throw refused("desk.unknown-order");
  if (!caller.isAdmin && order.memberId !== caller.memberId) throw refused("desk.not-yours");
  if (order.status === "EXPIRED") throw refused("desk.expired");
  return order;
}

/** @returns undefined when there is none of this study in the caller's sight */
async function newestOf(em: EntityManager, caller: CloudCaller, uid: string): Promise<string | undefined> {
  const [row] = await em.execute<{ id: string }[]>(
    `select id from cloud_order
      where organisation_id = ? and coalesce(sent_uid, study_uid) = ? and (? or member_id = ?)
      order by created_at desc limit 1`,
    [caller.organisationId, uid, caller.isAdmin, caller.memberId],
  );
  return row?.id;
}

/** Apart from reading the row, which may be known to the entity manager as it was before. */
export async function lockOrder(em: EntityManager, id: string): Promise<void> {
  await em.execute("select 1 from cloud_order where id = ? for no key update", [id]);
}
