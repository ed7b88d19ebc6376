// Decides at the start which settings count: a changed file, the newest version, or the last one that worked.
import { ConfigError } from "../config/config-problem.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { SettingsVersionRow } from "../database/entities/settings-version.ts";
import type { HubLog } from "../observe/log.ts";
import { PluginRegistry } from "../plugins/plugin-registry.ts";
import { SettingsFrame } from "./candidate.ts";
import { hashOf } from "./json-values.ts";
import type { SettingsSecrets } from "./sealed-secrets.ts";
import type { SettingsStore } from "./settings-store.ts";
import { sharedPart } from "./shared-part.ts";

/** A version that did not start. */
export interface SettingsTrouble {
  readonly version: number;
  /** For people; no secret, no value of a patient. */
  readonly problem: string;
}

export interface ChosenSettings {
  readonly loaded: LoadedConfig;
  readonly registry: PluginRegistry;
  /** Undefined while the file is not yet a version, or stays none. */
  readonly version: number | undefined;
  /** The file is to become a version when the hub has started. */
  readonly newFile: boolean;
  readonly troubles: readonly SettingsTrouble[];
}

export interface SettingsSources {
  readonly file: LoadedConfig;
  readonly store: SettingsStore;
  readonly secrets: SettingsSecrets;
  /** Versions with which this start has failed already. */
  readonly troubles: readonly SettingsTrouble[];
  readonly log: HubLog;
}

/**
 * Whoever wrote last counts: the file when it differs from what was imported last, else the newest version. A version
 * that does not load never keeps the hub from starting.
 * @throws ConfigError when the file is what counts, or all that is left, and has problems
 */
export async function chooseSettings(sources: SettingsSources): Promise<ChosenSettings> {
  const { file, store, log } = sources;
  const fromFile = async (newFile: boolean, troubles: readonly SettingsTrouble[] = []) => {
    return { loaded: file, registry: await PluginRegistry.load(file), version: undefined, newFile, troubles };
  };
  if (file.config.settings.source === "file") return fromFile(false);
  const isNew = (await store.lastFileHash()) !== hashOf(sharedPart(file.raw));
  if (isNew) return fromFile(true);
  const troubles = [...sources.troubles];
  const frame = new SettingsFrame(file, sources.secrets);
  for (const row of [await store.newest(), await store.newestProven()]) {
    if (!row || troubles.some(({ version }) => version === row.number)) continue;
    try {
      return { ...(await frame.load(row.document)), version: row.number, newFile: false, troubles };
    } catch (error) {
      troubles.push({ version: row.number, problem: problemWords(error) });
      log.error("settings.version-refused", { version: row.number, problem: problemWords(error) });
    }
  }
  return fromFile(false, troubles);
}

export const problemWords = (error: unknown): string => {
  if (error instanceof ConfigError) {
    return error.problems
      .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
      .join("; ");
  }
  return error instanceof Error ? error.message : "unknown";
};

export type StoredVersion = Pick<SettingsVersionRow, "number" | "document">;
