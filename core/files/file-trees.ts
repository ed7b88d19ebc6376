// Where the hub keeps files: one tree for each kind of content, all under one root.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export interface FileTrees {
  readonly root: string;
  /** For each hub large objects that are still coming in, and marks of the folders it writes to. */
  readonly incoming: string;
  /** Received instances, bit for bit. */
  readonly received: string;
  /** De-identified copies, apart from what they were made of. */
  readonly deidentified: string;
  /** Results and their artifacts. */
  readonly results: string;
  /** Uploads that come in or wait to be taken in. */
  readonly uploads: string;
  /** Folders of steps that run. */
  readonly work: string;
  /** What plugin entries keep between starts, a folder for each. */
  readonly own: string;
  /** Files on their way out: taken from their trees, not yet removed. */
  readonly trash: string;
}

export function openFileTrees(dataFolder: string): FileTrees {
  const root = join(dataFolder, "files");
  const trees = {
    root,
    incoming: join(root, "incoming"),
    received: join(root, "received"),
    deidentified: join(root, "deidentified"),
    results: join(root, "results"),
    uploads: join(root, "uploads"),
    work: join(root, "work"),
    own: join(root, "plugins"),
    trash: join(root, "trash"),
  };
  // the folder itself stays open to the user of the embedded database, the trees in it do not
  mkdirSync(dataFolder, { recursive: true, mode: 0o755 });
  for (const folder of Object.values(trees)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return trees;
}

/** The folder of one plugin entry. */
export function ownFolder({ own }: FileTrees, entry: string): string {
  const folder = join(own, entry);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The incoming folder of one hub; another hub on the same files must not sweep it away. */
export function incomingFolder({ incoming }: FileTrees, hubId: string): string {
  const folder = join(incoming, hubId);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
