// Writes values in the forms that need to know only the value: text, HTML, HL7 fields and header lines.
import type { TemplateForm } from "@thalamus/sdk";
import { JsonWriter } from "./json-writer.ts";
import { textOf } from "./template-functions.ts";
import type { TextWriter } from "./text-writer.ts";

export const writerFor = (form: TemplateForm): TextWriter =>
  form === "json" ? new JsonWriter() : new EscapingWriter(RULES[form]);

interface FormRules {
  /** What two braces mean. */
  readonly two: (text: string) => string;
  /** What three braces mean, when that is something else. */
  readonly three?: (text: string) => string;
  readonly whole?: (text: string) => string;
}

class EscapingWriter implements TextWriter {
  readonly #rules: FormRules;
  readonly #parts: string[] = [];

  constructor(rules: FormRules) {
    this.#rules = rules;
  }

  literal(text: string): void {
    this.#parts.push(text);
  }

  value(value: unknown, raw: boolean): number {
    const { two, three = two } = this.#rules;
    const text = (raw ? three : two)(textOf(value).toWellFormed());
    this.#parts.push(text);
    return text.length;
  }

  end(): string {
    const text = this.#parts.join("");
    return this.#rules.whole?.(text) ?? text;
  }
}

const HTML = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  "=": "&#61;",
};
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"'`=]/g, (found) => HTML[found as keyof typeof HTML]).replaceAll("\0", "\uFFFD");

/** HL7 2.5.1 2.7: the separators of MSH-1 and MSH-2 as everybody uses them. */
const HL7: Readonly<Record<string, string>> = { "|": "F", "^": "S", "&": "T", "~": "R", "\\": "E" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: they end segments and, in MLLP, messages
const HL7_SPECIAL = /[|^&~\\\u0000-\u001F\u007F]/g;
const hex = (character: string): string =>
  `X${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
const escapeHl7 = (text: string): string =>
  text.replaceAll(HL7_SPECIAL, (found) => `\\${HL7[found] ?? hex(found)}\\`);

/** Line ends of any kind, other control characters, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a header
const NOT_IN_HEADERS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/g;
const onOneLine = (text: string): string => text.replaceAll(NOT_IN_HEADERS, " ");

const RULES: Readonly<Record<Exclude<TemplateForm, "json">, FormRules>> = {
  text: { two: (text) => text },
  html: { two: escapeHtml },
  // components stay apart: names and addresses have the same ^ in DICOM
  hl7: { two: escapeHl7, three: (text) => text.split("^").map(escapeHl7).join("^") },
  // the template's own line ends too: a header is one line
  header: { two: onOneLine, whole: (text) => onOneLine(text).trim() },
};
