// Bytes of a DICOM file for the proof: whole when the file is small, else through one window that moves.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { metaOf, type SecondMeta } from "./second-meta.ts";

/** A window of this size holds a common file whole, and a large one never needs more. */
export const WINDOW_BYTES = 2 * 1024 ** 2;
/** A single value is looked at in one piece up to this size; longer ones are only searched through. */
export const LONGEST_VALUE = 16 * 1024 ** 2;
/** A deflated data set is inflated in memory, so it has a limit. */
const LONGEST_INFLATED = 48 * 1024 ** 2;
const DEFLATED = "1.2.840.10008.1.2.1.99";

/** The proof cannot read the file: it counts as a failed proof. The text holds no value. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** Reads on demand; positions count from the begin of the file, or of the inflated file. */
export class FileBytes {
  readonly meta: SecondMeta;
  /** All bytes there are. */
  size: number;
  /** What is in memory: `bytes[0]` stands at `base`. */
  bytes: Buffer;
  base = 0;
  #filled = 0;
  #fd: number | undefined;

  /**
   * @param window is used again for the next file, so that a study costs one
   * @throws Unreadable
   */
  constructor(path: string, window: Buffer) {
    this.bytes = window;
    this.#fd = openSync(path, "r");
    try {
      this.size = fstatSync(this.#fd).size;
      this.#fill(0, Math.min(this.size, window.length));
      this.meta = metaOf(this.bytes.subarray(0, this.#filled));
      if (this.meta.transferSyntaxUid === DEFLATED) this.#inflate(this.meta.end);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Makes a range readable.
   * @returns its place in `bytes`; -1 when the file ends before
   * @throws Unreadable when it is longer than `LONGEST_VALUE`
   */
  reach(at: number, count: number): number {
    if (at >= this.base && at + count <= this.base + this.#filled) return at - this.base;
    if (at + count > this.size) return -1;
    if (count > this.bytes.length) {
      if (count > LONGEST_VALUE) throw new Unreadable("a value is longer than the proof reads in one piece");
      this.bytes = Buffer.allocUnsafe(count);
    }
    this.#fill(at, Math.min(this.bytes.length, this.size - at));
    return at - this.base;
  }

  /** The bytes of a range, valid until the next call. */
  slice(from: number, to: number): Buffer {
    const start = this.reach(from, to - from);
    if (start < 0) throw new Unreadable("the file ends inside a value");
    return this.bytes.subarray(start, start + to - from);
  }

  /** Whether all of the file is in memory. */
  get whole(): boolean {
    return this.base === 0 && this.#filled === this.size;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #fill(at: number, count: number): void {
    if (this.#fd === undefined) throw new Unreadable("the file is closed");
    let done = 0;
    while (done < count) {
      const got = readSync(this.#fd, this.bytes, done, count - done, at + done);
      if (got === 0) throw new Unreadable("the file became shorter while it was read");
      done += got;
    }
    this.base = at;
    this.#filled = count;
  }

  /** From here on the file is its meta information and the inflated data set. */
  #inflate(end: number): void {
    const deflated = Buffer.from(this.slice(end, this.size));
    const meta = Buffer.from(this.slice(0, end));
    let inflated: Buffer;
    try {
      inflated = inflateRawSync(deflated, { maxOutputLength: LONGEST_INFLATED });
    } catch {
      throw new Unreadable("the deflated data set cannot be inflated, or is longer than the proof inflates");
    }
    this.bytes = Buffer.concat([meta, inflated]);
    this.size = this.bytes.length;
    this.#filled = this.size;
  }
}
