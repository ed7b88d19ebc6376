// Runs one plugin entry: claims its steps when a hand is free, streams them in, settles what comes out.
import { rm } from "node:fs/promises";
import { type Outcome, type Settled, type StepBase, Transient } from "@thalamus/sdk";
import { type Observable, Subject, type Subscription } from "rxjs";
import type { Lanes } from "../deliveries/lanes.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import type { HubLog } from "../observe/log.ts";
import type { ClaimedStep, Ledger } from "./ledger.ts";
import type { OutcomeKeeper } from "./outcome-keeper.ts";
import type { StepQueue } from "./step-queue.ts";
import { type AnyStep, type ViewParts, viewStep, workspaceOf } from "./step-view.ts";

export interface RunnerParts extends ViewParts {
  readonly target: string;
  readonly ledger: Ledger;
  readonly queue: StepQueue;
  readonly keeper: OutcomeKeeper;
  readonly space: Pick<SpaceAccount, "stepEnded">;
  readonly lanes: Pick<Lanes, "isSuspended">;
  readonly log: HubLog;
  /** The plugin's stream: steps in, settlements out. */
  readonly work: (steps$: Observable<AnyStep>) => Observable<Settled>;
  /** Steps this hub holds at once for the target. */
  readonly width: number;
}

interface Held {
  readonly row: ClaimedStep;
  readonly abort: AbortController;
}

/** Looks for work at least this often; notifications wake it at once. */
const POLL_MS = 1000;
const PROGRESS_MS = 250;
/** A settlement that the database did not take is tried again after this. */
const SETTLE_AGAIN_MS = 1000;

export class StepRunner {
  readonly #parts: RunnerParts;
  readonly #steps$ = new Subject<AnyStep>();
  readonly #held = new Map<string, Held>();
  #subscription: Subscription | undefined;
  #stopping = false;
  /** A claim failed: it may have been committed all the same. */
  #doubtful = false;
  /** Somebody called while the runner was not asleep. */
  #called = false;
  #wake: () => void = () => undefined;
  #emptied: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  get target(): string {
    return this.#parts.target;
  }

  start(): void {
    const { work, log } = this.#parts;
    this.#subscription = work(this.#steps$).subscribe({
      next: (settled) => void this.#settle(settled),
      // eachStep never lets this happen; a plugin that ends its own stream is stopped with its reason in the log
      error: (error) => log.error("plugin.stream-broken", { error: (error as Error).name }),
    });
    this.#loop = this.#run();
  }

  /** There may be work now. */
  wake(): void {
    this.#called = true;
    this.#wake();
  }

  /** The step is cancelled or superseded: whoever works on it stops. */
  cancel(stepId: string): void {
    this.#held.get(stepId)?.abort.abort(new Error("the step was cancelled"));
  }

  /** Takes nothing new, lets steps in hand end for a moment, then aborts and releases them. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
    const timer = setTimeout(() => {
      for (const { abort } of this.#held.values()) abort.abort(new Error("the hub is stopping"));
    }, graceMs);
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
      if (this.#held.size === 0) resolve();
    });
    clearTimeout(timer);
    this.#subscription?.unsubscribe();
  }

  async #run(): Promise<void> {
    const { target, queue, ledger, lanes, width, log } = this.#parts;
    while (!this.#stopping) {
      this.#called = false;
      const free = width - this.#held.size;
      let found = 0;
      try {
        if (this.#doubtful) await ledger.takeBack(target, [...this.#held.keys()]);
        this.#doubtful = false;
        const jobs = free > 0 && !lanes.isSuspended(target) ? await queue.fetch(target, free) : [];
        found = jobs.length;
        if (found > 0) for (const row of await ledger.claim(target, jobs)) await this.#begin(row);
      } catch (error) {
        this.#doubtful = true;
        log.warn("steps.claim-failed", { target, error: (error as Error).name });
      }
      if (found === 0 || this.#held.size >= width) await this.#pause();
    }
  }

  #pause(): Promise<void> {
    // a hand that came free, or a step that came, while this looked: look again
    if (this.#stopping || this.#called) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #begin(row: ClaimedStep): Promise<void> {
    const { ledger } = this.#parts;
    const abort = new AbortController();
    this.#held.set(row.id, { row, abort });
    let told = 0;
    let highest = 0;
    const handle = {
      signal: abort.signal,
      acting: () => ledger.act(row).catch(notRecorded),
      progress: (value: number, stage: string) => {
        highest = Math.max(highest, Math.min(1, value));
        if (Date.now() - told < PROGRESS_MS && highest < 1) return;
        told = Date.now();
        void ledger.progress(row, highest, stage).catch(() => undefined);
      },
    };
    try {
      this.#steps$.next(await viewStep(this.#parts, row, handle));
    } catch (error) {
      const refused = this.#parts.keeper.refusedBy(row, error);
      if (refused) return this.#settleRow(row, refused.outcome);
      const message = "The step's study or result could not be read.";
      this.#parts.log.error("step.unreadable", { step: row.id, error: (error as Error).name });
      await this.#settleRow(row, { kind: "retry", code: "step.unreadable", message });
    }
  }

  async #settle({ step, outcome }: { step: StepBase; outcome: Outcome }): Promise<void> {
    const held = this.#held.get(step.id);
    if (held) await this.#settleRow(held.row, outcome);
  }

  async #settleRow(row: ClaimedStep, outcome: Outcome): Promise<void> {
    const { log, trees, target } = this.#parts;
    while (!(await this.#recorded(row, outcome))) {
      // what was done is not forgotten while the database is away
      log.warn("step.settlement-waits", { step: row.id, target });
      await new Promise((resolve) => setTimeout(resolve, SETTLE_AGAIN_MS));
      if (this.#stopping) break;
    }
    await rm(workspaceOf(trees, row), { recursive: true, force: true }).catch(() => undefined);
    this.#parts.space.stepEnded(row.id);
    this.#held.delete(row.id);
    if (this.#held.size === 0) this.#emptied();
    this.wake();
  }

  async #recorded(row: ClaimedStep, outcome: Outcome): Promise<boolean> {
    try {
      await this.#record(row, outcome);
      return true;
    } catch (error) {
      this.#parts.log.error("step.settlement-failed", { step: row.id, error: (error as Error).name });
      return false;
    }
  }

  async #record(row: ClaimedStep, outcome: Outcome): Promise<void> {
    const { ledger, keeper } = this.#parts;
    const kept = await keeper.keep(row, outcome);
    try {
      const written = await ledger.settle(row, kept.outcome, kept.before);
      if (!written) await kept.undo?.();
    } catch (error) {
      const refused = keeper.refusedBy(row, error);
      if (!refused) throw error;
      await ledger.settle(row, refused.outcome, refused.before);
      await kept.undo?.();
    }
  }
}

/** Nothing has left the house: whether the database was away or the claim is lost, a later try does no harm. */
function notRecorded(): never {
  throw new Transient("step.unreadable", "The database did not take what the step was about to do.");
}
