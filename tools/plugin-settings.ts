// Settings of a plugin for a command: read from YAML or JSON, checked and filled in as the hub does.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { filledSettings, SettingsProblem } from "../core/plugins/plugin-settings.ts";
import type { SettingsSchema } from "../sdk/settings.ts";

/** A mistake in the settings; the text says where and what is wanted. */
export class SettingsMistake extends Error {
  override readonly name = "SettingsMistake";
}

/** @throws SettingsMistake when the file holds no names with values */
export function readSettings(file: string): object {
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    throw new SettingsMistake(`The settings ${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new SettingsMistake(`${file} holds no settings: names and values are expected.`);
  }
  return parsed;
}

/** Settings with the defaults of their declaration. @throws SettingsMistake that names each setting that does not fit */
export function checkedSettings(schema: SettingsSchema, given: object): Record<string, unknown> {
  try {
    return filledSettings(schema, given) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    const lines = error.problems.map(({ path, message }) => `  ${path} ${message}`);
    const known = Object.keys(schema.properties).join(", ");
    throw new SettingsMistake(`The settings do not fit:\n${lines.join("\n")}\nSettings are: ${known}.`);
  }
}
