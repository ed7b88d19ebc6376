// Checks the files of a de-identified copy and puts them together in one folder, durable, under names that tell nothing.
import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, lstat, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type DeidentifiedFile, type NewDeidentifiedStudy, Permanent, Transient } from "@thalamus/sdk";
import { flushFolder, forgetFolder } from "../files/folder-flush.ts";

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
    const root = await realpath(workspace);
    const files = copy.files.map((file) => ({ ...file, name: nameOf(file) }));
    await eachOf(files, (file) => take(file, root, join(folder, file.name), "an image"));
    await take(copy.manifest, root, join(folder, MANIFEST_NAME), "the manifest");
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

/** As received files are named (decision 0004), from the UID of the copy. */
const nameOf = ({ sopInstanceUid, sha256 }: DeidentifiedFile): string =>
  `${hash("sha256", sopInstanceUid).slice(0, 32)}-${sha256.slice(0, 16)}.dcm`;

interface TakenFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

async function take(file: TakenFile, root: string, target: string, what: string): Promise<void> {
  const sight = await lstat(file.path).catch(() => undefined);
  // a second name of a file, or a link on the way to it, may lead to what was received
  const isPlain = sight?.isFile() === true && sight.nlink === 1;
  if (!isPlain || !(await realpath(dirname(file.path))).concat(sep).startsWith(root + sep)) {
    throw new Permanent(
      "copy.file-refused",
      `The file of ${what} is missing, a link, or outside of its folder.`,
    );
  }
  if (sight.size !== file.bytes || (await checksum(file.path)) !== file.sha256) {
    throw new Permanent("copy.checksum", `The file of ${what} differs from its size or checksum.`);
  }
  await chmod(file.path, 0o600);
  const handle = await open(file.path, "r+");
  await handle.datasync();
  await handle.close();
  await rename(file.path, target);
}

async function checksum(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
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
