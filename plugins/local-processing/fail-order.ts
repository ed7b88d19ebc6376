// Ends an order with a failure result and its report.
import { join } from "node:path";
import { type Log, type NewResult, Permanent, type ProcessStep, printable } from "@thalamus/sdk";
import { type FailureReason, failureResult, studyLabel } from "@thalamus/sdk/reports";
import type { Product } from "./product-description.ts";
import type { LocalProcessingSettings } from "./settings.ts";

/** One order and what is needed to work on it. */
export interface Work {
  readonly step: ProcessStep;
  readonly settings: LocalProcessingSettings;
  readonly log: Log;
}

const LONGEST_ID = 64;

/**
 * @param product undefined when it is not installed
 * @throws Permanent when the report cannot be written
 */
export async function failOrder(
  { step, log }: Work,
  product: Product | undefined,
  reason: FailureReason,
): Promise<NewResult> {
  const id = printable(step.order.product, LONGEST_ID);
  const { version, name } = product ?? { version: "unknown", name: id };
  log.warn("product.failed", { step: step.id, product: id, code: reason.code, attempt: step.attempt });
  const order = {
    orderId: step.order.id,
    studyLabel: studyLabel(step.study.id),
    attempt: step.attempt,
    product: { id, version, name },
    reason,
    at: new Date(),
  };
  try {
    const result = await failureResult(order, join(await step.workspace(), "failure"));
    if (!result.files.some((file) => file.name === "report"))
      log.error("failure-report.not-drawn", { step: step.id });
    return result;
  } catch (error) {
    // not even a report: the disk is full or away
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Permanent(reason.code, `${reason.message} The failure report could not be written (${code}).`);
  }
}
