// What differs between two documents of settings, section by section.
import { entryName, type PluginEntryConfig } from "../config/hub-config.ts";
import type { ChangedFields } from "../database/entities/settings-version.ts";
import { entriesOf } from "./entry-sections.ts";
import { type FieldChange, fieldChanges, type JsonObject } from "./json-values.ts";
import { shownSecrets } from "./sealed-secrets.ts";

/** The field of an entry that came or went. */
export const ADDED = "(added)";
export const REMOVED = "(removed)";

/** By `intake`, `entry.pacs-pdf` and so on. */
export type SectionChanges = Readonly<Record<string, readonly FieldChange[]>>;

export function sectionChanges(before: JsonObject, after: JsonObject): SectionChanges {
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]);
  parts.delete("plugins");
  const own = [...parts].map((part) => [part, fieldChanges(before[part], after[part])] as const);
  const [old, now] = [byName(before), byName(after)];
  const entries = [...new Set([...old.keys(), ...now.keys()])].map((name) => {
    return [`entry.${name}`, changesOf(old.get(name), now.get(name))] as const;
  });
  return Object.fromEntries([...own, ...entries].filter(([, changes]) => changes.length > 0));
}

/** Names of fields only. */
export function differingSections(before: JsonObject, after: JsonObject): ChangedFields {
  const changes = Object.entries(sectionChanges(before, after));
  return Object.fromEntries(changes.map(([id, fields]) => [id, fields.map(({ field }) => field)]));
}

/** For people: secrets are references. */
export function shownChanges(before: JsonObject, after: JsonObject): SectionChanges {
  const changes = Object.entries(sectionChanges(before, after)).map(([id, fields]) => {
    const shown = fields.map(({ field, before: was, after: is }) => {
      return { field, before: shownSecrets(was), after: shownSecrets(is) };
    });
    return [id, shown] as const;
  });
  return Object.fromEntries(changes);
}

function changesOf(
  before: PluginEntryConfig | undefined,
  after: PluginEntryConfig | undefined,
): FieldChange[] {
  if (!before) return [{ field: ADDED, before: undefined, after }];
  if (!after) return [{ field: REMOVED, before, after: undefined }];
  const { settings: old = {}, ...was } = before;
  const { settings: now = {}, ...is } = after;
  return [...fieldChanges(was, is), ...fieldChanges(old, now)];
}

const byName = (document: JsonObject): Map<string, PluginEntryConfig> =>
  new Map(entriesOf(document).map((entry) => [entryName(entry), entry]));
