// Where the command gets the plugin and the keys of a site from: the same code as the hub runs.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SiteKeys, TransformPlugin } from "@thalamus/sdk";
import type { SettingsSchema } from "../../sdk/settings.ts";

export interface DeidParts {
  readonly plugin: TransformPlugin;
  readonly settings: SettingsSchema;
  /** 32 bytes; another secret gives other pseudonyms, UIDs and dates. */
  deriveSiteKeys(secret: Uint8Array): SiteKeys;
  /** @throws with a message that says what to do */
  readKeyFile(file: string): Buffer;
  /** Makes it with mode 0600. */
  makeKeyFile(file: string): Buffer;
}

const ROOT = join(import.meta.dirname, "../..");
const PLUGIN = join(ROOT, "plugins/deid-safeharbor/plugin.ts");
const SECRETS = join(ROOT, "core/secrets");

/** Whether they are there. */
export const hasDeidParts = (): boolean => [PLUGIN, SECRETS].every((path) => existsSync(path));

export async function loadDeidParts(): Promise<DeidParts> {
  const load = (path: string) => import(pathToFileURL(path).href);
  const { default: plugin } = (await load(PLUGIN)) as { default: TransformPlugin };
  const { readKeyFile, makeKeyFile } = await load(join(SECRETS, "key-file.ts"));
  const { deriveSiteKeys } = await load(join(SECRETS, "site-keys.ts"));
  return { plugin, settings: plugin.settings, deriveSiteKeys, readKeyFile, makeKeyFile };
}
