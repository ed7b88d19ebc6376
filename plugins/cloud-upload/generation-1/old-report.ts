// Reads the JSON report of generation 1: which order it is of, and its numbers.
import { printable, type ResultIndex } from "@thalamus/sdk";
import { parsed } from "../trouble.ts";

export interface OldReport {
  readonly orderId: string | undefined;
  /** Of the model that made it. */
  readonly version: string | undefined;
  readonly indexes: readonly ResultIndex[];
}

const MOST_INDEXES = 100;
const LONGEST_NAME = 64;

/** Its numbers stand under `results`, with a `value` each, or in older ones under `result` as text. */
export function readReport(content: Buffer): OldReport {
  const report = parsed(content) ?? {};
  const given = report["results"] ?? report["result"];
  const numbers = typeof given === "object" && given !== null ? Object.entries(given) : [];
  return {
    orderId: textOf(report["orderID"] ?? report["orderId"] ?? report["order_id"]),
    version: textOf(report["mlVersion"]),
    indexes: numbers.slice(0, MOST_INDEXES).flatMap(([name, value]) => {
      const number = numberOf(value);
      return number === undefined ? [] : [{ name: printable(name, LONGEST_NAME), value: number, unit: "" }];
    }),
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? printable(value, LONGEST_NAME) : undefined;

function numberOf(value: unknown): number | undefined {
  const own: unknown =
    typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)["value"]
      : value;
  if (typeof own !== "number" && typeof own !== "string") return undefined;
  const number = own === "" ? Number.NaN : Number(own);
  return Number.isFinite(number) ? number : undefined;
}
