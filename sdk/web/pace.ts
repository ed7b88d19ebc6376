// Watches that the other side keeps going: a client that drips single bytes would hold its place for ever.

/** Less than this in the idle time is no progress, in bytes. */
const LEAST_BYTES = 4096;

export class Pace {
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #waiting = false;

  /** @param late is called once, after `ms` without progress */
  constructor(ms: number, late: () => void) {
    this.#timer = setTimeout(() => {
      // while it is us who are slow the other side cannot go on
      if (this.#waiting) this.#timer.refresh();
      else late();
    }, ms);
  }

  progress(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < LEAST_BYTES) return;
    this.#bytes = 0;
    this.#timer.refresh();
  }

  /** It is our turn from now on. */
  hold(): void {
    this.#waiting = true;
  }

  release(): void {
    this.#waiting = false;
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
