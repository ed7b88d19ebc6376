// Orders at a cloud of generation 2.
import type { Cloud } from "../cloud.ts";
import type { Generation } from "../generation.ts";
import type { KnownOrder } from "../order/order-work.ts";
import { CloudRefusal } from "../trouble.ts";
import { CloudCalls } from "./calls.ts";
import { look } from "./look.ts";
import { placeOrder } from "./place-order.ts";
import { sendStudy } from "./send-study.ts";

export function generation2(cloud: Cloud): Generation {
  const calls = new CloudCalls(cloud);
  return {
    number: 2,
    place: (work, order, signal) => placeOrder(work, calls, order, signal),
    send: (work, order, signal) => sendStudy(work, calls, order, signal),
    look: (work, order, signal) => look(work, calls, order, signal),
    isAlive: async (order, signal) => {
      const status = await calls.status(order.id, signal).catch(overWith);
      return status !== undefined && ALIVE.has(status.status);
    },
    withdraw: async (order, signal) => {
      const { id, upload } =
        order.id === undefined ? await found(calls, order, signal) : (order as KnownOrder);
      if (upload) await calls.abortUpload(upload.id, signal).catch(overWith);
      await calls.cancel(id, signal).catch(overWith);
    },
  };
}

const ALIVE = new Set(["PENDING", "DX_STARTED", "DELIVERED"]);

/** Nobody knows whether the cloud took the order: asked once more under the same key, it says which it is. */
async function found(
  calls: CloudCalls,
  { product, studyInstanceUid, patientPseudonym, key }: Parameters<Generation["withdraw"]>[0],
  signal: AbortSignal,
): Promise<Pick<KnownOrder, "id" | "upload">> {
  const order = { products: [product], study_uid: studyInstanceUid, patient_pseudonym: patientPseudonym };
  const { order_id: id } = await calls.newOrder(order, key, signal);
  return { id };
}

/** What the cloud refuses here has ended, or is not there: that is all that was wanted. */
function overWith(error: unknown): undefined {
  if (error instanceof CloudRefusal) return undefined;
  throw error;
}
