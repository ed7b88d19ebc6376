// Takes files out of their trees at once, so that a database transaction decides whether they come back or go for good.
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { FileTrees } from "../files/file-trees.ts";
import { flushFolder, forgetFolder } from "../files/folder-flush.ts";

const LIST = "paths.json";

/**
 * One folder for each act of throwing away, named by its id. The list of what lies in it is on the disk before the
 * first file moves, so that a crash at any point can be undone or finished.
 */
export class Trash {
  readonly #trees: FileTrees;

  constructor(trees: FileTrees) {
    this.#trees = trees;
  }

  /**
   * Moves files into the trash and removes the folders that are empty then.
   * @param paths absolute, inside the root of the trees; those that are not there are left out
   */
  async take(id: string, paths: readonly string[]): Promise<void> {
    const { root, trash } = this.#trees;
    const folder = join(trash, id);
    const there = paths.filter((path) => existsSync(path)).map((path) => relative(root, path));
    if (there.some((path) => path.startsWith(".."))) throw new Error("a path is outside the trees");
    await mkdir(folder, { mode: 0o700 });
    await writeDurably(join(folder, LIST), JSON.stringify(there));
    await flushFolder(trash);
    for (const [index, path] of there.entries()) await rename(join(root, path), join(folder, String(index)));
    for (const parent of new Set(there.map((path) => dirname(path)))) await this.#removeEmpty(parent);
  }

  /** Undoes `take`, however far it came. */
  async putBack(id: string): Promise<void> {
    const { root, trash } = this.#trees;
    const folder = join(trash, id);
    const text = await readFile(join(folder, LIST), "utf8").catch(() => "[]");
    const paths = parseList(text);
    for (const [index, path] of paths.entries()) {
      const from = join(folder, String(index));
      const to = join(root, path);
      if (!existsSync(from)) continue;
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      await rename(from, to).catch(goneAlready);
    }
    for (const parent of new Set(paths.map((path) => dirname(join(root, path))))) {
      if (existsSync(parent)) await flushFolder(parent);
    }
    await rm(folder, { recursive: true, force: true });
  }

  /** Removes what was taken, for good. */
  async empty(id: string): Promise<void> {
    await rm(join(this.#trees.trash, id), { recursive: true, force: true });
  }

  ids(): Promise<string[]> {
    return readdir(this.#trees.trash);
  }

  /** A folder and the one around it; the trees themselves stay. */
  async #removeEmpty(path: string): Promise<void> {
    const { root } = this.#trees;
    for (let folder = path; folder.split(sep).length > 1; folder = dirname(folder)) {
      await forgetFolder(join(root, folder));
      try {
        await rmdir(join(root, folder));
      } catch {
        // something else is in it
        return;
      }
    }
  }
}

/** Two hubs may put the same things back. */
function goneAlready(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** A list that was cut short by a power cut was there before any file moved. */
function parseList(text: string): string[] {
  try {
    return JSON.parse(text) as string[];
  } catch {
    return [];
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
}
