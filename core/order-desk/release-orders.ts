// Gives the orders that a dead hub was taking in to whichever hub looks next.
import type { EntityManager } from "@mikro-orm/postgresql";

/** What it had accepted is a duplicate then; its folders and marks are looked after apart from this. */
export async function releaseOrders(em: EntityManager, deadHub: string): Promise<void> {
  await em.execute("update cloud_order set hub_id = null where hub_id = ?", [deadHub]);
}
