// Which files of an archive are passed by without a word, and which paths are refused.
import type { UploadSettings } from "../config/upload-settings.ts";
import { FileRefusal } from "./upload-problem.ts";

/** What operating systems, viewers and archives leave beside images; nobody means to send them. */
const SYSTEM_NAMES = new Set([
  ...[".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "autorun.inf", "icon\r", ".localized"],
  ...["dicomdir", "lockfile", "version", "readme", "readme.txt", ".gitkeep", ".nomedia"],
]);
const SYSTEM_FOLDERS = new Set([
  ...["__macosx", ".git", ".svn", "@eadir", "$recycle.bin", "system volume information"],
  ...[".trashes", ".spotlight-v100", ".fseventsd", ".appledouble"],
]);
/** Resource forks of macOS, owner files of office programs, backups of editors. */
const SYSTEM_PATTERN = /^(\._|~\$|\.~|\.#)|~$/;

/** system files are skipped silently; they are counted. */
export function isSystemFile(path: string): boolean {
  const parts = path.toLowerCase().split("/").filter(Boolean);
  const name = parts.pop() ?? "";
  if (SYSTEM_NAMES.has(name) || SYSTEM_PATTERN.test(name)) return true;
  return parts.some((folder) => SYSTEM_FOLDERS.has(folder));
}

/**
 * The hub never writes a file under a name from an archive; a path that tries to leave its folder shows that the
 * archive was made to do harm, so that what is in it is not looked at.
 * @throws FileRefusal `upload.bad-path`
 */
export function checkPath(path: string, limits: Pick<UploadSettings, "longestPath" | "deepestPath">): void {
  const refuse = (why: string) => {
    throw new FileRefusal("upload.bad-path", `The path of this file ${why}.`);
  };
  if (path.length > limits.longestPath) refuse(`is longer than ${limits.longestPath} characters`);
  if (path.includes("\0")) refuse("holds a NUL");
  if (/^[/\\]/.test(path)) refuse("is absolute");
  if (/^[A-Za-z]:/.test(path)) refuse("names a drive");
  const parts = path.split(/[/\\]/);
  if (parts.includes("..")) refuse("leads out of its folder");
  if (parts.length - 1 > limits.deepestPath) refuse(`lies in more than ${limits.deepestPath} folders`);
}
