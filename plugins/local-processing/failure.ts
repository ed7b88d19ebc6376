// Why an order ends without a diagnostic result: the codes of this plugin and what to do about each.
import type { FailureReason } from "@thalamus/sdk/reports";

interface CodeRule {
  /** One or two sentences for the failure report. */
  readonly advice: string;
  /** The same order may succeed later: it is tried again before it ends as a failure. */
  readonly passing?: true;
}

const TELL_OPERATOR = "Tell the operator of the hub. The order can be run again once the cause is mended.";

/** All codes of the plugin itself; codes of products begin with the product's id instead. */
export const FAILURE_CODES = {
  "local-processing.unknown-product": {
    advice: "Install the product in one of the product folders, or order another product.",
  },
  "local-processing.not-entitled": {
    advice: "Order another product, or have this one added to the entitled products of the site.",
  },
  "local-processing.cannot-run": {
    advice: "Order another product, or have the hub run products in the way that this one needs.",
  },
  "local-processing.bad-params": {
    advice: "Correct the parameters of the order (or of the route) and order again.",
  },
  "local-processing.no-input": {
    advice: "Check that the right study was sent and that its MR series are complete, then send it again.",
  },
  "local-processing.unknown-compression": {
    advice: "Send the study without compression, or in a lossless transfer syntax that the hub reads.",
  },
  "local-processing.damaged-image": {
    advice: "Send the study again; when it fails once more, look at it where it comes from.",
  },
  "local-processing.storage": { advice: TELL_OPERATOR, passing: true },
  "local-processing.isolation": { advice: TELL_OPERATOR, passing: true },
  "local-processing.engine-away": { advice: TELL_OPERATOR, passing: true },
  "local-processing.not-started": { advice: TELL_OPERATOR, passing: true },
  "local-processing.stopped": { advice: "Run the order again.", passing: true },
  "local-processing.out-of-memory": {
    advice:
      "Run the order again when the machine is less busy, run fewer products at once, or give the machine " +
      "more memory.",
    passing: true,
  },
  "local-processing.crashed": { advice: TELL_OPERATOR },
  "local-processing.timeout": {
    advice: "Allow the product more time in the settings, or send a smaller study, and run the order again.",
  },
  "local-processing.hung": {
    advice: "Run the order again. If it hangs once more, tell whoever maintains the product.",
  },
  "local-processing.no-result": { advice: "Tell whoever maintains the product: it broke its contract." },
  "local-processing.bad-result": { advice: "Tell whoever maintains the product: it broke its contract." },
  "local-processing.input-changed": {
    advice:
      "Take the product out of service and send the study again: the received files were written to while " +
      "it ran.",
  },
} as const satisfies Readonly<Record<`local-processing.${string}`, CodeRule>>;

export type OwnFailureCode = keyof typeof FAILURE_CODES;

/** Thrown when an order cannot end with a diagnostic result. */
export class ProcessingFailure extends Error {
  override readonly name = "ProcessingFailure";
  readonly reason: FailureReason;
  readonly passing: boolean;

  constructor(reason: FailureReason, passing: boolean) {
    super(reason.message);
    this.reason = reason;
    this.passing = passing;
  }
}

/** @param message without PHI, a whole sentence */
export function ownFailure(code: OwnFailureCode, message: string): ProcessingFailure {
  const rule: CodeRule = FAILURE_CODES[code];
  return new ProcessingFailure({ code, message, advice: rule.advice }, rule.passing ?? false);
}
