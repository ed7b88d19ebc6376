// So many requests a minute, for each key or address: a bucket that fills again by and by.

const MINUTE_MS = 60_000;
/** Whoever was not heard of longest is forgotten first. */
const MOST_NAMES = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** Counts in this process only: several hubs let as many times as much through. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param perMinute also how many may come at once after a pause */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** @returns seconds to wait; 0 when it may come in, and was counted */
  wait(name: string): number {
    // a clock that nobody sets
    const now = performance.now();
    const { left, at } = this.#buckets.get(name) ?? { left: this.#perMinute, at: now };
    const filled = Math.min(this.#perMinute, left + ((now - at) * this.#perMinute) / MINUTE_MS);
    const enters = filled >= 1;
    // taken out and put in again, so that the first of the map is the oldest
    this.#buckets.delete(name);
    this.#buckets.set(name, { left: enters ? filled - 1 : filled, at: now });
    if (this.#buckets.size > MOST_NAMES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return enters ? 0 : Math.ceil(((1 - filled) * MINUTE_MS) / this.#perMinute / 1000);
  }
}
