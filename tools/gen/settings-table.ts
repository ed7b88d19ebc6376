// Prints settings as a Markdown table: name, type, default, description.
import { type JsonSchema, plainSchema } from "./json-schema.ts";

interface Row {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

/** One row for each setting; settings of a nested object and of a list's entries have their path in front. */
export function settingsTable(settings: object): string {
  const rows = rowsOf(plainSchema(settings), "");
  if (rows.length === 0) return "None.";
  return markdownTable(
    ["Setting", "Type", "Default", "Description"],
    rows.map((row) => [`\`${row.path}\``, row.type, row.default, row.description]),
  );
}

/** @param cells are escaped here */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const escapeCell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");

function rowsOf(schema: JsonSchema, prefix: string): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    if (property.type === "object" && property.properties) return rowsOf(property, `${path}.`);
    const required = schema.required?.includes(name) ?? false;
    const own = { path, type: typeOf(property), default: defaultOf(property, required) };
    const entries = property.items?.properties ? rowsOf(property.items, `${path}[].`) : [];
    return [{ ...own, description: describe(property) }, ...entries];
  });
}

function describe({ title, description, items }: JsonSchema): string {
  // a list of names may say what they are only where it says what one of them is
  if (title === undefined && description === undefined) return items?.description ?? "";
  if (title === undefined) return description ?? "";
  return description === undefined ? title : `**${title}.** ${description}`;
}

function typeOf(schema: JsonSchema): string {
  const choices = schema.enum ?? constants(schema.anyOf);
  if (choices) return `one of ${choices.map(code).join(", ")}`;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(" or ");
  if (schema.type === "array") return `list of ${plural(schema.items ?? {})}`;
  if (schema.type === "object") return "map";
  if (schema["x-ui"]?.widget === "secret") return "secret";
  return `${WORDS[schema.type ?? ""] ?? "any value"}${rangeOf(schema)}`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "yes or no",
  null: "nothing",
};

function plural(schema: JsonSchema): string {
  if (schema.type === "object") return "entries";
  if (schema.type === "string" && !schema.enum) return "texts";
  return schema.type === "integer" || schema.type === "number" ? "numbers" : typeOf(schema);
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined && maximum === undefined) return "";
  if (maximum === undefined) return `, ${minimum} or more`;
  return minimum === undefined ? `, ${maximum} or less` : `, ${minimum} to ${maximum}`;
}

/** The values of a union of literals. */
function constants(anyOf: readonly JsonSchema[] | undefined): unknown[] | undefined {
  return anyOf?.every((one) => one.const !== undefined) ? anyOf.map((one) => one.const) : undefined;
}

function defaultOf(schema: JsonSchema, required: boolean): string {
  if (schema.default !== undefined) return code(schema.default);
  return required ? "**required**" : "";
}

const code = (value: unknown): string =>
  `\`${typeof value === "string" && value !== "" ? value : JSON.stringify(value)}\``;
