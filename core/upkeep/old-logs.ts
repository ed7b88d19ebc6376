// Log files of days gone by.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

export interface OldLogs {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** As `LogFile` names the file of a day that is over. */
const OF_A_DAY = /^hub-\d{4}-\d{2}-\d{2}(\.\d+)?\.log$/;

/** Files that nothing was written to since a time. */
export async function oldLogs(folder: string, since: Date): Promise<OldLogs> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => OF_A_DAY.test(name));
  const sights = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), sight: await stat(join(folder, name)) })),
  );
  const old = sights.filter(({ sight }) => sight.mtime < since);
  return { files: old.map(({ path }) => path), bytes: old.reduce((sum, { sight }) => sum + sight.size, 0) };
}

/** @returns how many were removed */
export async function removeLogs({ files }: OldLogs): Promise<number> {
  await Promise.all(files.map((file) => rm(file, { force: true })));
  return files.length;
}
