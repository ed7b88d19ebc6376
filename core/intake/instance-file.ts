// Writes one incoming object to disk under the name of its content, and makes it durable there.
import { createHash, type Hash, hash } from "node:crypto";
import { closeSync, existsSync, fdatasync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { flushFolder } from "../files/folder-flush.ts";
import { giveSpareBuffer, SPARE_BYTES, takeSpareBuffer } from "../files/spare-buffers.ts";
import { isDurableCopy } from "./kept-file.ts";

/** Not `promisify`, which costs as much as all the rest of this. */
const flushData = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => fdatasync(descriptor, (error) => (error ? reject(error) : resolve())));

/** Gathered before a write: most objects are smaller, and need no other name than their final one. */
const GATHER = SPARE_BYTES;

/** So much of a large object goes to the disk while the rest comes, so that the last flush has little left to do. */
const EARLY_FLUSH = 33_554_432;

/**
 * An object on its way to its file. One that fits into the buffer is written in one go when its content, and so its
 * name, is known; a larger one grows in the incoming tree and is renamed (docs/decisions/0008). The first failure is
 * kept and thrown by `seal`.
 */
export class InstanceFile {
  readonly #partPath: string;
  readonly #durable: boolean;
  readonly #buffer = takeSpareBuffer();
  #ownsBuffer = true;
  #gathered = 0;
  /** Bytes at the begin of the buffer that are not part of the data set. */
  #unhashed: number;
  /** Only of what does not fit into the buffer. */
  #hash: Hash | undefined;
  #descriptor: number | undefined;
  #failure: unknown;
  #bytes = 0;
  /** Bytes that no flush has been asked for. */
  #unflushed = 0;
  /** A flush of what has come so far. */
  #early: Promise<void> | undefined;
  #hasPart = false;
  /** Where its final name is; empty when it is no file of its own, or has no name yet. */
  #folder = "";

  /**
   * @param partPath where it grows when it is large
   * @param meta file meta information, shorter than the gathering buffer; it is written but not hashed
   * @param durable false leaves flushing to the operating system: faster, and a power cut loses what was acknowledged
   */
  constructor(partPath: string, meta: Buffer, durable: boolean) {
    this.#partPath = partPath;
    this.#durable = durable;
    this.#buffer.set(meta);
    this.#gathered = meta.length;
    this.#unhashed = meta.length;
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#failure === undefined && this.#ownsBuffer) {
      if (this.#gathered === GATHER) this.#writePart();
      const count = Math.min(bytes.length - at, GATHER - this.#gathered);
      this.#buffer.set(bytes.subarray(at, at + count), this.#gathered);
      this.#gathered += count;
      at += count;
    }
  }

  /**
   * Ends the data set.
   * @returns SHA-256 of the data set in lower-case hex, and the size of the whole file
   * @throws the first error of the file system
   */
  seal(): { sha256: string; bytes: number } {
    const whole = this.#hasPart ? undefined : hash("sha256", this.#gatheredDataSet());
    if (this.#hasPart) this.#writePart();
    if (this.#failure !== undefined) throw this.#failure;
    return { sha256: whole ?? this.#hash!.digest("hex"), bytes: this.#bytes + this.#gathered };
  }

  /**
   * Gives the sealed object its final name, in a folder that is there and marked. Equal content has an equal name, so
   * what has the name already should be the same; it is believed only when its checksum is right.
   * @param sha256 of the data set
   * @throws the first error of the file system; then nothing has the name
   */
  async place(finalPath: string, sha256: string): Promise<void> {
    if (this.#hasPart || !this.#create(finalPath)) {
      if (existsSync(finalPath) && (await isDurableCopy(finalPath, sha256))) return this.discard();
      await this.#moveTo(finalPath);
    }
    this.#folder = dirname(finalPath);
    this.#giveBuffer();
  }

  /** Resolves when the data and the final name are on the disk: from then on a power cut loses nothing. */
  async flush(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    // what had the final name already is on the disk
    const isDue = this.#durable && this.#folder !== "";
    if (descriptor !== undefined) {
      try {
        if (isDue) await flushData(descriptor);
      } finally {
        await this.#early;
        closeSync(descriptor);
      }
    }
    if (isDue) await flushFolder(this.#folder);
  }

  /** Removes what has no final name; a file that has it stays, and is put on record later. */
  discard(): void {
    this.#giveBuffer();
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    // its number must not be another file's while a flush of it goes on
    if (descriptor !== undefined && this.#early) void this.#early.then(() => closeSync(descriptor));
    else if (descriptor !== undefined) closeSync(descriptor);
    if (this.#hasPart) unlinkIfThere(this.#partPath);
    this.#hasPart = false;
  }

  /** @returns false when something has the name */
  #create(finalPath: string): boolean {
    try {
      this.#descriptor = openSync(finalPath, "wx", 0o400);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
    try {
      this.#writeOut(this.#descriptor);
      return true;
    } catch (error) {
      unlinkIfThere(finalPath);
      throw error;
    }
  }

  /**
   * Renames, and takes the place of a file that lost its bytes. The data go to the disk first: another sender may have
   * been told that what has the name is there.
   */
  async #moveTo(finalPath: string): Promise<void> {
    if (!this.#hasPart) this.#writePart();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#durable) await flushData(this.#descriptor!);
    renameSync(this.#partPath, finalPath);
    this.#hasPart = false;
  }

  #writePart(): void {
    this.#hash ??= createHash("sha256");
    this.#hash.update(this.#gatheredDataSet());
    this.#unhashed = 0;
    try {
      this.#descriptor ??= openSync(this.#partPath, "wx", 0o400);
      this.#hasPart = true;
      this.#unflushed += this.#gathered;
      this.#writeOut(this.#descriptor);
      if (this.#durable && this.#unflushed >= EARLY_FLUSH) this.#flushEarly(this.#descriptor);
    } catch (error) {
      this.#failure = error;
    }
  }

  #flushEarly(descriptor: number): void {
    if (this.#early) return;
    this.#unflushed = 0;
    const done = () => {
      this.#early = undefined;
    };
    this.#early = flushData(descriptor).then(done, (error: unknown) => {
      this.#failure ??= error;
      done();
    });
  }

  #writeOut(descriptor: number): void {
    let written = 0;
    while (written < this.#gathered) {
      written += writeSync(descriptor, this.#buffer, written, this.#gathered - written);
    }
    this.#bytes += this.#gathered;
    this.#gathered = 0;
  }

  /** What of the buffer belongs to the data set. */
  #gatheredDataSet(): Buffer {
    return this.#buffer.subarray(this.#unhashed, this.#gathered);
  }

  #giveBuffer(): void {
    if (this.#ownsBuffer) giveSpareBuffer(this.#buffer);
    this.#ownsBuffer = false;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
