// Sections and fields of the settings that need a permission of their own: who lacks it neither sees nor changes them.
import { isDeepStrictEqual } from "node:util";
import type { FormSchema } from "./form-schema.ts";
import { type JsonObject, type JsonPath, valueAt, withValueAt } from "./json-values.ts";
import { type Section, sectionValue } from "./sections.ts";
import { type Author, forbidden } from "./settings-author.ts";

type Reader = Pick<Author, "permissions">;

/** Where a permission is asked for, within the settings of a section; the empty path is all of it. */
export interface ClosedPlace {
  readonly path: JsonPath;
  readonly needs: string;
}

/** @returns nothing for somebody who may see all of it */
export function closedPlaces({ schema }: Pick<Section, "schema">, { permissions }: Reader): ClosedPlace[] {
  const closed = (one: FormSchema, path: JsonPath): ClosedPlace[] => {
    const needs = one["x-ui"]?.visibleTo;
    if (needs !== undefined && !permissions.has(needs)) return [{ path, needs }];
    const fields = Object.entries(one.properties ?? {});
    const conditions = [...(one.allOf ?? []), one.then, one.else].filter((each) => each !== undefined);
    return [
      ...fields.flatMap(([name, inner]) => closed(inner, [...path, name])),
      ...conditions.flatMap((each) => closed(each, path)),
    ];
  };
  return closed(schema, []);
}

/** A schema without the fields at some places, conditions included. */
export function openSchema(schema: FormSchema, places: readonly ClosedPlace[]): FormSchema {
  if (places.length === 0) return schema;
  const within = (name: string) =>
    places.flatMap(({ path: [first, ...path], needs }) => (first === name ? [{ path, needs }] : []));
  const isClosed = (name: string) => within(name).some(({ path }) => path.length === 0);
  const { properties, required, allOf, then, else: otherwise } = schema;
  const open = Object.entries(properties ?? {}).filter(([name]) => !isClosed(name));
  return {
    ...schema,
    ...(properties
      ? { properties: Object.fromEntries(open.map(([name, one]) => [name, openSchema(one, within(name))])) }
      : {}),
    ...(required ? { required: required.filter((name) => !isClosed(name)) } : {}),
    ...(allOf ? { allOf: allOf.map((one) => openSchema(one, places)) } : {}),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ...(then ? { then: openSchema(then, places) } : {}),
    ...(otherwise ? { else: openSchema(otherwise, places) } : {}),
  };
}

export const openValue = (value: unknown, places: readonly ClosedPlace[]): unknown =>
  places.reduce((whole, { path }) => without(whole, path), value);

/** Whether a field, named as `tls.profile` or `rooms[]`, is at one of the places. */
export const isAt = (places: readonly ClosedPlace[], field: string): boolean =>
  places.some(({ path }) => `${field}.`.replaceAll("[]", "").startsWith(`${path.join(".")}.`));

/**
 * What somebody saves, with what they do not see as it is stored.
 * @throws SettingsRefusal when they try to change it
 */
export function withClosed(
  wanted: JsonObject,
  stored: unknown,
  section: Section,
  author: Author,
): JsonObject {
  return closedPlaces(section, author).reduce<JsonObject>((whole, { path, needs }) => {
    const [sent, kept] = [valueAt(whole, path), valueAt(stored, path)];
    if (sent !== undefined && !isDeepStrictEqual(sent, kept)) throw forbidden(section, needs);
    return kept === undefined ? whole : (withValueAt(whole, path, kept) as JsonObject);
  }, wanted);
}

/** The closed places of a section, from the root of the document. */
function closedPaths(section: Section, reader: Reader): JsonPath[] {
  const { path: root, fields } = section;
  return closedPlaces(section, reader).flatMap(({ path }) =>
    path.length === 0 && fields ? fields.map((name) => [...root, name]) : [[...root, ...path]],
  );
}

/** A document without what somebody may not see; entries stay with their names. */
export const openDocument = (
  document: JsonObject,
  sections: readonly Section[],
  reader: Reader,
): JsonObject =>
  sections
    .flatMap((section) => closedPaths(section, reader))
    .reduce<JsonObject>((whole, path) => without(whole, path) as JsonObject, document);

const without = (whole: unknown, path: JsonPath): unknown =>
  valueAt(whole, path) === undefined ? whole : withValueAt(whole, path, undefined);

/**
 * A document that came from a file, with what its author may not see as it is stored, where the file says nothing of it.
 */
export function withClosedOf(
  stored: JsonObject,
  wanted: JsonObject,
  sectionsOf: (document: JsonObject) => readonly Section[],
  author: Reader,
): JsonObject {
  const there = new Map(sectionsOf(stored).map((section) => [section.id, closedPaths(section, author)]));
  return sectionsOf(wanted).reduce<JsonObject>((whole, section) => {
    const before = there.get(section.id) ?? [];
    return closedPaths(section, author).reduce<JsonObject>((one, path, index) => {
      const kept = valueAt(stored, before[index] ?? []);
      if (before[index] === undefined || kept === undefined || valueAt(one, path) !== undefined) return one;
      return withValueAt(one, path, kept) as JsonObject;
    }, whole);
  }, wanted);
}

/** @throws SettingsRefusal when something differs that is not the author's to change, on whatever way */
export function requireAllowed(
  before: { readonly document: JsonObject; readonly sections: readonly Section[] },
  after: { readonly document: JsonObject; readonly sections: readonly Section[] },
  author: Author,
): void {
  const [was, is] = [closedValues(before, author), closedValues(after, author)];
  for (const [place, { section, needs }] of [...was, ...is]) {
    if (!isDeepStrictEqual(was.get(place)?.value, is.get(place)?.value)) throw forbidden(section, needs);
  }
}

interface ClosedValue {
  readonly section: Section;
  readonly needs: string;
  readonly value: unknown;
}

function closedValues(
  { document, sections }: { readonly document: JsonObject; readonly sections: readonly Section[] },
  author: Reader,
): Map<string, ClosedValue> {
  const found = new Map<string, ClosedValue>();
  for (const section of sections) {
    for (const { path, needs } of closedPlaces(section, author)) {
      const value =
        path.length > 0 ? valueAt(sectionValue(document, section), path) : wholeOf(document, section);
      if (value !== undefined) found.set(`${section.id} ${path.join(".")}`, { section, needs, value });
    }
  }
  return found;
}

/** An entry with its plugin and its name, so that it cannot be exchanged for another one either. */
const wholeOf = (document: JsonObject, section: Section): unknown =>
  section.entry === undefined
    ? sectionValue(document, section)
    : valueAt(document, section.path.slice(0, -1));
