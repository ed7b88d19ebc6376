// One plugin entry at work: its runner, orders that go through it, and an eye on what dead hubs left behind.
import { type Log, type Outcome, type ProcessStep, processed, Transient } from "@thalamus/sdk";
import { failOrder } from "./fail-order.ts";
import { ownFailure, ProcessingFailure } from "./failure.ts";
import { findProducts } from "./find-product.ts";
import { forgetTrials } from "./images/update-image.ts";
import type { Product } from "./product-description.ts";
import { isEntitled } from "./registry.ts";
import { runOrder } from "./run-order.ts";
import { IsolationMissing, openRunner } from "./runners/open-runner.ts";
import { EngineAway, type Runner } from "./runners/runner.ts";
import { formRefusal } from "./runners/runner-form.ts";
import type { LocalProcessingSettings } from "./settings.ts";

/** Between two looks for runs of hubs that died. */
const LOOK_MS = 30_000;

export interface WorkplaceParts {
  readonly settings: LocalProcessingSettings;
  readonly log: Log;
  /** Absolute; kept between starts. */
  readonly folder: string;
}

export class Workplace {
  readonly #parts: WorkplaceParts;
  readonly #runner: Promise<Runner>;
  readonly #timer: NodeJS.Timeout;
  #isAway = false;

  constructor(parts: WorkplaceParts) {
    this.#parts = parts;
    this.#runner = this.#open();
    // whoever orders is told of it
    this.#runner.catch(() => undefined);
    this.#timer = setInterval(() => void this.#lookForOrphans(), LOOK_MS).unref();
  }

  async process(step: ProcessStep): Promise<Outcome> {
    const { settings, log } = this.#parts;
    const work = { step, settings, log };
    const { products, refused } = await findProducts(settings.productFolders);
    for (const { folder, problem } of refused) log.warn("product.refused", { folder, problem });
    const product = products.find(({ id }) => id === step.order.product);
    try {
      const runner = await this.#runner;
      return processed(await runOrder(work, this.#orderable(product), runner));
    } catch (error) {
      // cancelled or shutting down: whatever went wrong went wrong because of that
      step.signal.throwIfAborted();
      const failure = failureFrom(error);
      const { code, message } = failure.reason;
      if (failure.passing && step.attempt < settings.attempts) throw new Transient(code, message);
      return processed(await failOrder(work, product, failure.reason));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#runner.then(
      (runner) => runner.close(),
      () => undefined,
    );
  }

  async #open(): Promise<Runner> {
    const { settings, folder, log } = this.#parts;
    await forgetTrials(folder);
    const runner = await openRunner(settings, folder, log);
    // before the first order, so that it does not share the machine with what is left of a dead hub
    await this.#endOrphans(runner);
    return runner;
  }

  /** @throws ProcessingFailure when it cannot be ordered here */
  #orderable(product: Product | undefined): Product {
    const { settings } = this.#parts;
    if (!product) {
      throw ownFailure("local-processing.unknown-product", "The product of the order is not installed here.");
    }
    if (!isEntitled(settings, product.id)) {
      throw ownFailure("local-processing.not-entitled", "This site is not entitled to the product.");
    }
    const refusal = formRefusal(settings.runner, product);
    if (refusal !== undefined) throw ownFailure("local-processing.cannot-run", refusal);
    return product;
  }

  async #lookForOrphans(): Promise<void> {
    await this.#runner.then(
      (runner) => this.#endOrphans(runner),
      () => undefined,
    );
  }

  async #endOrphans(runner: Runner): Promise<void> {
    const { log } = this.#parts;
    try {
      for (const run of await runner.endOrphans()) log.warn("run.orphan-ended", { run });
      this.#isAway = false;
    } catch (error) {
      // an engine that is away is told once, not every half minute
      if (!this.#isAway) log.warn("run.orphans-not-looked-for", { problem: (error as Error).message });
      this.#isAway = true;
    }
  }
}

/** @throws the error itself when it is a bug */
function failureFrom(error: unknown): ProcessingFailure {
  if (error instanceof ProcessingFailure) return error;
  if (error instanceof EngineAway) return ownFailure("local-processing.engine-away", error.message);
  if (error instanceof IsolationMissing) {
    const message = `This machine does not offer the isolation that the site wants (${error.message}).`;
    return ownFailure("local-processing.isolation", message);
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return ownFailure("local-processing.storage", `A file could not be read or written (${code}).`);
}
