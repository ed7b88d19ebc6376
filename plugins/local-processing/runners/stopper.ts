// Ends a running product from outside, gently first, and remembers why.

export type StopReason = "aborted" | "timeout" | "hung" | "out-of-memory";

/** Sends a signal to the product; must not throw. */
export type SendSignal = (signal: "SIGTERM" | "SIGKILL") => void;

/** Ends a product: SIGTERM, and SIGKILL when that is not heard. */
export class Stopper {
  readonly #send: SendSignal;
  readonly #graceMs: number;
  readonly #given = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;
  /** Why it was stopped; the first reason counts. */
  reason: StopReason | undefined;

  constructor(send: SendSignal, graceMs: number) {
    this.#send = send;
    this.#graceMs = graceMs;
  }

  /** Settled when not even SIGKILL ends it: it is stuck in the kernel, on a network volume that is away. */
  get gaveUp(): Promise<void> {
    return this.#given.promise;
  }

  stop(reason: StopReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    // a product that has outgrown the machine gets no time to grow further
    if (reason === "out-of-memory") this.#kill();
    else {
      this.#send("SIGTERM");
      this.#timer = setTimeout(() => this.#kill(), this.#graceMs);
    }
  }

  ended(): void {
    clearTimeout(this.#timer);
  }

  #kill(): void {
    this.#send("SIGKILL");
    this.#timer = setTimeout(() => this.#given.resolve(), this.#graceMs);
  }
}
