// Knows up to which row the files of this hub are on the disk, and tells the database now and then.

/** Writes the id of a row to the database: all rows of this hub up to it have their file on the disk. */
export type WriteHorizon = (row: number) => Promise<void>;

/** When a hub is found dead, what it recorded in so long a time is held against its files. */
const TELL_EVERY_MS = 5000;

/**
 * A row may be committed a moment before its file is on the disk. Ids of rows grow with each commit of this hub, so
 * one number tells which of its rows are certain; the others are looked at when the hub is found dead.
 */
export class FlushHorizon {
  readonly #write: WriteHorizon;
  /** Rows that are committed and whose file is not on the disk yet, smallest id first. */
  readonly #flushing = new Set<number>();
  #highest = 0;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: WriteHorizon) {
    this.#write = write;
  }

  /** Must be called in the order of the ids, before the next batch is written. */
  committed(row: number): void {
    this.#highest = row;
    this.#flushing.add(row);
    this.#tellLater();
  }

  flushed(row: number): void {
    this.#flushing.delete(row);
  }

  /** All rows of this hub up to this id have their file on the disk. */
  get certain(): number {
    for (const first of this.#flushing) return first - 1;
    return this.#highest;
  }

  /** Tells the database a last time. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#tell();
    clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const { certain } = this;
    try {
      if (certain !== this.#written) await this.#write(certain);
      this.#written = certain;
    } catch {
      // the database is away: more rows than need be are looked at if this hub dies now
    }
    if (this.#written !== this.#highest) this.#tellLater();
  }

  #tellLater(): void {
    this.#timer ??= setTimeout(() => void this.#tell(), TELL_EVERY_MS).unref();
  }
}
