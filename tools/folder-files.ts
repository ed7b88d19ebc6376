// Lists the files of a folder for a command, and names what it could not look into: nothing is missed without a word.
import { type Dirent, readdirSync, statSync } from "node:fs";
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

/** `EACCES`: what the system says, without the path. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown";
