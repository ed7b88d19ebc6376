// Writes one incoming object to disk as it comes, and makes it durable under its final name.
import { createHash, type Hash, hash } from "node:crypto";
import {
  closeSync,
  fdatasync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { flushFolder } from "../files/folder-flush.ts";
import { isDurableCopy } from "./kept-file.ts";

/** Not `promisify`, which costs as much as all the rest of this. */
const flushData = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => fdatasync(descriptor, (error) => (error ? reject(error) : resolve())));

/** Gathered before a write, so that many small network reads make one system call. */
const GATHER = 262_144;
const NOTHING = Buffer.alloc(0);

/** Buffers between two files: allocating one for each file would keep the garbage collector busy. */
const spare: Buffer[] = [];
const MOST_SPARE = 32;

/** What file systems say that know no hard links; there a crash can leave a file without a row. */
const WITHOUT_HARD_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** Finds folders that are known to be durable, so that only the first instance of a study pays for them. */
const durableFolders = new Set<string>();
const MOST_FOLDERS = 10_000;

/** A file that grows in the tree of incoming objects. The first failure is kept and thrown by `seal`. */
export class InstanceFile {
  readonly #path: string;
  /** Only of what does not fit into the buffer. */
  #hash: Hash | undefined;
  #buffer: Buffer | undefined = spare.pop() ?? Buffer.allocUnsafeSlow(GATHER);
  readonly #durable: boolean;
  #gathered = 0;
  /** Bytes at the begin of the buffer that are not part of the data set. */
  #unhashed = 0;
  #descriptor: number | undefined;
  #failure: unknown;
  #bytes = 0;
  #kept = false;
  /** Where its final name is. */
  #folder = "";

  /**
   * @param meta file meta information, shorter than the gathering buffer; it is written but not hashed
   * @param durable false leaves flushing to the operating system: faster, and a power cut loses what was acknowledged
   */
  constructor(path: string, meta: Buffer, durable: boolean) {
    this.#path = path;
    this.#durable = durable;
    try {
      this.#descriptor = openSync(path, "wx", 0o400);
    } catch (error) {
      this.#failure = error;
    }
    // goes out with the first bytes of the data set: one system call less
    this.#buffer?.set(meta);
    this.#gathered = meta.length;
    this.#unhashed = meta.length;
  }

  get failure(): unknown {
    return this.#failure;
  }

  write(bytes: Uint8Array): void {
    const buffer = this.#buffer;
    let at = 0;
    while (buffer !== undefined && at < bytes.length && this.#failure === undefined) {
      const count = Math.min(bytes.length - at, GATHER - this.#gathered);
      buffer.set(bytes.subarray(at, at + count), this.#gathered);
      this.#gathered += count;
      at += count;
      if (this.#gathered < GATHER) continue;
      this.#hash ??= createHash("sha256");
      this.#writeOut();
    }
  }

  /**
   * Ends the data set.
   * @returns SHA-256 of the data set in lower-case hex, and the size of the whole file
   * @throws the first error of the file system
   */
  seal(): { sha256: string; bytes: number } {
    const whole = this.#hash ? undefined : hash("sha256", this.#gatheredDataSet());
    this.#writeOut();
    this.#giveBuffer();
    if (this.#failure !== undefined) throw this.#failure;
    return { sha256: whole ?? this.#hash!.digest("hex"), bytes: this.#bytes };
  }

  /**
   * The final name beside the first one: whoever finds both knows that the row may be missing, or that the bytes may
   * not be on the disk (docs/decisions/0006). The name comes before the flush, so that one commit of the file
   * system's journal holds both.
   * @param sha256 of the data set, to know whether what has the name already is the same
   */
  async name(finalPath: string, sha256: string): Promise<void> {
    if (this.#descriptor === undefined) throw new Error("the file was closed before it got its name");
    this.#folder = dirname(finalPath);
    if (!durableFolders.has(this.#folder)) await makeDurableFolder(this.#folder);
    this.#kept = linkUnlessThere(this.#path, finalPath);
    if (!this.#kept && !(await isDurableCopy(finalPath, sha256))) this.#replace(finalPath);
  }

  /** Resolves when the data and the final name are on the disk: from then on a power cut loses nothing. */
  async flush(): Promise<void> {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new Error("the file was closed before it was flushed");
    this.#descriptor = undefined;
    // what had the final name already is on the disk
    const isDue = this.#durable && this.#kept;
    try {
      if (isDue) await flushData(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (isDue) await flushFolder(this.#folder);
  }

  /**
   * The row is committed and the file on the disk: the first name goes. One that cannot go is found again, and is
   * a duplicate then.
   */
  recorded(): void {
    try {
      unlinkSync(this.#path);
    } catch {
      // renamed, on a file system without hard links, or the disk is failing: the answer is a success all the same
    }
  }

  /** Removes what is not whole; what has its final name stays, and is put on record later. */
  discard(): void {
    this.#giveBuffer();
    if (this.#kept) return;
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    try {
      unlinkSync(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  /** What has the name is broken: a power cut or a failing disk took its bytes. */
  #replace(finalPath: string): void {
    renameSync(this.#path, finalPath);
    linkUnlessThere(finalPath, this.#path);
    this.#kept = true;
  }

  /** What of the buffer belongs to the data set. */
  #gatheredDataSet(): Buffer {
    return this.#buffer?.subarray(this.#unhashed, this.#gathered) ?? NOTHING;
  }

  #giveBuffer(): void {
    if (this.#buffer !== undefined && spare.length < MOST_SPARE) spare.push(this.#buffer);
    this.#buffer = undefined;
  }

  #writeOut(): void {
    if (this.#gathered === 0 || this.#descriptor === undefined || this.#failure !== undefined) return;
    const part = this.#buffer?.subarray(0, this.#gathered) ?? NOTHING;
    this.#hash?.update(this.#gatheredDataSet());
    this.#unhashed = 0;
    try {
      let written = 0;
      while (written < part.length) written += writeSync(this.#descriptor, part, written);
      this.#bytes += part.length;
    } catch (error) {
      this.#failure = error;
    }
    this.#gathered = 0;
  }
}

/**
 * Equal content has an equal name, so what is there already should be the same object.
 * @returns false when it was there
 */
function linkUnlessThere(path: string, finalPath: string): boolean {
  try {
    linkSync(path, finalPath);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!WITHOUT_HARD_LINKS.includes(code)) throw error;
    renameSync(path, finalPath);
    return true;
  }
}

async function makeDurableFolder(folder: string): Promise<void> {
  const parent = dirname(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await flushFolder(parent);
  await flushFolder(dirname(parent));
  if (durableFolders.size > MOST_FOLDERS) durableFolders.clear();
  durableFolders.add(folder);
}
