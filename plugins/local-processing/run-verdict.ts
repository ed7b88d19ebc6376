// Tells from the end of a run whether a result may be looked for, and if not, why there is none.
import { type Cleaner, printable } from "@thalamus/sdk";
import { ownFailure, ProcessingFailure } from "./failure.ts";
import type { Product } from "./product-description.ts";
import type { Ending, RunEnd } from "./runners/runner.ts";

/** What a product says about its failure, in result.json or as an event. */
export interface ProductReason {
  readonly code: string;
  readonly message: string;
}

interface ExitRule {
  /** Part of the code behind the product's id, when the product gave none. */
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly passing?: true;
}

/** The exit codes by which a product says itself why there is no result (hub.product/1). */
const EXIT_RULES: Readonly<Record<number, ExitRule>> = {
  3: {
    code: "unsuitable",
    message: "The study is not suitable for this product.",
    advice:
      "Check the study against the product's input requirements. Running the same study again will end the " +
      "same way; acquire or send a suitable one.",
  },
  4: {
    code: "bad-job",
    message: "The product does not accept the order.",
    advice: "Correct the parameters of the order and order again.",
  },
  10: {
    code: "internal",
    message: "The product met an error of its own.",
    advice: "Tell whoever maintains the product, with the code and the order's number.",
  },
  75: {
    code: "temporary",
    message: "The product could not run just now.",
    advice: "Run the order again later.",
    passing: true,
  },
};

const PRODUCT_CODE = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/**
 * @param said what the product gave as its reason, if anything; only taken with an exit code of the contract
 * @param clean for the product's message
 * @param speaks whether its exit codes are those of the contract; else only 0 has a meaning
 * @returns undefined when it ended with exit code 0
 */
export function failureOf(
  { ending }: RunEnd,
  product: Product,
  said: ProductReason | undefined,
  clean: Cleaner,
  speaks = true,
): ProcessingFailure | undefined {
  const rule = ending.kind === "exited" && speaks ? EXIT_RULES[ending.exitCode] : undefined;
  if (rule === undefined) return runFailure(ending);
  const given = said !== undefined && PRODUCT_CODE.test(said.code) ? said : undefined;
  const reason = {
    code: productCode(product.id, given?.code ?? rule.code),
    message: clean(given?.message ?? "") || rule.message,
    advice: rule.advice,
    ...(given ? { productCode: given.code } : {}),
  };
  return new ProcessingFailure(reason, rule.passing ?? false);
}

/** The hub's spelling of a product's code: `NO_DTI_SERIES` of dti-metrics is `dti-metrics.no-dti-series`. */
function productCode(id: string, code: string): string {
  return `${id}.${code.toLowerCase().replaceAll("_", "-")}`;
}

function runFailure(ending: Ending): ProcessingFailure | undefined {
  switch (ending.kind) {
    case "exited":
      return exitFailure(ending.exitCode);
    case "killed":
      return signalFailure(ending.signal, ending.memoryFine);
    case "timeout":
      return ownFailure("local-processing.timeout", "The product did not end in the time it is allowed.");
    case "hung":
      return ownFailure("local-processing.hung", "The product stopped answering and was ended.");
    case "out-of-memory": {
      const message = "The product took more memory than it may.";
      return ownFailure("local-processing.out-of-memory", message);
    }
    case "not-started": {
      const message = `The product's program could not be started (${ending.code}).`;
      return ownFailure("local-processing.not-started", message);
    }
  }
}

function exitFailure(exitCode: number): ProcessingFailure | undefined {
  switch (exitCode) {
    case 0:
      return undefined;
    // what shells and setpriv say for a program that is not there or may not be run
    case 126:
    case 127:
      return ownFailure(
        "local-processing.not-started",
        `The product's program could not be started (exit code ${exitCode}).`,
      );
    case 130:
      return signalFailure("SIGINT");
    case 137:
      return signalFailure("SIGKILL");
    case 143:
      return signalFailure("SIGTERM");
    default:
      return ownFailure("local-processing.crashed", `The product ended with exit code ${exitCode}.`);
  }
}

/** The hub sent none of these: when it stops a product, the reason is known. */
function signalFailure(signal: NodeJS.Signals, memoryFine = false): ProcessingFailure {
  if (signal === "SIGKILL" && !memoryFine) {
    const message = "The system killed the product, most likely because memory ran out.";
    return ownFailure("local-processing.out-of-memory", message);
  }
  // the machine or the service is going down: that must not become the study's failure
  if (signal === "SIGKILL" || signal === "SIGTERM" || signal === "SIGINT" || signal === "SIGHUP") {
    return ownFailure("local-processing.stopped", "The product was stopped from outside.");
  }
  return ownFailure("local-processing.crashed", `The product was ended by signal ${signal}.`);
}

/**
 * Where in the product's own files an error came from: the first place the tail of its output names, for the
 * log. Nothing else of that output is safe to keep.
 * @returns `tensor/tensor-fit.ts:88`; undefined when it names none
 */
export function placeOf(errorOutput: string, productFolder: string): string | undefined {
  const start = errorOutput.indexOf(`${productFolder}/`);
  if (start < 0) return undefined;
  const place = /^[\w./-]+:\d+/.exec(errorOutput.slice(start + productFolder.length + 1));
  return place ? printable(place[0], 120) : undefined;
}
