// Ends a running product from outside, gently first, and remembers why.
import { signalGroup } from "./process-group.ts";

export type StopReason = "aborted" | "timeout" | "hung" | "out-of-memory";

/** Ends a process group: SIGTERM, and SIGKILL when that is not heard. */
export class Stopper {
  readonly #leader: number;
  readonly #graceMs: number;
  readonly #given = Promise.withResolvers<[null, NodeJS.Signals]>();
  #timer: NodeJS.Timeout | undefined;
  /** Why it was stopped; the first reason counts. */
  reason: StopReason | undefined;

  constructor(leader: number, graceMs: number) {
    this.#leader = leader;
    this.#graceMs = graceMs;
  }

  /** Settled when not even SIGKILL ends it: it is stuck in the kernel, on a network volume that is away. */
  get gaveUp(): Promise<[null, NodeJS.Signals]> {
    return this.#given.promise;
  }

  stop(reason: StopReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    // a product that has outgrown the machine gets no time to grow further
    if (reason === "out-of-memory") this.#kill();
    else {
      signalGroup(this.#leader, "SIGTERM");
      this.#timer = setTimeout(() => this.#kill(), this.#graceMs);
    }
  }

  ended(): void {
    clearTimeout(this.#timer);
  }

  #kill(): void {
    signalGroup(this.#leader, "SIGKILL");
    this.#timer = setTimeout(() => this.#given.resolve([null, "SIGKILL"]), this.#graceMs);
  }
}
