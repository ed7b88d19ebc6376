// Finds a place on a real disk: in memory, flushing costs nothing and a comparison says nothing.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const IN_MEMORY = new Set(["tmpfs", "ramfs", "devtmpfs"]);
const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** Type of the file system a folder lies on, as the kernel calls it: `ext4`. */
export function fileSystemOf(folder: string): string {
  const path = `${realpathSync(folder)}/`;
  let [type, longest] = ["unknown", 0];
  for (const line of readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const mountPoint = `${before.split(" ")[4]}/`.replace("//", "/");
    // of two mounts in one place the later one hides the other
    if (!path.startsWith(mountPoint) || mountPoint.length < longest) continue;
    longest = mountPoint.length;
    type = after.split(" ")[0] ?? "unknown";
  }
  return type;
}

/**
 * Makes a folder that every server can use, whatever user it runs as.
 * @param wanted where; without it the first of the usual places that is on a disk
 * @throws Error when there is no disk
 */
export function benchFolder(wanted: string | undefined): string {
  const places = wanted === undefined ? [tmpdir(), "/var/tmp", join(REPOSITORY, "data")] : [resolve(wanted)];
  const parent = places.find(isOnDisk);
  if (parent === undefined) {
    throw new Error(`${places.join(", ")}: in memory, not on a disk; name a folder on a disk with --dir`);
  }
  const folder = mkdtempSync(join(parent, "thalamus-bench-"));
  chmodSync(folder, 0o755);
  return folder;
}

function isOnDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  return !IN_MEMORY.has(fileSystemOf(folder));
}
