// What somebody dropped or chose: one file as it is, or a folder packed on the way.
import { type FolderFile, say, virtualTar } from "@thalamus/sdk/ui";

export interface ChosenUpload {
  readonly blob: Blob;
  /** For people: `1,204 files`; no file name, since it may hold a patient's. */
  readonly words: string;
  readonly files: number;
  /** Paths by position, for the one who chose them; empty for an archive. They stay in this window. */
  readonly names: readonly string[];
  /** Tells whether the same files were chosen again; from it nothing can be read back. */
  readonly fingerprint: string;
}

const ARCHIVE = /\.(zip|tar|tgz|tar\.gz)$/i;

/** @returns undefined when nothing was chosen */
export function chosenUpload(files: readonly FolderFile[]): ChosenUpload | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const fingerprint = fingerprintOf(files);
  if (files.length === 1) {
    const words = ARCHIVE.test(first.path) ? say("an archive") : say("one file");
    return { blob: first.file, words, files: 1, names: [], fingerprint };
  }
  const names = files.map(({ path }) => path).toSorted();
  const count = files.length;
  return { blob: virtualTar(files), words: filesWords(count), files: count, names, fingerprint };
}

/** `one file`, `1,204 files` */
export const filesWords = (count: number): string =>
  count === 1 ? say("one file") : say("%{count} files", { count });

/** Of a file field, for a folder or for single files. */
export function filesOf(list: FileList | null): FolderFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Everything in what was dropped, folders to their depth. */
export async function filesDropped(items: DataTransferItemList): Promise<FolderFile[]> {
  // the list is empty as soon as the handler of the drop has returned
  const waiting = [...items].map((one) => one.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: FolderFile[] = [];
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
    if (entry.isFile)
      found.push({ path: entry.fullPath.slice(1), file: await fileOf(entry as FileSystemFileEntry) });
    else waiting.push(...(await entriesOf(entry as FileSystemDirectoryEntry)));
  }
  return found;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** Browsers give a hundred entries at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** A hash (FNV-1a, 32 bits) over paths and sizes, with the count and the sum of the sizes. */
function fingerprintOf(files: readonly FolderFile[]): string {
  const lines = files.map(({ path, file }) => `${path}\0${file.size}`).toSorted();
  let hash = 0x811c9dc5;
  for (const char of lines.join("\n")) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return `${(hash >>> 0).toString(16)}-${files.length}-${bytes}`;
}
