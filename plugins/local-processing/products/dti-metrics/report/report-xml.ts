// Makes report.xml: the same tree as report.json, for systems that read XML.
import type { Report } from "./report-json.ts";

const ESCAPES: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };

/** Escapes markup and drops control characters, which XML 1.0 cannot hold. */
const escapeXml = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "")
    .replace(/[<>&"]/g, (character) => ESCAPES[character]!);

function elementOf(name: string, value: unknown, indent: string): string {
  if (value === null || value === undefined) return `${indent}<${name}/>\n`;
  if (typeof value === "number" && !Number.isFinite(value)) return `${indent}<${name}/>\n`;
  if (typeof value !== "object") return `${indent}<${name}>${escapeXml(String(value))}</${name}>\n`;
  const children = Array.isArray(value)
    ? value.map((child) => elementOf("item", child, `${indent} `))
    : Object.entries(value).map(([child, inner]) => elementOf(child, inner, `${indent} `));
  return `${indent}<${name}>\n${children.join("")}${indent}</${name}>\n`;
}

/** The report as XML: objects become elements, lists become `item` elements, nothing becomes empty. */
export const reportXml = (report: Report): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${elementOf("dtiMetricsReport", report, "")}`;
