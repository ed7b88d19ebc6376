// Places an order at a cloud of generation 2; a repeat finds the one that is there.

import { metadataOf } from "../metadata.ts";
import type { PlacedOrder } from "../order/memo.ts";
import type { OrderWork } from "../order/order-work.ts";
import type { CloudCalls } from "./calls.ts";

/** @returns the cloud's name for the order */
export async function placeOrder(
  { step, cloud }: OrderWork,
  calls: CloudCalls,
  order: PlacedOrder,
  signal: AbortSignal,
): Promise<string> {
  const facts = (await step.facts()).reveal();
  const metadata = metadataOf(facts, cloud.settings);
  const placed = await calls.newOrder(
    {
      products: [order.product],
      study_uid: order.studyInstanceUid,
      patient_pseudonym: order.patientPseudonym,
      ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    },
    order.key,
    signal,
  );
  return placed.order_id;
}
