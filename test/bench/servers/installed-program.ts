// Whether a program is on this machine.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian puts servers here, where not every user's PATH looks. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** Full path of the first that is there. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
