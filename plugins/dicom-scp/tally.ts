// Counts what one association brought, for the one log line at its end.
import { performance } from "node:perf_hooks";
import type { StoreReply } from "./store-status.ts";

export class Tally {
  readonly #startedAt = performance.now();
  #echoes = 0;
  #stored = 0;
  #duplicates = 0;
  #revised = 0;
  #refused = 0;
  #bytes = 0;

  addEcho(): void {
    this.#echoes += 1;
  }

  addBytes(count: number): void {
    this.#bytes += count;
  }

  addReply(reply: StoreReply): void {
    if (reply.outcome === undefined) this.#refused += 1;
    else if (reply.outcome === "duplicate") this.#duplicates += 1;
    else if (reply.outcome === "revised") this.#revised += 1;
    else this.#stored += 1;
  }

  /** Fields for the log; `bytes` are those of data sets, `ms` the time since the connection. */
  fields() {
    return {
      stored: this.#stored,
      duplicates: this.#duplicates,
      revised: this.#revised,
      refused: this.#refused,
      echoes: this.#echoes,
      bytes: this.#bytes,
      ms: Math.round(performance.now() - this.#startedAt),
    };
  }
}
