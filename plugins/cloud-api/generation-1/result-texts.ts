// Results of generation 1 as text, made of a product's indexes where it has no file of that format itself.
import type { DeskResult } from "@thalamus/sdk";

/** What every format says at its head. */
export interface ResultHead {
  readonly orderId: string;
  /** What was measured, for people. */
  readonly input: string;
  /** As the client ordered it. */
  readonly product: string;
}

const day = (at: Date): string => at.toISOString().slice(0, 10);

/** The keys that clients of today read; `results` has one object for each index. */
export function resultJson({ orderId, input, product }: ResultHead, result: DeskResult): string {
  const results = result.indexes.map(({ name, value, unit }) => [name, { value, unit }]);
  return JSON.stringify({
    orderID: orderId,
    date: day(result.createdAt),
    input,
    analysis: product,
    mlVersion: result.productVersion,
    results: Object.fromEntries(results),
    ...(result.warnings.length > 0 ? { warnings: result.warnings } : {}),
    ...(result.error ? { error: result.error } : {}),
  });
}

export function resultText({ orderId, input, product }: ResultHead, result: DeskResult): string {
  return [
    `Order ID: ${orderId}`,
    `Date: ${day(result.createdAt)}`,
    `Input: ${input}`,
    `Product: ${product} ${result.productVersion}`,
    ...result.indexes.map(({ name, value, unit }) => `${name}: ${value ?? "not measured"} ${unit}`.trimEnd()),
    ...result.warnings.map((warning) => `Warning: ${warning}`),
    ...(result.error ? [`Failed: ${result.error.message} (${result.error.code})`] : []),
    "",
  ].join("\n");
}

export function resultXml({ orderId, input, product }: ResultHead, result: DeskResult): string {
  const head = attributes({ orderID: orderId, date: day(result.createdAt), product, input });
  const lines = result.indexes.map(({ name, value, unit }) => {
    return `  <result${attributes({ name, value: String(value ?? ""), unit })}/>`;
  });
  const error = result.error ? [`  <error${attributes({ ...result.error })}/>`] : [];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<report${head}>`,
    ...lines,
    ...error,
    "</report>",
    "",
  ].join("\n");
}

/** One row for the order; the column `Subject` is what clients look for. */
export function resultCsv({ orderId }: ResultHead, { indexes }: DeskResult): string {
  const names = ["Subject", ...indexes.map(({ name }) => csvField(name))];
  const values = [orderId, ...indexes.map(({ value }) => String(value ?? ""))];
  return `${names.join(",")}\r\n${values.join(",")}\r\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula is disarmed. */
export function csvField(text: string): string {
  const harmless = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" },
};

const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no such characters
    .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "")
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
