// Words about sections, their fields and their values.
import { fullTime } from "@thalamus/sdk/ui";
import { type FormSchema, isObject, isStored } from "@thalamus/sdk/ui/settings";
import type { SettingsSection } from "../api.gen.ts";

const known = new WeakMap<SettingsSection, string>();

/** Everything that a search may find: titles, help and names of fields. */
export function textOf(section: SettingsSection): string {
  const before = known.get(section);
  if (before !== undefined) return before;
  const { id, title, summary, group, schema } = section;
  const text = [id, title, summary, group, ...wordsIn(schema as FormSchema)].join(" ").toLowerCase();
  known.set(section, text);
  return text;
}

function wordsIn(schema: FormSchema): string[] {
  const { title = "", description = "", properties = {}, items } = schema;
  const inner = Object.entries(properties).flatMap(([name, one]) => [name, ...wordsIn(one)]);
  return [title, description, ...inner, ...(items ? wordsIn(items) : [])];
}

/** A value in a difference; a secret says since when it is set. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  if (isStored(value))
    return `a secret, set ${value.setAt === undefined ? "" : fullTime(new Date(value.setAt))}`;
  if (typeof value === "string") return value === "" ? "empty" : value;
  return JSON.stringify(value, (_, one: unknown) => (isObject(one) && isStored(one) ? "(secret)" : one));
}
