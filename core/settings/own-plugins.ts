// The plugins that come with the hub, of which a person can make entries.
import { readdirSync } from "node:fs";
import type { Plugin } from "@thalamus/sdk";
import { findPlugin, OWN_PLUGINS } from "../plugins/find-plugin.ts";

let found: Promise<Plugin[]> | undefined;

/** Read once; a plugin that does not load is left out, since nobody can use it. */
export function ownPlugins(): Promise<Plugin[]> {
  found ??= load();
  return found;
}

async function load(): Promise<Plugin[]> {
  const names = readdirSync(OWN_PLUGINS, { withFileTypes: true }).filter((one) => one.isDirectory());
  const tried = names.map(async ({ name }) => {
    return (await findPlugin({ use: name, optional: false, settings: {} }, "")).plugin;
  });
  const ended = await Promise.allSettled(tried);
  return ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
