// Reads the settings of the deid command from YAML or JSON and checks them as the hub does.
import { readFileSync } from "node:fs";
import { Value } from "typebox/value";
import { parse } from "yaml";
import type { SettingsSchema } from "../../sdk/settings.ts";

/** A mistake in the settings; the text says where and what is wanted. */
export class SettingsMistake extends Error {}

/** @param file YAML or JSON; without one the defaults count */
export function readDeidSettings(file: string | undefined, schema: SettingsSchema): unknown {
  const settings = Value.Default(schema, file === undefined ? {} : parsed(file));
  if (Value.Check(schema, settings)) return settings;
  const known = Object.keys(schema.properties).join(", ");
  const lines = Value.Errors(schema, settings).map(({ instancePath, message }) => {
    return `  ${instancePath.slice(1).replaceAll("/", ".") || "the whole"}: ${message}`;
  });
  throw new SettingsMistake(`${file}:\n${lines.join("\n")}\nSettings are: ${known}.`);
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new SettingsMistake(`The settings ${file} cannot be read.`);
  }
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new SettingsMistake(`${file} is neither YAML nor JSON: ${(error as Error).message}`);
  }
}
