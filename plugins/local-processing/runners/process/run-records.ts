// Remembers which runs were begun on this machine, so that what a dead hub left behind can be found and ended.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isWanted } from "../run-folder.ts";
import type { RunFolders } from "../runner.ts";

interface RunRecord {
  /** Machine and its last start: after a restart of the machine nothing runs any more. */
  readonly host: string;
  readonly boot: string;
  readonly folders: RunFolders;
}

/** The mark of a run on every process of it, inherited from the first: no other process has it, ever. */
export const MARK = "PRODUCT_RUN";

export class RunRecords {
  readonly #folder: string;

  /** @param folder absolute; shared by the hubs of a site */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(id: string, folders: RunFolders): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const record: RunRecord = { host: hostname(), boot: await bootId(), folders };
    const path = join(this.#folder, `${id}.json`);
    await writeFile(`${path}.new`, JSON.stringify(record));
    await rename(`${path}.new`, path);
  }

  async end(id: string): Promise<void> {
    await rm(join(this.#folder, `${id}.json`), { force: true });
  }

  /** Runs of this machine whose folder is gone: their hub died, and another one took their step back. */
  async lost(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const boot = await bootId();
    const lost: string[] = [];
    for (const name of names.filter((one) => one.endsWith(".json"))) {
      const id = name.slice(0, -".json".length);
      const record = await this.#read(name);
      if (record?.host !== hostname()) continue;
      if (record.boot !== boot) await this.end(id);
      else if (!(await isWanted(dirname(record.folders.out)))) lost.push(id);
    }
    return lost;
  }

  async #read(name: string): Promise<RunRecord | undefined> {
    try {
      return JSON.parse(await readFile(join(this.#folder, name), "utf8")) as RunRecord;
    } catch {
      return undefined;
    }
  }
}

/**
 * Processes of these runs, by their mark. A process number that is given out again is never mistaken for one, and what
 * left its process group is found, too. None where there is no /proc.
 */
export async function processesOf(runs: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  if (runs.length === 0) return found;
  for (const name of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    const mark = environment.split("\0").find((entry) => entry.startsWith(`${MARK}=`));
    const run = runs.find((id) => mark === `${MARK}=${id}`);
    if (run !== undefined) found.set(run, [...(found.get(run) ?? []), Number(name)]);
  }
  return found;
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
}
