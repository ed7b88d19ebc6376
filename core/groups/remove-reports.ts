// Removes files of reports whose rows are gone.
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** @param paths relative to the tree of results; one that stays behind is found by `removeStrayReports` */
export async function removeReports(results: string, paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(join(results, path), { force: true })));
}
