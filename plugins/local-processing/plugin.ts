// local-processing: runs products on this machine as child processes (contract hub.product/1).
import { defineProcess, eachStep, LogToken, type Outcome, processed, Transient } from "@thalamus/sdk";
import { failOrder, type Work } from "./fail-order.ts";
import { ownFailure, ProcessingFailure } from "./failure.ts";
import { findProduct, productIds } from "./find-product.ts";
import { runOrder } from "./run-order.ts";
import { LocalProcessingSettings } from "./settings.ts";

/**
 * Every order ends with a result: a diagnostic one when the product ends with exit code 0 and everything in
 * its result.json is so, else a failure result with a report that says why. What may pass by itself is tried
 * again first. Codes are in `failure.ts`; a product's own codes are its id and the code in lower case with
 * hyphens: `NO_DTI_SERIES` of dti-metrics becomes `dti-metrics.no-dti-series`.
 */
export default defineProcess({
  name: "local-processing",
  title: "Local processing",
  summary: "Runs products on this machine and takes their results, or says in a report why there is none.",
  settings: LocalProcessingSettings,
  needs: { log: LogToken },
  formats: ["dicom", "nifti"],
  takes: "received",
  // a run changes nothing outside of its own workspace
  onInterrupted: "repeat",
  products: ({ productFolders }) => productIds(productFolders),
  process: (steps$, { settings, log }) =>
    steps$.pipe(eachStep((step) => processOrder({ step, settings, log }), { width: settings.width })),
});

async function processOrder(work: Work): Promise<Outcome> {
  const { step, settings, log } = work;
  const { product, refused } = await findProduct(step.order.product, settings.productFolders);
  for (const folder of refused) log.warn("product.refused", { folder });
  try {
    if (product) return processed(await runOrder(work, product));
    throw ownFailure("local-processing.unknown-product", "The product of the order is not installed here.");
  } catch (error) {
    // cancelled or shutting down: whatever went wrong went wrong because of that
    step.signal.throwIfAborted();
    const failure = failureFrom(error);
    const { code, message } = failure.reason;
    if (failure.passing && step.attempt < settings.attempts) throw new Transient(code, message);
    return processed(await failOrder(work, product, failure.reason));
  }
}

/** @throws the error itself when it is a bug */
function failureFrom(error: unknown): ProcessingFailure {
  if (error instanceof ProcessingFailure) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return ownFailure("local-processing.storage", `A file could not be read or written (${code}).`);
}
