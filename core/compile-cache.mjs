// Keeps compiled code between starts, in a folder that nobody else can write: what lies there is run without a question.
// Plain JavaScript: for a program in TypeScript the stripper of types is loaded before the cache is there.
import { lstatSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What Node takes by itself is one folder in /tmp for all users, which the first of them owns. */
export function keepCompiledCode() {
  if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined && process.env.NODE_COMPILE_CACHE === undefined) {
    const folder = privateFolder(tmpdir());
    // without it everything works, and starts slower
    if (folder !== undefined) enableCompileCache(folder);
  }
}

/** @returns nothing when there is none and none can be made, or when it is somebody else's */
export function privateFolder(parent) {
  const user = process.getuid?.();
  const folder = join(parent, `thalamus-compiled-${user}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code !== "EEXIST") return undefined;
  }
  const sight = lstatSync(folder, { throwIfNoEntry: false });
  const isPrivate = sight?.isDirectory() && sight.uid === user && (sight.mode & 0o077) === 0;
  return isPrivate ? folder : undefined;
}
