// Where tests find real data and outside tools; both may be absent, and tests then say that they skip.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A folder of the real data beside the repository or in $THALAMUS_REAL_DATA; undefined when it is not there. */
export function realData(folder: string): string | undefined {
  const root = process.env["THALAMUS_REAL_DATA"] ?? join(import.meta.dirname, "../../../shared/data");
  const path = join(root, folder);
  return existsSync(path) ? path : undefined;
}

/**
 * Whether a program is installed: `dciodvfy`.
 * @throws Error when it is not, where everything is said to be there (`.ci/run` says so): no test is skipped unseen
 */
export function hasTool(name: string): boolean {
  const isThere = spawnSync("sh", ["-c", `command -v "${name}"`]).status === 0;
  if (isThere || process.env["THALAMUS_TOOLS"] !== "all") return isThere;
  throw new Error(`${name} is not installed: .ci/run does not have its package on the list`);
}

/** Runs a program to its end. */
export function runTool(name: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: "utf8", maxBuffer: 32 * 1024 ** 2 });
  return { status, output: stdout + stderr };
}
