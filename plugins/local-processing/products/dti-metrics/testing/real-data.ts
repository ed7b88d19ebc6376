// Finds the real data that some tests measure, and says plainly what is missing.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../../../../..");

/** Data of real scanners is kept outside the repository: $THALAMUS_REAL_DATA, else ../shared/data. */
export const realData = process.env["THALAMUS_REAL_DATA"] || resolve(repository, "../shared/data");

/** Whether a program can be started. */
export const isInstalled = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

/**
 * Why a test cannot run here, or undefined when it can. The reason is also written to the test output, so
 * that a missing check is seen by someone who reads only the end.
 */
export function missingFor(needs: { data?: string; program?: string }): string | undefined {
  const reasons: string[] = [];
  if (needs.data && !existsSync(join(realData, needs.data))) {
    reasons.push(`real data ${join(realData, needs.data)} is missing (set THALAMUS_REAL_DATA)`);
  }
  if (needs.program && !isInstalled(needs.program)) {
    reasons.push(`the program ${needs.program} is not installed (Debian package mrtrix3)`);
  }
  if (reasons.length === 0) return undefined;
  const reason = reasons.join("; ");
  process.stderr.write(`NOT TESTED: ${reason}\n`);
  return reason;
}
