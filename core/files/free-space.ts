// How much room is left, asked at most once a second.
import { statfs } from "node:fs/promises";

const FRESH_MS = 1000;

/** Watches the free space of the file system a folder is on. */
export class FreeSpace {
  readonly #folder: string;
  #askedAt = 0;
  #bytes = Number.POSITIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes that are free for the hub's user; a second old at most, once the first answer is there. */
  get bytes(): number {
    if (Date.now() - this.#askedAt > FRESH_MS) {
      this.#askedAt = Date.now();
      void this.measure().catch(() => undefined);
    }
    return this.#bytes;
  }

  async measure(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    this.#bytes = bavail * bsize;
    return this.#bytes;
  }
}
