// Lines of CSV (RFC 4180) that no spreadsheet takes for formulas.

/** A text that begins like a formula is one in a spreadsheet, spaces before it or not. */
const FORMULA = /^\s*[=+\-@\t\r]/;

/** @param cells numbers are written as they are, dates in ISO 8601, objects as JSON; nothing as an empty cell */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(",")}\r\n`;

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  // a negative number is no formula, and must stay a number
  if (typeof value === "number") return String(value);
  const text = textOf(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
