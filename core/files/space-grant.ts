// What one incoming object may write: promised in pieces, since nobody says beforehand how large it is.
import type { SpaceAccount } from "./space-account.ts";

/** Promised at once: most objects need one piece, and many associations at once reserve little. */
export const GRANT_BYTES = 1_048_576;
/** At most so many bytes are gathered in memory before they are written. */
const GATHERED_BYTES = 262_144;

export class SpaceGrant {
  readonly #account: SpaceAccount;
  #granted = GRANT_BYTES;
  /** What came. */
  #taken = 0;
  /** What the account knows to be on the disk. */
  #settled = 0;
  #ended = false;

  private constructor(account: SpaceAccount) {
    this.#account = account;
  }

  /** @returns undefined when there is no room */
  static open(account: SpaceAccount): SpaceGrant | undefined {
    return account.admit(GRANT_BYTES) ? new SpaceGrant(account) : undefined;
  }

  /** @returns false when there is no room for these bytes; they must not be written */
  take(bytes: number): boolean {
    const wanted = this.#taken + bytes;
    if (wanted > this.#granted) {
      this.#settle(Math.max(this.#settled, this.#taken - GATHERED_BYTES));
      const more = Math.ceil((wanted - this.#granted) / GRANT_BYTES) * GRANT_BYTES;
      if (!this.#account.extend(more)) return false;
      this.#granted += more;
    }
    this.#taken = wanted;
    return true;
  }

  /** The object is written, or given up; may be called twice. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle(this.#taken);
    this.#account.giveBack(this.#granted - this.#taken);
  }

  #settle(onDisk: number): void {
    this.#account.wrote(onDisk - this.#settled);
    this.#settled = onDisk;
  }
}
