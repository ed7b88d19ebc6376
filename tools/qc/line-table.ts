// Prints the lines of a quality check for a terminal.
import type { CheckLine } from "@thalamus/sdk";

const WORDS: Readonly<Record<CheckLine["verdict"], string>> = {
  pass: "PASS",
  warn: "WARN",
  fail: "FAIL",
  bypassed: "OFF",
  "not-run": "-",
};
const WIDTH = 100;
const INDENT = 6;

export function lineTable(lines: readonly CheckLine[]): string {
  return lines.map((line) => block(line)).join("\n");
}

function block({ id, title, verdict, found, wanted, howToFix, series = [] }: CheckLine): string {
  const more = series.filter((label) => !found.includes(label));
  const rows: [string, string][] = [
    ["found", more.length > 0 ? `${found} (${more.join(", ")})` : found],
    ["wanted", wanted],
    ...(howToFix === undefined ? [] : [["fix", howToFix] as [string, string]]),
  ];
  const head = `${WORDS[verdict].padEnd(INDENT)}${title} (${id})`;
  return [head, ...rows.map(([name, text]) => row(name, text))].join("\n");
}

function row(name: string, text: string): string {
  const lead = " ".repeat(INDENT) + name.padEnd(8);
  return wrapped(text, WIDTH - lead.length)
    .join(`\n${" ".repeat(lead.length)}`)
    .replace(/^/, lead);
}

function wrapped(text: string, width: number): string[] {
  const rows: string[] = [""];
  for (const word of text.split(" ")) {
    const last = rows.at(-1)!;
    if (last === "") rows[rows.length - 1] = word;
    else if (last.length + 1 + word.length <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}
