// Ends an order with a failure result and its report.
import { join } from "node:path";
import type { Log, NewResult, ProcessStep } from "@thalamus/sdk";
import { printable } from "./clean-text.ts";
import type { FailureReason } from "./failure.ts";
import { failureResult } from "./failure-report.ts";
import type { Product } from "./find-product.ts";
import type { LocalProcessingSettings } from "./settings.ts";
import { studyLabel } from "./stage-input.ts";

/** One order and what is needed to work on it. */
export interface Work {
  readonly step: ProcessStep;
  readonly settings: LocalProcessingSettings;
  readonly log: Log;
}

const LONGEST_ID = 64;

/** @param product undefined when it is not installed */
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
  return failureResult(order, join(await step.workspace(), "failure"));
}
