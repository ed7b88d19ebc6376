// What every way of running a product has in common: one run goes in, one ending comes out.
import type { Product } from "../product-description.ts";
import type { ProductEvent } from "./product-lines.ts";

/** Absolute folders of a run; all three exist. */
export interface RunFolders {
  /** The product only reads it. */
  readonly in: string;
  readonly out: string;
  readonly work: string;
}

/** How a product is started: words behind its program or entry point, and its environment. */
export interface Launch {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a run may take at most; what is left out has no cap. */
export interface RunLimits {
  /** Processors, with fractions. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

/** One try of one order. */
export interface ProductRun {
  /** Letters, digits, dots and hyphens; no other try at this site has it. */
  readonly id: string;
  readonly product: Product;
  /** @param folders as the product will see them, which need not be where the hub has them */
  readonly launch: (folders: RunFolders) => Launch;
  /** As the hub has them, in one folder of this try: while that is there, the run is wanted. */
  readonly folders: RunFolders;
  readonly signal: AbortSignal;
  /** From the moment the product runs; fetching its image does not count. */
  readonly timeoutMs: number;
  /** Longest time without a line on standard output; left out for products that print none. */
  readonly silenceMs?: number;
  readonly limits: RunLimits;
  readonly onProgress?: (value: number, stage: string) => void;
  /** Each line of standard output; where both outputs come as one, of both. */
  readonly onLine?: (line: string) => void;
  /** From SIGTERM to SIGKILL, and from there until a product that cannot be killed is given up; 5 s. */
  readonly graceMs?: number;
  /** How often a runner looks where nobody tells it: at memory, at a Job; 1 s. */
  readonly lookMs?: number;
}

export type ProductError = Extract<ProductEvent, { type: "error" }>;

/** How a run ended. */
export type Ending =
  | { readonly kind: "exited"; readonly exitCode: number }
  /** `memoryFine`: whoever counts memory says that it was not for want of it. */
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals; readonly memoryFine?: true }
  | { readonly kind: "timeout" | "hung" | "out-of-memory" }
  /** The product did not run; `code` says why: `ENOENT`, or a word of the engine. */
  | { readonly kind: "not-started"; readonly code: string };

export interface RunEnd {
  readonly ending: Ending;
  /** The last error event. */
  readonly said: ProductError | undefined;
  readonly lines: number;
  /** The last 8 KiB of the error output; free text, to be shown nowhere. */
  readonly errorOutput: string;
}

/** What kind of program a product's program is, for each runner. */
export type RunnerKind = "process" | "docker" | "kubernetes";

/** One way of running products. */
export interface Runner {
  readonly kind: RunnerKind;
  /**
   * Runs the product and comes back when it is gone, with everything it started.
   * @throws the reason of the signal when that ends first; EngineAway when an engine does not answer
   */
  run(run: ProductRun): Promise<RunEnd>;
  /**
   * Ends what a hub that died left running: products whose folder is gone.
   * @returns their ids
   */
  endOrphans(): Promise<readonly string[]>;
  /** Takes an image from the engine, unless something runs in it; left out where nobody can. */
  removeImage?(image: string): Promise<boolean>;
  close(): Promise<void>;
}

/** An engine does not answer, or refuses for a reason that may pass: the order is tried again. */
export class EngineAway extends Error {
  override readonly name = "EngineAway";
}
