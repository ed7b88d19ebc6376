// Counts what one association brought, for the one log line at its end and for monitoring.
import { performance } from "node:perf_hooks";
import type { ScpCounts } from "./metrics.ts";
import type { StoreReply } from "./store-status.ts";

export class Tally {
  readonly #counts: ScpCounts;
  readonly #startedAt = performance.now();
  #echoes = 0;
  #stored = 0;
  #duplicates = 0;
  #revised = 0;
  #refused = 0;
  #bytes = 0;

  /** @param counts of the whole receiver, which get the same */
  constructor(counts: ScpCounts) {
    this.#counts = counts;
  }

  addEcho(): void {
    this.#counts.echo();
    this.#echoes += 1;
  }

  addBytes(count: number): void {
    this.#bytes += count;
  }

  addReply(reply: StoreReply): void {
    if (reply.code !== undefined) this.#counts.refused(reply.code);
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
