// A file system of a few megabytes, for filling it up or cutting its power: ext4 in a file, else in memory.
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const IMAGE = "image";
const BLOCK = Buffer.alloc(65_536, 1);
const SMALL_BLOCK = 4096;
/** Until a loop device is gone after the file system on it was unmounted. */
const LONGEST_LET_GO_MS = 10_000;

export class SmallDisk implements Disposable {
  readonly folder: string;
  readonly kind: "ext4" | "tmpfs";
  readonly #outer: string;

  readonly #remove = () => this[Symbol.dispose]();

  private constructor(outer: string, kind: "ext4" | "tmpfs") {
    this.#outer = outer;
    this.folder = join(outer, "disk");
    this.kind = kind;
    process.once("exit", this.#remove);
  }

  /** @returns undefined where nothing can be mounted */
  static mount(megabytes: number): SmallDisk | undefined {
    if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
    const outer = mkdtempSync(join(tmpdir(), "thalamus-disk-"));
    const folder = join(outer, "disk");
    mkdirSync(folder);
    const image = join(outer, IMAGE);
    writeFileSync(image, "");
    truncateSync(image, megabytes * 1_000_000);
    // no blocks are kept for root, as whom the test runs
    if (works("mkfs.ext4", ["-q", "-m", "0", image]) && works("mount", ["-o", "loop", image, folder])) {
      return new SmallDisk(outer, "ext4");
    }
    if (works("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder])) {
      return new SmallDisk(outer, "tmpfs");
    }
    rmSync(outer, { recursive: true, force: true });
    return undefined;
  }

  get #image(): string {
    return join(this.#outer, IMAGE);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes all room but some, or all there is. */
  fill(leaveBytes = 0): void {
    const ballast = openSync(join(this.folder, "ballast"), "a");
    try {
      while (this.freeBytes > leaveBytes) {
        const room = this.freeBytes - leaveBytes;
        writeSync(ballast, BLOCK, 0, room > BLOCK.length ? BLOCK.length : SMALL_BLOCK);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(ballast);
    }
  }

  /** Gives the room back. */
  clear(): void {
    unlinkSync(join(this.folder, "ballast"));
  }

  /**
   * As when the power fails: what was not flushed is gone, and every call fails from now on.
   * @returns false where that cannot be done (xfs_io of xfsprogs does it, on ext4 and XFS)
   */
  cutPower(): boolean {
    return this.kind === "ext4" && works("xfs_io", ["-x", "-c", "shutdown", this.folder]);
  }

  /** Mounts it again; its journal is replayed. Whoever had a file open must be gone. */
  restorePower(): void {
    const isOff = works("umount", [this.folder]) && isLetGo(this.#image);
    if (!isOff || !works("mount", ["-o", "loop", this.#image, this.folder]))
      throw new Error(`${this.folder} cannot be mounted again`);
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#remove);
    // lazy: at an early end the hub goes a moment later
    works("umount", ["-l", this.folder]);
    rmSync(this.#outer, { recursive: true, force: true });
  }
}

/** The kernel lets go of an image a moment after it was unmounted; mounted before that, it is read as it was. */
function isLetGo(image: string): boolean {
  const until = performance.now() + LONGEST_LET_GO_MS;
  while (performance.now() < until) {
    const { status, stdout } = spawnSync("losetup", ["--associated", image], { encoding: "utf8" });
    if (status === 0 && stdout.trim() === "") return true;
  }
  return false;
}

const works = (program: string, options: string[]): boolean => spawnSync(program, options).status === 0;
