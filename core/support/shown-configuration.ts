// The configuration as it may be shown to somebody outside: no secret, whichever field it stands in.
import { entryName, type HubConfig } from "../config/hub-config.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import { type FormSchema, formSchema, schemasOfItem, schemasOfProperty } from "../settings/form-schema.ts";
import { isObject } from "../settings/json-values.ts";
import { isSecretField } from "./scrubber.ts";

export interface ShownConfiguration {
  readonly configuration: unknown;
  /** What was left out, so that it can be left out of everything else. */
  readonly secrets: readonly string[];
}

const LEFT_OUT = "[secret]";

/** A secret is what its plugin's schema calls one, and what a field of such a name holds. */
export function shownConfiguration(config: HubConfig, registry: PluginRegistry): ShownConfiguration {
  const secrets: string[] = [];
  const keep = (value: unknown): string => {
    secrets.push(...textsIn(value));
    return LEFT_OUT;
  };
  const plugins = config.plugins.map((entry) => {
    const name = entryName(entry);
    const plugin = (registry.get(name) ?? registry.failed(name))?.plugin;
    // nobody can tell what in it is a secret
    if (!plugin) return { ...entry, settings: keep(entry.settings) };
    return { ...entry, settings: shown(entry.settings, [formSchema(plugin.settings)], keep) };
  });
  return { configuration: { ...(shown({ ...config, plugins: [] }, [], keep) as object), plugins }, secrets };
}

function shown(
  value: unknown,
  schemas: readonly FormSchema[],
  keep: (value: unknown) => string,
  name = "",
): unknown {
  const isSecret = schemas.some((one) => one["x-ui"]?.widget === "secret" || one["x-ui"]?.widget === "pem");
  if ((isSecret || isSecretField(name)) && holdsText(value)) return keep(value);
  if (Array.isArray(value)) return value.map((one) => shown(one, schemas.flatMap(schemasOfItem), keep, name));
  if (!isObject(value)) return value;
  // a header of a request, for example: its name tells what it is, its value may open a door
  const isPair = typeof value["name"] === "string" && holdsText(value["value"]);
  const entries = Object.entries(value).map(([key, one]) => {
    if (isPair && key === "value") return [key, keep(one)] as const;
    const inner = schemas.flatMap((schema) => schemasOfProperty(schema, key));
    return [key, shown(one, inner, keep, key)] as const;
  });
  return Object.fromEntries(entries);
}

/** An object under such a name, for example `auth`, is looked into. */
const holdsText = (value: unknown): boolean => typeof value === "string" && value !== "";

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
