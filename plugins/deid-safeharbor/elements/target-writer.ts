// The file that is written: its checksum on the way, flushed before it counts, and gone when anything fails.
import { createHash } from "node:crypto";
import { closeSync, fdatasync, openSync, unlinkSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";

const flush = promisify(fdatasync);
const writeBytes = promisify(write);

/** What a pass writes to. */
export interface Target {
  /** Bytes written so far. */
  readonly bytes: number;
  write(bytes: Buffer): void;
  writeAsync(bytes: Buffer): Promise<void>;
  /** @returns SHA-256 of the file; lower-case hex */
  finish(flushed: boolean): Promise<string>;
}

export class TargetWriter implements Target {
  readonly #path: string;
  readonly #file: number;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #open = true;

  /** @throws Error (EEXIST) when the file is there: nothing is overwritten */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "wx", 0o640);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Buffer): void {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at, bytes.length - at);
    this.#bytes += bytes.length;
  }

  async writeAsync(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) {
      at += (await writeBytes(this.#file, bytes, at, bytes.length - at)).bytesWritten;
    }
    this.#bytes += bytes.length;
  }

  /** @returns SHA-256 of the file; lower-case hex */
  async finish(flushed: boolean): Promise<string> {
    if (flushed) await flush(this.#file);
    this.#close();
    return this.#hash.digest("hex");
  }

  /** Removes the file. */
  discard(): void {
    this.#close();
    unlinkSync(this.#path);
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
  }
}
