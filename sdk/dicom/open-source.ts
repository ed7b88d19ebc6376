// A file that is read at once: for a few kilobytes from the cache waiting for a thread takes longer than reading.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { FileSource } from "./file-window.ts";

/** @throws Error (ENOENT, EACCES …) */
export function openSource(path: string): FileSource & { close(): void } {
  const file = openSync(path, "r");
  return {
    size: fstatSync(file).size,
    read: async (into, at) => readSync(file, into, 0, into.length, at),
    close: () => closeSync(file),
  };
}
