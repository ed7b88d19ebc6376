// Files of reports whose row was never committed, or is gone: a hub died in between. They may name patients.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { GroupReport } from "../database/entities/study-group.ts";
import { REPORT_FOLDER } from "./make-report.ts";

/** A younger one may be waiting for its commit. */
const OLD_MS = 10 * 60_000;

/** @returns how many were removed */
export async function removeStrayReports(orm: MikroORM, results: string): Promise<number> {
  const folder = join(results, REPORT_FOLDER);
  let removed = 0;
  for (const shelf of await readdir(folder).catch(() => [])) {
    const names = await readdir(join(folder, shelf)).catch(() => []);
    const ids = names.map((name) => name.slice(0, 36));
    const rows = await orm.em.fork().find(GroupReport, { id: ids }, { fields: ["path"] });
    const kept = new Set(rows.map(({ path }) => path));
    for (const name of names) {
      const path = join(folder, shelf, name);
      if (kept.has(join(REPORT_FOLDER, shelf, name)) || !(await isOld(path))) continue;
      await rm(path, { force: true });
      removed += 1;
    }
  }
  return removed;
}

async function isOld(path: string): Promise<boolean> {
  const sight = await stat(path).catch(() => undefined);
  return sight !== undefined && Date.now() - sight.mtimeMs > OLD_MS;
}
