// Asks the cloud how far an order is, and takes over how it ended.
import { calledOff, type Outcome, Permanent, processed, waits } from "@thalamus/sdk";
import type { CloudOrder, CloudStatus } from "@thalamus/sdk/cloud";
import { nextLookMs } from "../order/next-look.ts";
import { cloudProgress, type KnownOrder, type OrderWork, STAGES } from "../order/order-work.ts";
import { CloudRefusal } from "../trouble.ts";
import type { CloudCalls } from "./calls.ts";
import { failureOf, fetchResult } from "./fetch-result.ts";

/** @throws CloudAway, CloudRefusal, Permanent, Transient */
export async function look(
  work: OrderWork,
  calls: CloudCalls,
  order: KnownOrder,
  signal: AbortSignal,
): Promise<Outcome> {
  const seen = await calls.status(order.id, signal);
  const status = seen.status as CloudStatus;
  switch (status) {
    case "PENDING":
    case "DX_STARTED":
      return waits({
        afterMs: nextLookMs(work, order, (seen.poll_after ?? 0) * 1000),
        progress: cloudProgress(seen.progress),
        stage: status === "PENDING" ? STAGES.queued : STAGES.processing,
        isSent: true,
      });
    case "DELIVERED":
      return processed(await fetchResult(work, calls, order, "diagnostic", signal));
    case "FAILED":
      return failed(work, calls, order, seen, signal);
    case "CANCELLED":
      return calledOff("cloud-upload.cancelled", "The order was cancelled in the cloud.");
    case "EXPIRED": {
      const message = "The order expired in the cloud before its result was fetched. Order the study again.";
      throw new Permanent("cloud-upload.expired", message);
    }
  }
}

/** With the cloud's own report; the hub makes one where there is none, since only the cloud can say whose this is. */
async function failed(
  work: OrderWork,
  calls: CloudCalls,
  order: KnownOrder,
  { failure }: CloudOrder,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    return processed(await fetchResult(work, calls, order, "failure", signal));
  } catch (error) {
    if (!(error instanceof CloudRefusal)) throw error;
    const { code, message } = failureOf(failure);
    throw new Permanent(code, message);
  }
}
