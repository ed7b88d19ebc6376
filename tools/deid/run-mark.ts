// The mark of a run that is at work on a folder, so that a second one does not take its unfinished copies for leftovers.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { join } from "node:path";
import { Mistake } from "./mistake.ts";

export const RUN_MARK = ".running";

/** @throws Mistake when a run is at work on the folder, or may be */
export function expectNoRun(out: string): void {
  const path = join(out, RUN_MARK);
  const sight = statSync(path, { throwIfNoEntry: false });
  if (!sight) return;
  const [pid, host] = readFileSync(path, "utf8").trim().split(" ");
  const isHere = host === hostname();
  // after a power cut the number of the process may be another's
  const startedAt = Date.now() - 1000 * uptime();
  if (isHere && (sight.mtimeMs < startedAt || !isAlive(Number(pid)))) return;
  // a run that was killed before it had written all of it
  if (host === undefined) return;
  throw new Mistake(
    `Another run is at work on ${out} (process ${pid} on ${host}): wait for it, or end it. ` +
      `When there is no such run any more, remove ${path}.`,
  );
}

/** @returns what takes the mark away again */
export function markRun(out: string): () => void {
  expectNoRun(out);
  const path = join(out, RUN_MARK);
  writeFileSync(path, `${process.pid} ${hostname()}\n`);
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // somebody else's
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
