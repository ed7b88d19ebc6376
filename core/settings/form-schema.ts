// The subset of JSON Schema that a settings form is made of, and the check that a section keeps to it.

import type { FormAction, FormHints, FormSchema } from "@thalamus/sdk";
import { isPermission } from "../access/permissions.ts";

export type { FormAction, FormHints, FormSchema };

const KEYWORDS = new Set([
  ...["type", "title", "description", "default", "enum", "const", "properties", "patternProperties"],
  ...[
    "additionalProperties",
    "required",
    "items",
    "allOf",
    "if",
    "then",
    "else",
    "format",
    "pattern",
    "x-ui",
  ],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"],
  ...["minItems", "maxItems", "uniqueItems", "$id", "$schema", "examples", "readOnly", "writeOnly"],
]);
const TYPES = new Set(["object", "array", "string", "integer", "number", "boolean"]);
const FORMATS = new Set(["uri", "email", "hostname", "date", "date-time", "ipv4", "ipv6", "regex"]);

/** A plain copy in which a union of constants is an enumeration, as forms want it. */
export function formSchema(schema: object): FormSchema {
  return simplified(JSON.parse(JSON.stringify(schema)) as FormSchema);
}

function simplified(schema: FormSchema): FormSchema {
  const mapped = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, simplifiedKeyword(keyword, value)]),
  ) as FormSchema;
  const constants = mapped.anyOf?.map((one) => one.const);
  if (!constants?.length || constants.includes(undefined)) return mapped;
  const { anyOf: _, ...rest } = mapped;
  return {
    ...rest,
    type: typeof constants[0] === "number" ? "number" : typeof constants[0],
    enum: constants,
  };
}

function simplifiedKeyword(keyword: string, value: unknown): unknown {
  if (["items", "if", "then", "else"].includes(keyword)) return simplified(value as FormSchema);
  if (["anyOf", "allOf"].includes(keyword)) return (value as FormSchema[]).map(simplified);
  if (!["properties", "patternProperties"].includes(keyword)) return value;
  const entries = Object.entries(value as Record<string, FormSchema>);
  return Object.fromEntries(entries.map(([name, one]) => [name, simplified(one)]));
}

/** Why no form can be made of a schema; undefined when one can. */
export function schemaProblem(schema: FormSchema, path = ""): string | undefined {
  const needs = schema["x-ui"]?.visibleTo;
  if (needs !== undefined && !isPermission(needs)) return `${path}: no permission is named "${needs}"`;
  if (needs !== undefined && path.includes("[]")) return `${path}: visibleTo counts for whole lists only`;
  const where = path === "" ? "the settings" : path;
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword))
      return `${where}: "${keyword}" is not in the subset of JSON Schema that forms show`;
  }
  if (schema.type !== undefined && !TYPES.has(schema.type)) return `${where}: type ${String(schema.type)}`;
  if (schema.format !== undefined && !FORMATS.has(schema.format)) return `${where}: format ${schema.format}`;
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, one]) => [
      one,
      path === "" ? name : `${path}.${name}`,
    ]),
    ...(schema.items ? [[schema.items, `${path}[]`]] : []),
    ...[...(schema.allOf ?? []), schema.if, schema.then, schema.else].map((one) => [one, path]),
  ] as [FormSchema | undefined, string][];
  for (const [one, place] of inner) {
    const problem = one && schemaProblem(one, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Everything that a schema may say of one of its properties, its conditions included. */
export const schemasOfProperty = (schema: FormSchema, name: string): FormSchema[] =>
  branchesOf(schema).flatMap((one) => [
    ...(one.properties?.[name] ? [one.properties[name]] : []),
    ...Object.entries(one.patternProperties ?? {}).flatMap(([pattern, rest]): FormSchema[] =>
      one.properties?.[name] === undefined && new RegExp(pattern, "u").test(name) ? [rest] : [],
    ),
  ]);

export const schemasOfItem = (schema: FormSchema): FormSchema[] =>
  branchesOf(schema).flatMap((one) => (one.items ? [one.items] : []));

function branchesOf(schema: FormSchema): FormSchema[] {
  const others = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), schema.then, schema.else];
  return [schema, ...others.flatMap((one) => (one ? branchesOf(one) : []))];
}

/** A copy with the defaults of the schema filled in, as ajv fills them. */
export function withFormDefaults(schema: FormSchema, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((one) => (schema.items ? withFormDefaults(schema.items, one) : one));
  if (typeof value !== "object" || value === null || "$sealed" in value || "$secret" in value) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const filled = Object.entries(schema.properties ?? {}).flatMap(([name, one]): [string, unknown][] => {
    const own = given[name] ?? structuredClone(one.default);
    return own === undefined ? [] : [[name, withFormDefaults(one, own)]];
  });
  return { ...given, ...Object.fromEntries(filled) };
}
