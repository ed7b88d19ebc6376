// Runs one plugin entry: claims its steps when a hand is free, streams them in, settles what comes out.
import { rm } from "node:fs/promises";
import { type Memo, type Outcome, type Settled, type StepBase, Transient } from "@thalamus/sdk";
import { type Observable, Subject, type Subscription } from "rxjs";
import type { Lanes } from "../deliveries/lanes.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import type { HubLog } from "../observe/log.ts";
import type { Ledger } from "./ledger.ts";
import type { OutcomeKeeper } from "./outcome-keeper.ts";
import { readReports } from "./report-view.ts";
import type { ClaimedStep } from "./step-claim.ts";
import type { StepQueue } from "./step-queue.ts";
import { type AnyStep, type StepHandle, type ViewParts, viewStep, workspaceOf } from "./step-view.ts";

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
  /** Steps the plugin has in hand at once. */
  readonly width: number;
  /** Steps that are claimed before a hand is free for them, so that many share one claim. */
  readonly ahead: number;
  /** Steps of this target that others of this hub hold: with the settings of before. */
  readonly heldBeside: () => readonly string[];
}

interface Held {
  readonly row: ClaimedStep;
  readonly abort: AbortController;
  /** The plugin has it. */
  inHand: boolean;
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
  /** Claimed, and waiting for a hand. */
  #stock: AnyStep[] = [];
  #inHand = 0;
  #subscription: Subscription | undefined;
  /** Takes nothing new. */
  #stopping = false;
  /** The hub ends: what cannot be written down now is found by the next one. */
  #leaving = false;
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

  /** Ids of the steps it has claimed and not settled. */
  get held(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Opens the plugin's stream, which looks at its settings; steps come after `run`. */
  open(): void {
    const { work, log } = this.#parts;
    this.#subscription = work(this.#steps$).subscribe({
      next: (settled) => void this.#settle(settled),
      // eachStep never lets this happen; a plugin that ends its own stream is stopped with its reason in the log
      error: (error) => log.error("plugin.stream-broken", { error: (error as Error).name }),
    });
  }

  run(): void {
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
      this.#leaving = true;
      for (const { abort } of this.#held.values()) abort.abort(new Error("the hub is stopping"));
    }, graceMs);
    await this.#end();
    clearTimeout(timer);
  }

  /** Claims nothing any more, and knows what it has claimed: somebody else may claim for the target now. */
  async cease(): Promise<void> {
    const { ledger, target } = this.#parts;
    this.#stopping = true;
    this.wake();
    await this.#loop;
    while (this.#doubtful && !this.#leaving) {
      await ledger
        .takeBack(target, [...this.held, ...this.#parts.heldBeside()])
        .then(() => {
          this.#doubtful = false;
        })
        .catch(() => new Promise((resolve) => setTimeout(resolve, SETTLE_AGAIN_MS)));
    }
  }

  /** Is done when the steps in hand have ended, however long they take; what no hand has begun goes back. */
  async retire(): Promise<void> {
    await this.cease();
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#putBack();
    await new Promise<void>((resolve) => {
      const before = this.#emptied;
      this.#emptied = () => {
        before();
        resolve();
      };
      if (this.#held.size === 0) resolve();
    });
    this.#subscription?.unsubscribe();
  }

  async #run(): Promise<void> {
    const { target, queue, ledger, lanes, log } = this.#parts;
    while (!this.#stopping) {
      this.#called = false;
      let found = 0;
      try {
        if (this.#doubtful) await ledger.takeBack(target, [...this.held, ...this.#parts.heldBeside()]);
        this.#doubtful = false;
        if (lanes.isSuspended(target)) await this.#putBack();
        const room = this.#room();
        const jobs = room > 0 ? await queue.fetch(target, room) : [];
        found = jobs.length;
        if (found > 0) await this.#take(await ledger.claim(target, jobs));
      } catch (error) {
        this.#doubtful = true;
        log.warn("steps.claim-failed", { target, error: (error as Error).name });
      }
      if (found === 0 || this.#room() === 0) await this.#pause();
    }
  }

  /** Steps to claim now: none while some wait for a hand, then as many as may be held. */
  #room(): number {
    const { width, ahead, lanes, target } = this.#parts;
    if (this.#stock.length > 0 || lanes.isSuspended(target)) return 0;
    return Math.max(0, width + ahead - this.#held.size);
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

  async #take(rows: readonly ClaimedStep[]): Promise<void> {
    const begun = rows.map((row) => {
      const held: Held = { row, abort: new AbortController(), inHand: false };
      this.#held.set(row.id, held);
      return held;
    });
    const reports = readReports(this.#parts, rows);
    for (const held of begun) await this.#prepare(held, reports);
  }

  async #prepare({ row, abort }: Held, reports: ReturnType<typeof readReports>): Promise<void> {
    try {
      this.#stock.push(await viewStep(this.#parts, row, this.#handleOf(row, abort.signal), reports));
    } catch (error) {
      const refused = this.#parts.keeper.refusedBy(row, error);
      if (refused) return this.#settleRow(row, refused.outcome);
      const message = "The step's study or result could not be read.";
      this.#parts.log.error("step.unreadable", { step: row.id, error: (error as Error).name });
      await this.#settleRow(row, { kind: "retry", code: "step.unreadable", message });
    }
    this.#handOut();
  }

  #handleOf(row: ClaimedStep, signal: AbortSignal): StepHandle {
    const { ledger } = this.#parts;
    let told = 0;
    let latest = { value: 0, stage: "" };
    let isDue = false;
    const tell = () => {
      isDue = false;
      told = Date.now();
      void ledger.progress(row, latest.value, latest.stage).catch(() => undefined);
    };
    return {
      signal,
      acting: () => ledger.act(row).catch(notRecorded),
      memo: () => row.memo ?? undefined,
      remember: async (memo: Memo, reference?: string) => {
        requireSmall(memo);
        await ledger.remember(row, memo, reference).catch(notRecorded);
        row.memo = memo;
      },
      progress: (value: number, stage: string) => {
        latest = { value: Math.max(latest.value, Math.min(1, value)), stage };
        // what comes too soon is told a little later, unless something newer has come by then
        const wait = latest.value < 1 ? told + PROGRESS_MS - Date.now() : 0;
        if (wait <= 0) tell();
        else if (!isDue) setTimeout(tell, wait).unref();
        isDue = wait > 0;
      },
    };
  }

  #handOut(): void {
    const { width, lanes, target } = this.#parts;
    while (this.#inHand < width && !this.#stopping && !lanes.isSuspended(target)) {
      const step = this.#stock.shift();
      const held = step && this.#held.get(step.id);
      if (!step || !held) return;
      held.inHand = true;
      this.#inHand += 1;
      this.#steps$.next(step);
    }
  }

  /** What no hand has begun goes back to where every hub can have it, without that being a try. */
  async #putBack(): Promise<void> {
    const rows = this.#stock.splice(0).flatMap(({ id }) => this.#held.get(id)?.row ?? []);
    await Promise.all(rows.map((row) => this.#settleRow(row, { kind: "released" })));
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
      if (this.#leaving) break;
    }
    await rm(workspaceOf(trees, row), { recursive: true, force: true }).catch(() => undefined);
    this.#parts.space.stepEnded(row.id);
    if (this.#held.get(row.id)?.inHand) this.#inHand -= 1;
    this.#held.delete(row.id);
    this.#handOut();
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

/** It is read with every look at the step. */
const LARGEST_MEMO_BYTES = 65_536;

function requireSmall(memo: Memo): void {
  const bytes = Buffer.byteLength(JSON.stringify(memo));
  if (bytes > LARGEST_MEMO_BYTES) throw new RangeError(`a memo of ${bytes} bytes is too large`);
}

/** Nothing has left the house: whether the database was away or the claim is lost, a later try does no harm. */
function notRecorded(): never {
  throw new Transient("step.unreadable", "The database did not take what the step was about to do.");
}
