// Finds a plugin by its name in the repository, by path, or by package name, and loads its declaration.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "@thalamus/sdk";
import type { PluginEntryConfig } from "../config/hub-config.ts";
import { loadFailure } from "./load-failure.ts";
import "./one-sdk.ts";

/** Folder of the plugins that come with the hub. */
export const OWN_PLUGINS = resolve(import.meta.dirname, "../../plugins");

export interface FoundPlugin {
  readonly folder: string;
  readonly version: string;
  readonly plugin: Plugin;
}

/** @throws Error that says where the plugin was looked for, or at which line it does not load */
export async function findPlugin(entry: PluginEntryConfig, configFile: string): Promise<FoundPlugin> {
  const folder = folderOf(entry, configFile);
  const manifest = readManifest(folder);
  const file = join(folder, manifest.entry);
  if (!existsSync(file)) throw new Error(`the plugin in ${folder} has no ${manifest.entry}`);
  const exported = await defaultExport(file);
  if (!isPlugin(exported)) throw new Error(`${file} has no plugin as its default export`);
  return { folder, version: manifest.version, plugin: exported };
}

async function defaultExport(file: string): Promise<unknown> {
  try {
    const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return loaded.default;
  } catch (error) {
    throw loadFailure(file, error);
  }
}

function folderOf(entry: PluginEntryConfig, configFile: string): string {
  if (entry.use !== undefined) {
    const folder = join(OWN_PLUGINS, entry.use);
    if (!existsSync(folder)) throw new Error(`no plugin "${entry.use}" comes with the hub`);
    return folder;
  }
  if (entry.path !== undefined) {
    const folder = resolve(dirname(configFile), entry.path);
    if (!existsSync(folder)) throw new Error(`no plugin folder ${folder}`);
    return folder;
  }
  const name = entry.package ?? "";
  // from the configuration first, then from the hub: a site installs plugins beside its configuration
  for (const start of [configFile, import.meta.filename]) {
    for (const base of createRequire(start).resolve.paths(name) ?? []) {
      if (existsSync(join(base, name, "package.json"))) return join(base, name);
    }
  }
  throw new Error(`package ${name} is not installed beside the configuration or the hub`);
}

function readManifest(folder: string): { version: string; entry: string } {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return { version: "0.0.0", entry: "plugin.ts" };
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { version?: string; exports?: unknown };
  return { version: manifest.version ?? "0.0.0", entry: entryOf(manifest.exports) };
}

/** The `.` export of a package, as a string or under `import` or `default`. */
function entryOf(exported: unknown): string {
  if (typeof exported === "string") return exported;
  if (typeof exported !== "object" || exported === null) return "plugin.ts";
  const fields = exported as Record<string, unknown>;
  return entryOf(fields["."] ?? fields["import"] ?? fields["default"]);
}

const KINDS: readonly string[] = [
  "intake",
  "check",
  "transform",
  "process",
  "deliver",
  "watch",
  "web",
] satisfies Plugin["kind"][];

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name, settings, needs } = value as Record<string, unknown>;
  const complete = typeof name === "string" && typeof settings === "object" && typeof needs === "object";
  return complete && typeof kind === "string" && KINDS.includes(kind);
}
