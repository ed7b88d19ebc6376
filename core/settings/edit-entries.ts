// Plugin entries come, go and get other names; the route goes with them, and nothing is taken from under open work.
import { entryName, type PluginEntryConfig } from "../config/hub-config.ts";
import { findPlugin } from "../plugins/find-plugin.ts";
import type { DeskParts } from "./commit-settings.ts";
import { entriesOf } from "./entry-sections.ts";
import { formSchema } from "./form-schema.ts";
import { isObject, type JsonObject, valueAt, withValueAt } from "./json-values.ts";
import { SettingsRefusal } from "./settings-refusal.ts";

export interface NewEntry {
  /** A plugin that comes with the hub. */
  readonly use: string;
  readonly name: string;
  readonly settings: JsonObject;
  /** Takes it into the route, at the end. */
  readonly inRoute: boolean;
}

export interface EntryOrder {
  readonly name: string;
}

/** Phases of the route that are lists of names, by the kind of plugin. */
const PHASES: Readonly<Record<string, string>> = {
  check: "check",
  transform: "deidentify",
  deliver: "deliver",
};
const ALL_PHASES = ["check", "deidentify", "deliver", "deliverFailures"];

export async function addEntry(
  { file, secrets }: DeskParts,
  document: JsonObject,
  { use, name, settings, inRoute }: NewEntry,
): Promise<JsonObject> {
  const entries = entriesOf(document);
  if (entries.some((entry) => entryName(entry) === name)) throw wrongName(name, `"${name}" is taken.`);
  const entry = { use, name, optional: false, settings: {} };
  const { plugin } = await findPlugin(entry, file.file).catch(() => {
    throw new SettingsRefusal("not-there", `No plugin "${use}" comes with the hub.`);
  });
  const sealed = secrets.sealIn(settings, formSchema(plugin.settings)) as Record<string, unknown>;
  const written = { use, ...(name === use ? {} : { name }), settings: sealed };
  const added: JsonObject = { ...document, plugins: [...entries, written] };
  const phase = PHASES[plugin.kind];
  if (!inRoute || phase === undefined) return added;
  return withValueAt(added, ["route", phase], [...namesIn(added, phase), name]) as JsonObject;
}

export async function removeEntry(
  parts: DeskParts,
  document: JsonObject,
  { name }: EntryOrder,
): Promise<JsonObject> {
  const entries = required(document, name);
  await requireIdle(parts, name);
  const rest: JsonObject = { ...document, plugins: entries.filter((entry) => entryName(entry) !== name) };
  return inRoute(rest, (known) => (known === name ? [] : [known]));
}

export async function renameEntry(
  parts: DeskParts,
  document: JsonObject,
  { name, to }: EntryOrder & { readonly to: string },
): Promise<JsonObject> {
  const entries = required(document, name);
  if (entries.some((entry) => entryName(entry) === to)) throw wrongName(name, `"${to}" is taken.`);
  await requireIdle(parts, name);
  const plugins = entries.map((entry) => (entryName(entry) === name ? { ...entry, name: to } : entry));
  return inRoute({ ...document, plugins }, (known) => [known === name ? to : known]);
}

function required(document: JsonObject, name: string): readonly PluginEntryConfig[] {
  const entries = entriesOf(document);
  if (entries.some((entry) => entryName(entry) === name)) return entries;
  throw new SettingsRefusal("not-there", `No plugin entry is named "${name}".`);
}

/** Steps are addressed to the name: without it nobody would work on them. */
async function requireIdle({ orm }: DeskParts, name: string): Promise<void> {
  const [row] = await orm.em
    .fork()
    .execute<{ open: number }[]>(
      "select count(*)::int as open from step where target = ? and settled_at is null",
      [name],
    );
  const open = row?.open ?? 0;
  if (open === 0) return;
  const message = `${open} steps are not done that are addressed to "${name}". Let them run, or cancel them, first.`;
  throw new SettingsRefusal("in-use", message);
}

function inRoute(document: JsonObject, change: (name: string) => readonly string[]): JsonObject {
  const lists = ALL_PHASES.reduce<JsonObject>((whole, phase) => {
    if (valueAt(whole, ["route", phase]) === undefined) return whole;
    return withValueAt(whole, ["route", phase], namesIn(whole, phase).flatMap(change)) as JsonObject;
  }, document);
  const runs = valueAt(lists, ["route", "process"]);
  if (!Array.isArray(runs)) return lists;
  const changed = runs.flatMap((run: unknown) => {
    if (!isObject(run)) return [];
    return change(String(run["plugin"])).map((plugin) => ({ ...run, plugin }));
  });
  return withValueAt(lists, ["route", "process"], changed) as JsonObject;
}

const namesIn = (document: JsonObject, phase: string): string[] => {
  const found = valueAt(document, ["route", phase]);
  return Array.isArray(found) ? found.map(String) : [];
};

const wrongName = (name: string, message: string) =>
  new SettingsRefusal("invalid", message, {
    problems: [{ section: `entry.${name}`, path: "name", message }],
  });
