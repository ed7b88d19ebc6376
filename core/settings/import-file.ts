// Makes a version of the settings out of the file, when a hub has started with it.

import { entryName, HubConfigSchema } from "../config/hub-config.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import { differingSections } from "./differing-sections.ts";
import { entriesOf } from "./entry-sections.ts";
import { formSchema } from "./form-schema.ts";
import { hashOf, type JsonObject, withValueAt } from "./json-values.ts";
import { type SealedSecret, type SettingsSecrets, sealedIn } from "./sealed-secrets.ts";
import type { SettingsStore } from "./settings-store.ts";
import { sharedPart } from "./shared-part.ts";

/** @returns the number of the version that the file is */
export async function importFile(parts: {
  readonly file: LoadedConfig;
  readonly registry: PluginRegistry;
  readonly store: SettingsStore;
  readonly secrets: SettingsSecrets;
}): Promise<number | undefined> {
  const { file, registry, store, secrets } = parts;
  const fileHash = hashOf(sharedPart(file.raw));
  const made = await store.append(async (newest) => {
    // another hub with the same file was quicker
    if ((await store.lastFileHash()) === fileHash) return undefined;
    const known = sealedIn(newest?.document);
    const document = sealedDocument(sharedPart(file.raw), registry, secrets, known);
    const changes = differingSections(newest?.document ?? {}, document);
    return { document, origin: "file", madeBy: "hub", changes, fileHash };
  });
  return (made ?? (await store.newest()))?.number;
}

/** Of the hub's own settings; those of entries are their plugins'. */
const HUB_SCHEMA = formSchema(HubConfigSchema);

/** The document with all secrets sealed, the hub's own and those of every entry; settings that nobody can look into are sealed as a whole. */
export function sealedDocument(
  document: JsonObject,
  registry: PluginRegistry,
  secrets: SettingsSecrets,
  known: readonly SealedSecret[],
): JsonObject {
  const own = secrets.sealIn(document, HUB_SCHEMA, known) as JsonObject;
  return entriesOf(own).reduce<JsonObject>((whole, entry, index) => {
    if (entry.settings === undefined) return whole;
    const name = entryName(entry);
    const plugin = (registry.get(name) ?? registry.failed(name))?.plugin;
    const settings = plugin
      ? secrets.sealIn(entry.settings, formSchema(plugin.settings), known)
      : secrets.seal(JSON.stringify(entry.settings), { json: true });
    return withValueAt(whole, ["plugins", index, "settings"], settings) as JsonObject;
  }, own);
}
