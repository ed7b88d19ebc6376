// Which fields a value has, what is left out of it, and what is wrong with it, without any code made at run time.

import { type Schema, Validator } from "@cfworker/json-schema";
import type { FormSchema } from "../../form-schema.ts";
import { phrase, say } from "../language.ts";
import { type FormObject, isEmpty, isObject, isStored, nameOf } from "./form-value.ts";

/** Messages by the name of the field. */
export type FieldErrors = Readonly<Record<string, string>>;

const validators = new WeakMap<object, Validator>();

function fits(schema: FormSchema, value: unknown): boolean {
  return validatorOf(schema).validate(value ?? {}).valid;
}

function validatorOf(schema: FormSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const made = new Validator(schema as Schema, "2020-12", false);
  validators.set(schema, made);
  return made;
}

export interface Fields {
  readonly properties: Readonly<Record<string, FormSchema>>;
  readonly required: ReadonlySet<string>;
}

/** The fields that a value has: those of the schema, and those of every condition that holds. */
export function fieldsOf(schema: FormSchema, value: unknown): Fields {
  const branches = [schema, ...(schema.allOf ?? [])].flatMap((part) => {
    if (part.if) return [fits(part.if, value) ? part.then : part.else];
    return part === schema ? [] : [part];
  });
  const shown = Object.entries(schema.properties ?? {}).filter(([, one]) => isShown(one, value));
  const own: Fields = { properties: Object.fromEntries(shown), required: new Set(schema.required ?? []) };
  return branches.reduce<Fields>((all, branch) => {
    if (!branch) return all;
    const more = fieldsOf(branch, value);
    return {
      properties: { ...all.properties, ...more.properties },
      required: new Set([...all.required, ...more.required]),
    };
  }, own);
}

const isShown = ({ "x-ui": hints }: FormSchema, holder: unknown): boolean =>
  hints?.showWhen === undefined || fits(hints.showWhen, holder);

/** Without fields whose condition does not hold, and without what is empty. */
export function pruned(schema: FormSchema, value: unknown): unknown {
  if (isStored(value)) return value;
  if (Array.isArray(value)) return schema.items ? value.map((one) => pruned(schema.items!, one)) : value;
  if (!isObject(value) || !schema.properties) return value;
  const { properties } = fieldsOf(schema, value);
  // what is not shown goes back to its default, so that it is never in the way of a save
  const hidden = Object.entries(schema.properties).filter(([name]) => !(name in properties));
  const entries = [
    ...hidden.map(([name, one]) => [name, structuredClone(one.default)] as const),
    ...Object.entries(properties).map(([name, one]) => [name, pruned(one, value[name])] as const),
  ];
  return Object.fromEntries(entries.filter(([name, one]) => !isDropped(schema, name, one)));
}

/** An empty text may be meant: then the schema has it as its default. */
const isDropped = ({ properties }: FormSchema, name: string, value: unknown): boolean =>
  isEmpty(value) && !(value === "" && properties?.[name]?.default !== undefined);

/** Warnings of a field, and of the whole where it has some, about the object that holds it. */
export const warningsOf = (schema: FormSchema, holder: unknown): string[] =>
  (schema["x-ui"]?.warnWhen ?? []).filter((one) => fits(one.if, holder)).map(({ message }) => message);

/** A fresh object with its defaults. */
export function freshValue(schema: FormSchema): unknown {
  if (schema.default !== undefined && !isObject(schema.default)) return structuredClone(schema.default);
  if (schema.type !== "object") return undefined;
  const given = isObject(schema.default) ? schema.default : {};
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const value = given[name] ?? (one.default === undefined ? undefined : freshValue(one));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(fields);
}

/** What is wrong with a pruned value, at the fields that a person can mend. */
export function errorsIn(schema: FormSchema, value: FormObject): FieldErrors {
  const { valid, errors } = validatorOf(schema).validate(secretsAsText(value));
  if (valid) return {};
  const found: Record<string, string> = {};
  for (const { keyword, keywordLocation, instanceLocation, error } of errors) {
    if (CONTAINERS.has(keyword)) continue;
    const path = partsOf(instanceLocation);
    const missing = keyword === "required" ? /"([^"]+)"/.exec(error)?.[1] : undefined;
    const name = nameOf(missing === undefined ? path : [...path, missing]);
    const rule = schemaAt(schema, partsOf(keywordLocation).slice(0, -1));
    found[name] ??= missing === undefined ? words(keyword, rule, error) : say("Required.");
  }
  return found;
}

/** These only say that something within them is wrong. */
const CONTAINERS = new Set(["properties", "items", "allOf", "anyOf", "if", "then", "else", "false"]);

const partsOf = (pointer: string): string[] =>
  pointer
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));

const schemaAt = (schema: FormSchema, parts: readonly string[]): FormSchema =>
  parts.reduce<FormSchema>((one, key) => (one[key] as FormSchema | undefined) ?? {}, schema);

function words(keyword: string, rule: FormSchema, fallback: string): string {
  switch (keyword) {
    case "minimum":
      return say("At least %{minimum}.", { minimum: String(rule.minimum) });
    case "maximum":
      return say("At most %{maximum}.", { maximum: String(rule.maximum) });
    case "minLength":
      return rule.minLength === 1
        ? say("Required.")
        : say("At least %{minLength} characters.", { minLength: rule.minLength });
    case "maxLength":
      return say("At most %{maxLength} characters.", { maxLength: rule.maxLength });
    case "minItems":
      return rule.minItems === 1
        ? say("Add at least one.")
        : say("At least %{minItems}.", { minItems: rule.minItems });
    case "maxItems":
      return say("At most %{maxItems}.", { maxItems: rule.maxItems });
    case "uniqueItems":
      return say("Each one only once.");
    case "pattern":
      return say("Not in the expected form.");
    case "format":
      return say(FORMATS[rule.format ?? ""] ?? "Not in the expected form.");
    case "enum":
    case "const":
      return say("Choose one of the values.");
    case "type":
      return rule.type === "integer"
        ? say("A whole number.")
        : rule.type === "number"
          ? say("A number.")
          : say("Not in the expected form.");
    default:
      return fallback;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uri: phrase("Not a valid address."),
  email: phrase("Not a valid mail address."),
  hostname: phrase("Not a valid host name."),
  date: phrase("Not a valid date."),
};

/** A stored secret fits whatever its text fits. */
function secretsAsText(value: unknown): unknown {
  if (isStored(value)) return "********";
  if (Array.isArray(value)) return value.map(secretsAsText);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, secretsAsText(one)]));
}
