// Files of a folder for a command: lists them, and names what it could not look into, so that nothing is missed without a word.
import { createHash } from "node:crypto";
import { createReadStream, type Dirent, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface FolderFiles {
  /** Absolute paths, sorted. Links to files count as files. */
  readonly files: readonly string[];
  readonly passedBy: readonly PassedBy[];
}

export interface PassedBy {
  /** From the folder on, with slashes. */
  readonly path: string;
  readonly reason: string;
  /** Something may be in it that belongs to a study. */
  readonly isUnread: boolean;
}

/** @param seen is told how many files were found so far, after each */
export function filesOfFolder(folder: string, seen: (count: number) => void = () => {}): FolderFiles {
  const files: string[] = [];
  const passedBy: PassedBy[] = [];
  const pass = (path: string, reason: string, isUnread: boolean) => {
    passedBy.push({ path: pathInside(folder, path), reason, isUnread });
  };
  const take = (path: string) => void seen(files.push(path));
  const walk = (inside: string) => {
    let entries: Dirent[];
    try {
      entries = readdirSync(inside, { withFileTypes: true });
    } catch (error) {
      pass(inside, `a folder that cannot be opened (${codeOf(error)})`, true);
      return;
    }
    for (const entry of entries) {
      const path = join(inside, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) take(path);
      else if (entry.isSymbolicLink()) {
        const sight = statSync(path, { throwIfNoEntry: false });
        if (sight?.isFile()) take(path);
        // it may lead back to a folder above, or to another patient's
        else if (sight) pass(path, "a link to a folder, which is not followed", false);
        else pass(path, "a link that leads nowhere", true);
      }
    }
  };
  walk(folder);
  return { files: files.toSorted(), passedBy };
}

/** @returns `.` for the folder itself */
export const pathInside = (folder: string, path: string): string =>
  relative(folder, path).split(sep).join("/") || ".";

/** Why a file with the prefix of PS3.10 7.1 is not read. */
export const BROKEN_DICOM = "a DICOM file that cannot be read: it is cut off or broken";

/** `EACCES`: what the system says, without the path. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown";

/** @returns lower-case hex; the file is never whole in memory */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
