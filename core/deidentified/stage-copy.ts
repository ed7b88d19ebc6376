// Checks the files of a de-identified copy and puts them together in one folder, durable, under names that tell nothing.
import { createHash, hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type DeidentifiedFile, type NewDeidentifiedStudy, Permanent, Transient } from "@thalamus/sdk";
import { flushFolder, forgetFolder } from "../files/folder-flush.ts";
import { endingOf } from "../intake/instance-path.ts";

/** A copy in one folder that a rename can take to its place. */
export interface StagedCopy {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly (DeidentifiedFile & { readonly name: string })[];
}

export const MANIFEST_NAME = "manifest.json";
/** Inside the step's workspace, which is removed when the step ends however it ends. */
const STAGED = ".staged-copy";
/** Files that are hashed and flushed at once; flushes wait for the disk, not for a processor. */
const AT_ONCE = 8;

/**
 * @param workspace the step's own folder; a file outside of it is refused
 * @throws Permanent when a file is missing, a link, outside, or differs from its checksum
 * @throws Transient when the disk does not take it
 */
export async function stageCopy(copy: NewDeidentifiedStudy, workspace: string): Promise<StagedCopy> {
  const folder = join(workspace, STAGED);
  try {
    await forgetFolder(folder);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    const folders = new KnownFolders(await realpath(workspace));
    const files = copy.files.map((file) => ({ ...file, name: nameOf(file) }));
    await eachOf(files, (file) => take(file, folders, join(folder, file.name), "an image"));
    await take(copy.manifest, folders, join(folder, MANIFEST_NAME), "the manifest");
    await flushFolder(folder);
    return { folder, files };
  } catch (error) {
    if (error instanceof Permanent) throw error;
    throw notKept(error);
  }
}

/** The disk is full, or away: it may pass. */
export function notKept(error: unknown): Transient {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  return new Transient("copy.not-kept", `The de-identified copy could not be kept (${code}).`);
}

/** As received files are named (decision 0004), from the UID of the copy; the ending says what the file is. */
const nameOf = ({ path, sopInstanceUid, sha256 }: DeidentifiedFile): string =>
  `${hash("sha256", sopInstanceUid).slice(0, 32)}-${sha256.slice(0, 16)}${endingOf(path)}`;

interface TakenFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface OpenedFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly mode: number;
}

const OWNER_ONLY = 0o600;
const WINDOW_BYTES = 256 * 1024;

/** One handle for all of it: what was looked at is what is hashed, flushed and renamed. */
async function take(file: TakenFile, folders: KnownFolders, target: string, what: string): Promise<void> {
  const inside = await folders.areInside(dirname(file.path));
  const opened = inside ? await openPlain(file.path) : undefined;
  if (!opened) {
    throw new Permanent(
      "copy.file-refused",
      `The file of ${what} is missing, a link, or outside of its folder.`,
    );
  }
  const { handle, size, mode } = opened;
  try {
    if (size !== file.bytes || (await checksum(handle, size)) !== file.sha256) {
      throw new Permanent("copy.checksum", `The file of ${what} differs from its size or checksum.`);
    }
    if ((mode & 0o777) !== OWNER_ONLY) await handle.chmod(OWNER_ONLY);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(file.path, target);
}

/** @returns undefined for what is no plain file, or has a second name: that one may be a received file */
async function openPlain(path: string): Promise<OpenedFile | undefined> {
  const flags = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    // links, folders and what is not there; anything else is the disk's fault
    if (["ENOENT", "ELOOP", "EISDIR", "ENOTDIR", "ENXIO"].includes(error.code ?? "")) return undefined;
    throw error;
  });
  const sight = await handle?.stat();
  if (handle && sight?.isFile() === true && sight.nlink === 1) {
    return { handle, size: sight.size, mode: sight.mode };
  }
  await handle?.close();
  return undefined;
}

/** Whether folders are inside of the workspace, after all links; each is looked at once. */
class KnownFolders {
  readonly #root: string;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(root: string) {
    this.#root = root;
  }

  areInside(folder: string): Promise<boolean> {
    const known = this.#known.get(folder) ?? this.#look(folder);
    this.#known.set(folder, known);
    return known;
  }

  async #look(folder: string): Promise<boolean> {
    const real = await realpath(folder).catch(() => "");
    return `${real}${sep}`.startsWith(this.#root + sep);
  }
}

/** @returns lower-case hex; of a file that ends early the hash of what is there */
async function checksum(handle: FileHandle, size: number): Promise<string> {
  const digest = createHash("sha256");
  const window = Buffer.allocUnsafe(Math.min(size, WINDOW_BYTES));
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(window, 0, window.length, at);
    if (bytesRead === 0) break;
    digest.update(window.subarray(0, bytesRead));
    at += bytesRead;
  }
  return digest.digest("hex");
}

/** The first failure ends it, and is thrown when nobody works on a file any more. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  let failed = false;
  const hand = async () => {
    for (const one of waiting) {
      if (failed) return;
      await work(one).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, hand));
  const end = ends.find(({ status }) => status === "rejected");
  if (end?.status === "rejected") throw end.reason;
}
