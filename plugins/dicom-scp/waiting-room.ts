// Associations that came when all places were taken, and wait a moment for one.

interface Waiting<T> {
  readonly guest: T;
  readonly decide: (isLetIn: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

/** First come, first served. */
export class WaitingRoom<T> {
  readonly #places: number;
  readonly #waitMs: number;
  readonly #waiting: Waiting<T>[] = [];

  /**
   * @param places how many may wait
   * @param waitMs how long each of them waits at most
   */
  constructor(places: number, waitMs: number) {
    this.#places = places;
    this.#waitMs = waitMs;
  }

  get guests(): readonly T[] {
    return this.#waiting.map(({ guest }) => guest);
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#places;
  }

  /** Resolves with true when `next` has called it, with false when its time is over or everybody was sent away. */
  enter(guest: T): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => this.#end(guest, false), this.#waitMs);
    this.#waiting.push({ guest, decide: resolve, timer });
    return promise;
  }

  /** The guest has gone away by itself. */
  leave(guest: T): void {
    this.#end(guest, false);
  }

  /** Calls the one that has waited longest. */
  next(): T | undefined {
    const guest = this.#waiting[0]?.guest;
    if (guest !== undefined) this.#end(guest, true);
    return guest;
  }

  sendAllAway(): void {
    for (const guest of this.guests) this.#end(guest, false);
  }

  #end(guest: T, isLetIn: boolean): void {
    const at = this.#waiting.findIndex((waiting) => waiting.guest === guest);
    const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1);
    clearTimeout(waiting?.timer);
    waiting?.decide(isLetIn);
  }
}
