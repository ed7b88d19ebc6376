// Loads the declarations of all plugins that come with the hub.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "@thalamus/sdk";

export const PLUGINS_FOLDER = resolve(import.meta.dirname, "../../plugins");

export interface OwnPlugin {
  /** Folder under plugins/, which is its name. */
  readonly folder: string;
  readonly version: string;
  readonly plugin: Plugin;
  /** Hand-written text for the README. */
  readonly notes: string | undefined;
}

/** In the order of their names. A folder without plugin.ts is passed by: somebody is just beginning it. */
export async function ownPlugins(): Promise<OwnPlugin[]> {
  const folders = readdirSync(PLUGINS_FOLDER)
    .filter((name) => existsSync(join(PLUGINS_FOLDER, name, "plugin.ts")))
    .sort();
  return Promise.all(folders.map(loadOne));
}

async function loadOne(folder: string): Promise<OwnPlugin> {
  const path = join(PLUGINS_FOLDER, folder);
  const loaded = (await import(pathToFileURL(join(path, "plugin.ts")).href)) as { default: Plugin };
  const { version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version: string };
  const notes = join(path, "NOTES.md");
  return {
    folder,
    version,
    plugin: loaded.default,
    notes: existsSync(notes) ? readFileSync(notes, "utf8").trim() : undefined,
  };
}
