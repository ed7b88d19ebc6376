// A received file: its beginning in memory, the rest passed through in windows, and the checksum of all on the way.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { type FileSource, MalformedDataset } from "@thalamus/sdk/dicom";
import type { Target } from "./target-writer.ts";

const WINDOW_BYTES = 1024 ** 2;
/** Of a larger file this much is read first; headers are hardly ever longer. */
const FIRST_BYTES = 256 * 1024;
/** A file up to this size is read in one piece. */
const SMALL_BYTES = WINDOW_BYTES;
/** Per-frame groups of a long multi-frame object take a few megabytes. */
const MOST_BYTES = 64 * 1024 ** 2;
const readAsync = promisify(read);
/** Buffers of files that are done, for the next ones. */
const spare: Buffer[] = [];
const MOST_SPARE = 8;

export class SourceReader implements FileSource {
  readonly size: number;
  readonly #file: number;
  readonly #hash = createHash("sha256");
  #hashed = 0;
  #buffer: Buffer;
  #loaded = 0;

  /** Small files are read at once: waiting for a thread takes longer than reading from the cache. */
  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
    this.#buffer = spare.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES);
    this.#load(this.size <= SMALL_BYTES ? this.size : FIRST_BYTES);
  }

  /** What is in memory: the first bytes of the file, or all of it. */
  get head(): Buffer {
    return this.#buffer.subarray(0, this.#loaded);
  }

  /** The judge of pixels looks at the same bytes. */
  get loaded(): Buffer {
    return this.head;
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    const end = Math.min(at + into.length, this.size);
    if (end <= this.#loaded) return this.#buffer.copy(into, 0, at, end);
    return readSync(this.#file, into, 0, into.length, at);
  }

  get isWhole(): boolean {
    return this.#loaded === this.size;
  }

  /**
   * Reads twice as much.
   * @throws MalformedDataset when that is more than 64 MB
   */
  loadMore(): void {
    if (this.#loaded >= MOST_BYTES) throw new MalformedDataset("the header is larger than 64 MB");
    this.#load(Math.min(this.size, 2 * this.#loaded));
  }

  #load(bytes: number): void {
    if (bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(bytes);
      this.#buffer.copy(larger, 0, 0, this.#loaded);
      this.#buffer = larger;
    }
    while (this.#loaded < bytes) {
      const count = readSync(this.#file, this.#buffer, this.#loaded, bytes - this.#loaded, this.#loaded);
      if (count === 0) throw new MalformedDataset("the file became shorter while it was read");
      this.#loaded += count;
    }
  }

  /** A few bytes from anywhere, without the checksum. */
  peek(at: number, count: number): Buffer {
    const end = Math.min(at + count, this.size);
    if (end <= this.#loaded) return this.#buffer.subarray(at, end);
    const bytes = Buffer.allocUnsafe(Math.max(0, end - at));
    let got = 0;
    while (got < bytes.length) {
      const count = readSync(this.#file, bytes, got, bytes.length - got, at + got);
      if (count === 0) throw new MalformedDataset("the file became shorter while it was read");
      got += count;
    }
    return bytes;
  }

  /** Hands a range on in windows; ranges must come in the order of the file. */
  async pass(from: number, to: number, target: Target, signal: AbortSignal): Promise<void> {
    const inMemory = Math.min(to, this.#loaded);
    if (from < inMemory) target.write(this.#buffer.subarray(from, inMemory));
    await this.#windows(Math.max(from, this.#loaded), to, signal, (bytes) => target.writeAsync(bytes));
  }

  /** Reads what was not handed on as well, for the checksum; lower-case hex. */
  async sha256(signal: AbortSignal): Promise<string> {
    await this.#windows(Math.max(this.#hashed, this.#loaded), this.size, signal);
    this.#hashHead();
    return this.#hash.digest("hex");
  }

  async #windows(
    from: number,
    to: number,
    signal: AbortSignal,
    use?: (bytes: Buffer) => Promise<void>,
  ): Promise<void> {
    if (from >= to) return;
    this.#hashHead();
    // what lies between belongs to the checksum, too
    if (from > this.#hashed) await this.#windows(this.#hashed, from, signal);
    const window = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, to - from));
    let at = from;
    while (at < to) {
      signal.throwIfAborted();
      const { bytesRead } = await readAsync(this.#file, window, 0, Math.min(window.length, to - at), at);
      if (bytesRead === 0) throw new MalformedDataset("the file became shorter while it was read");
      const bytes = window.subarray(0, bytesRead);
      at += bytesRead;
      if (at > this.#hashed) {
        this.#hash.update(bytes);
        this.#hashed = at;
      }
      await use?.(bytes);
    }
  }

  #hashHead(): void {
    if (this.#hashed > 0 || this.#loaded === 0) return;
    this.#hash.update(this.head);
    this.#hashed = this.#loaded;
  }

  close(): void {
    closeSync(this.#file);
    if (this.#buffer.length === SMALL_BYTES && spare.length < MOST_SPARE) spare.push(this.#buffer);
  }
}
