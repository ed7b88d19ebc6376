// A child process and everything it started, as one thing: signals, memory, and who goes first when memory runs out.
import { readdir, readFile, writeFile } from "node:fs/promises";

/** Higher than any service: when memory runs out, the kernel ends the product and not the hub. */
const OOM_SCORE = "800";

/** @param leader process id of the first process; it is the id of the group as well */
export function signalGroup(leader: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // nobody of the group is left
  }
}

/** Makes a process the first to go when the machine runs out of memory (Linux). */
export async function offerToOomKiller(leader: number): Promise<void> {
  await writeFile(`/proc/${leader}/oom_score_adj`, OOM_SCORE).catch(() => undefined);
}

/**
 * Memory in bytes that cannot be had back without ending a process of the group: anonymous and shared pages,
 * not mapped files. 0 where there is no /proc.
 */
export async function memoryOfGroup(leader: number): Promise<number> {
  const group = new RegExp(`^NSpgid:\\t${leader}$`, "m");
  const names = await readdir("/proc").catch(() => []);
  let kilobytes = 0;
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, "latin1").catch(() => "");
    if (!group.test(status)) continue;
    for (const [, size] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) kilobytes += Number(size);
  }
  return kilobytes * 1024;
}
