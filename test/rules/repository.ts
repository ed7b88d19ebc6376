// The source files of the repository and the packages its workspaces declare, for the rules to look at.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** Text by path from the root, with `/`. */
export type Sources = ReadonlyMap<string, string>;

const SOURCE = /\.(ts|tsx|mjs)$/;
const NOT_OURS = new Set(["node_modules", "dist", "data"]);
const ROOTS = ["core", "sdk", "plugins", "admin", "test", "tools"];

export function sourcesIn(folders: readonly string[] = ROOTS): Sources {
  const paths = folders.flatMap(filesUnder).filter((path) => SOURCE.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name) && !name.startsWith("."))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Packages by the folder that declares them; `.` is the root. */
export type Declared = ReadonlyMap<string, ReadonlySet<string>>;

export function declaredPackages(): Declared {
  const plugins = readdirSync(join(ROOT, "plugins")).map((name) => `plugins/${name}`);
  const folders = [".", "sdk", "core", "admin", ...plugins];
  return new Map(folders.map((folder) => [folder, packagesOf(join(ROOT, folder, "package.json"))]));
}

function packagesOf(file: string): ReadonlySet<string> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    // somebody is just beginning the plugin
    return new Set();
  }
  const { dependencies, devDependencies, peerDependencies } = manifest;
  return new Set(Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }));
}
