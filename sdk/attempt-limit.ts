// Slows down guessing: a few wrong passwords or tokens from one address, and it has to wait.

const FREE_TRIES = 5;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
const MOST_ADDRESSES = 10_000;

interface Tries {
  failed: number;
  until: number;
}

/** Counts in this process only: behind it stands a password hash that takes its time, or a long token. */
export class AttemptLimit {
  readonly #tries = new Map<string, Tries>();

  /** Milliseconds the address still has to wait; 0 when it may try. */
  wait(address: string): number {
    return Math.max(0, (this.#tries.get(address)?.until ?? 0) - Date.now());
  }

  failed(address: string): void {
    const tries = this.#tries.get(address) ?? { failed: 0, until: 0 };
    tries.failed += 1;
    const beyond = tries.failed - FREE_TRIES;
    if (beyond >= 0) tries.until = Date.now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** beyond);
    this.#tries.delete(address);
    this.#tries.set(address, tries);
    if (this.#tries.size > MOST_ADDRESSES) this.#tries.delete(this.#tries.keys().next().value!);
  }

  succeeded(address: string): void {
    this.#tries.delete(address);
  }
}
