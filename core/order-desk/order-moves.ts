// The one table of legal moves of a cloud order, and the one place that makes them.

import { raw } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudStatus } from "@thalamus/sdk/cloud";
import type { CloudOrderRow } from "../database/entities/cloud-order.ts";
import { assertMove } from "../studies/transitions.ts";

/** A person at this hub may run again what failed or was delivered; a client never brings anything back. */
export const CLOUD_MOVES: Readonly<Record<CloudStatus, readonly CloudStatus[]>> = {
  PENDING: ["DX_STARTED", "DELIVERED", "FAILED", "CANCELLED", "EXPIRED"],
  DX_STARTED: ["DELIVERED", "FAILED", "CANCELLED", "EXPIRED"],
  DELIVERED: ["DX_STARTED", "FAILED", "CANCELLED", "EXPIRED"],
  FAILED: ["DX_STARTED", "DELIVERED", "CANCELLED", "EXPIRED"],
  CANCELLED: ["EXPIRED"],
  EXPIRED: [],
};

/** Its client waits for nothing more. */
export const isOver = ({ status }: Pick<CloudOrderRow, "status">): boolean =>
  status !== "PENDING" && status !== "DX_STARTED";

export interface Reason {
  readonly code: string;
  readonly message: string;
}

/**
 * Moves an order whose row the caller has locked.
 * @param reason why it failed or was cancelled, or what it waits for; none takes back what stood there
 */
export async function moveOrder(
  em: EntityManager,
  order: CloudOrderRow,
  status: CloudStatus,
  reason?: Reason,
): Promise<void> {
  assertMove(CLOUD_MOVES, order.status, status);
  order.status = status;
  order.code = reason?.code ?? null;
  order.message = reason?.message ?? null;
  await touch(em, order);
}

/** Something changed that its client can see: it gets a new place in the list of changes. */
export async function touch(em: EntityManager, order: CloudOrderRow): Promise<void> {
  order.listed = false;
  order.updatedAt = raw("clock_timestamp()") as unknown as Date;
  await em.flush();
}
