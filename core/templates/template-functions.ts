// What a template can do with a value before it is written.
import { formatDate } from "./date-text.ts";

/** Why something cannot be written; the place is added by who knows it. Shows no value. */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
  /** How many characters had been written before it, when it was found out only at the end. */
  readonly after: number | undefined;

  constructor(message: string, after?: number) {
    super(message);
    this.after = after;
  }
}

/** A value that is written as JSON whatever the form. */
export class AsJson {
  readonly text: string;

  constructor(value: unknown) {
    this.text = JSON.stringify(value) ?? "null";
  }
}

export interface TemplateFunction {
  readonly usage: string;
  readonly fewest: number;
  readonly most: number;
  readonly call: (...values: readonly unknown[]) => unknown;
}

const takes = (
  usage: string,
  fewest: number,
  most: number,
  call: TemplateFunction["call"],
): TemplateFunction => ({ usage, fewest, most, call });

/** By the names templates use. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  [
    "date",
    takes('date value "YYYY-MM-DD"', 2, 2, (value, pattern) => formatDate(textOf(value), textOf(pattern))),
  ],
  [
    "default",
    takes("default value otherwise", 2, 2, (value, otherwise) => (isEmpty(value) ? otherwise : value)),
  ],
  ["upper", takes("upper value", 1, 1, (value) => textOf(value).toUpperCase())],
  ["lower", takes("lower value", 1, 1, (value) => textOf(value).toLowerCase())],
  ["json", takes("json value", 1, 1, (value) => new AsJson(value))],
  ["eq", takes("eq one other", 2, 2, (one, other) => one === other)],
  ["ne", takes("ne one other", 2, 2, (one, other) => one !== other)],
  ["and", takes("and one other", 2, 8, (...values) => values.every(isTruthy))],
  ["or", takes("or one other", 2, 8, (...values) => values.some(isTruthy))],
  ["not", takes("not value", 1, 1, (value) => !isTruthy(value))],
  ["join", takes('join list ", "', 2, 2, (list, between) => listOf(list).map(textOf).join(textOf(between)))],
  ["fixed", takes("fixed number digits", 2, 2, fixed)],
  ["shorten", takes("shorten value characters", 2, 2, shorten)],
]);

/** What `if` and `default` take for nothing: as Handlebars has it, an empty list too. */
export const isTruthy = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : Boolean(value);

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Null is nothing; a list or an object is no text. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof AsJson) return value.text;
  if (typeof value === "object") {
    throw new Unwritable("this is a list or an object; name one of its values, or write {{json …}}");
  }
  if (typeof value === "function" || typeof value === "symbol") throw new Unwritable("this is no value");
  return String(value);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Unwritable("this is no list");
  return value;
}

function fixed(value: unknown, digits: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") throw new Unwritable("this is no number");
  if (!isCount(digits, 20)) throw new Unwritable("the number of digits is from 0 to 20");
  return value.toFixed(digits);
}

/** Counts characters, not halves of them. */
function shorten(value: unknown, characters: unknown): string {
  const text = textOf(value);
  if (!isCount(characters, 100_000)) throw new Unwritable("the number of characters is from 0 to 100000");
  return text.length <= characters ? text : [...text.slice(0, 2 * characters)].slice(0, characters).join("");
}

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;
