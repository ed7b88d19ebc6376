// Words about sections, their fields and their values.
import { fullTime, say } from "@thalamus/sdk/ui";
import { type FormSchema, isObject, isStored } from "@thalamus/sdk/ui/settings";
import type { SettingsSection } from "../api.gen.ts";

/** What the list of sections shows of one; pages of the console's own may be among them. */
export type ListedSection = Pick<
  SettingsSection,
  "id" | "group" | "title" | "summary" | "schema" | "problem" | "waiting"
>;

export interface FoundField {
  /** `saml.metadataUrl` */
  readonly name: string;
  readonly title: string;
}

const known = new WeakMap<ListedSection, string>();
const MOST_FOUND = 6;

/** Everything that a search may find: titles, help and names of fields. */
export function textOf(section: ListedSection): string {
  const before = known.get(section);
  if (before !== undefined) return before;
  const { id, title, summary, group, schema } = section;
  const text = [id, title, summary, group, ...wordsIn(schema as FormSchema)].join(" ").toLowerCase();
  known.set(section, text);
  return text;
}

/** Fields whose title, help or key holds the text; none for a text that is empty. */
export function fieldsWith(section: ListedSection, search: string): FoundField[] {
  const wanted = search.trim().toLowerCase();
  return wanted === "" ? [] : fieldsIn(section.schema as FormSchema, wanted, []).slice(0, MOST_FOUND);
}

function fieldsIn(schema: FormSchema, wanted: string, before: readonly string[]): FoundField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, one]) => {
    const path = [...before, key];
    const title = one.title ?? key;
    const own = [key, title, one.description ?? ""].some((text) => text.toLowerCase().includes(wanted));
    const within = fieldsIn(one, wanted, path);
    return [...(own ? [{ name: path.join("."), title }] : []), ...within];
  });
}

function wordsIn(schema: FormSchema): string[] {
  const { title = "", description = "", properties = {}, items } = schema;
  const inner = Object.entries(properties).flatMap(([name, one]) => [name, ...wordsIn(one)]);
  return [title, description, ...inner, ...(items ? wordsIn(items) : [])];
}

/** A value in a difference; a secret says since when it is set. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return say("not set");
  if (isStored(value))
    return value.setAt === undefined
      ? say("a secret")
      : say("a secret, set on %{time}", { time: fullTime(new Date(value.setAt)) });
  if (typeof value === "string") return value === "" ? say("empty") : value;
  return JSON.stringify(value, (_, one: unknown) =>
    isObject(one) && isStored(one) ? `(${say("secret")})` : one,
  );
}
