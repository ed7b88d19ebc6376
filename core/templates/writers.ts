// Writes values in the forms that need to know only the value: text, HL7 fields, header lines and URLs.
import type { TemplateForm } from "@thalamus/sdk";
import { escapeHl7 } from "@thalamus/sdk/hl7";
import { JsonWriter } from "./json-writer.ts";
import { MarkupWriter } from "./markup-writer.ts";
import { textOf, Unwritable } from "./template-functions.ts";
import type { TextWriter } from "./text-writer.ts";

export function writerFor(form: TemplateForm): TextWriter {
  if (form === "json") return new JsonWriter();
  return form === "html" || form === "xml" ? new MarkupWriter(form) : new EscapingWriter(RULES[form]);
}

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

/** A value of dots would lead to another path; no value can be that in earnest (RFC 3986 5.2.4). */
function withoutDotSegments(url: string): string {
  if (/(?:^|[/\\])(?:\.|%2e){1,2}(?=[/\\?#]|$)/i.test(url)) {
    throw new Unwritable("a part of the path is . or ..; it would lead somewhere else");
  }
  return url;
}

/** Line ends of any kind, other control characters, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a header
const NOT_IN_HEADERS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/g;
const onOneLine = (text: string): string => text.replaceAll(NOT_IN_HEADERS, " ");

const RULES: Readonly<Record<Exclude<TemplateForm, "json" | "html" | "xml">, FormRules>> = {
  text: { two: (text) => text },
  url: { two: encodeURIComponent, whole: withoutDotSegments },
  // components stay apart: names and addresses have the same ^ in DICOM
  hl7: { two: escapeHl7, three: (text) => text.split("^").map(escapeHl7).join("^") },
  // the template's own line ends too: a header is one line
  header: { two: onOneLine, whole: (text) => onOneLine(text).trim() },
};
