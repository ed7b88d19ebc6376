// Fields of a section whose value takes effect only at the next start of the hub.
import { entryName, type HubConfig } from "../config/hub-config.ts";
import { fieldChanges, isObject, valueAt } from "./json-values.ts";
import type { Section } from "./sections.ts";

/** @param started with what the hub runs @param now what is saved */
export function waitingFields(section: Section, started: HubConfig, now: HubConfig): string[] {
  const late = lateFields(section);
  if (late?.length === 0) return [];
  const [before, after] = [valueIn(started, section), valueIn(now, section)];
  const names = fieldChanges(before, after).map(({ field }) => field);
  return late ? names.filter((name) => late.includes(name.split(".")[0] ?? "")) : names;
}

/** Undefined: all of them. */
function lateFields({ applies, schema }: Section): string[] | undefined {
  if (applies === "restart") return undefined;
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
    one["x-ui"]?.applies === "restart" ? [name] : [],
  );
}

function valueIn(config: HubConfig, { entry, path, fields }: Section): unknown {
  if (entry !== undefined) return config.plugins.find((one) => entryName(one) === entry)?.settings ?? {};
  const value = valueAt(config, path) ?? {};
  if (!fields || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)));
}
