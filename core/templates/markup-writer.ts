// Writes HTML or XML of which only the template decides the structure: values stand in text and in quoted attributes only.
import { textOf, Unwritable } from "./template-functions.ts";
import type { TextWriter } from "./text-writer.ts";

/** Where the template's own text has come to; `closed` is content that a browser does not read as text. */
type Place = "text" | "tag" | "double" | "single" | "comment" | "closed";

const ESCAPES = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  "=": "&#61;",
};

/** XML has no way to write them (XML 1.0 2.2), and HTML no use. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be written
const NOT_IN_MARKUP = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** What follows one of these up to its end is a script, a style sheet, or otherwise not escaped as text is. */
const CLOSED = /^<(script|style|textarea|title|iframe|noscript|xmp|plaintext|noembed|noframes)(?=[\s/>])/i;
const ADDRESSES = new Set(["href", "src", "action", "formaction", "background", "cite", "poster", "data"]);

/** Follows the template's text as a browser would, piece by piece (HTML 13.2.5, as far as templates need it). */
export class MarkupWriter implements TextWriter {
  readonly #isHtml: boolean;
  readonly #parts: string[] = [];
  #place: Place = "text";
  /** The tag that is open, from its `<` on. */
  #tag = "";
  /** Of the quoted attribute: its name, and what is written of it so far. */
  #attribute = "";
  #written = "";

  constructor(form: "html" | "xml") {
    this.#isHtml = form === "html";
  }

  literal(text: string): void {
    for (let at = 0; at < text.length; at += 1) this.#read(text, at);
    this.#parts.push(text);
  }

  value(value: unknown): number {
    this.#requirePlace();
    const text = textOf(value).toWellFormed();
    if (this.#isHtml && this.#place !== "text") this.#requireAddress(text);
    this.#written += text;
    const escaped = text.replaceAll(/[&<>"'`=]/g, (found) => ESCAPES[found as keyof typeof ESCAPES]);
    const written = escaped.replaceAll(NOT_IN_MARKUP, "\uFFFD");
    this.#parts.push(written);
    return written.length;
  }

  end(): string {
    return this.#parts.join("");
  }

  #read(text: string, at: number): void {
    const character = text.charAt(at);
    switch (this.#place) {
      case "text":
        if (text.startsWith("<!--", at)) this.#place = "comment";
        else if (/^<[a-z/!?]/i.test(text.slice(at, at + 2))) this.#openTag(character);
        return;
      case "comment":
        if (text.startsWith("-->", at)) this.#place = "text";
        return;
      case "closed":
        // to its end tag, which is then read as a tag
        if (text.startsWith("</", at) && this.#endsClosed(text.slice(at + 2))) this.#openTag(character);
        return;
      case "tag":
        this.#readTag(character);
        return;
      default:
        if (character === (this.#place === "double" ? '"' : "'")) this.#place = "tag";
        else this.#written += character;
    }
  }

  #openTag(character: string): void {
    this.#place = "tag";
    this.#tag = character;
  }

  #readTag(character: string): void {
    if (character === ">") {
      this.#place = this.#isHtml && CLOSED.test(`${this.#tag}>`) ? "closed" : "text";
      return;
    }
    if (character === '"' || character === "'") {
      this.#place = character === '"' ? "double" : "single";
      this.#attribute = /([^\s"'<>/=]+)\s*=\s*$/.exec(this.#tag)?.[1]?.toLowerCase() ?? "";
      this.#written = "";
    }
    this.#tag += character;
  }

  #endsClosed(rest: string): boolean {
    const name = CLOSED.exec(`${this.#tag}>`)?.[1] ?? "";
    return rest.slice(0, name.length).toLowerCase() === name.toLowerCase();
  }

  #requirePlace(): void {
    if (this.#place === "tag") throw new Unwritable("inside of a tag a value stands in quotes");
    if (this.#place === "comment" || this.#place === "closed") {
      throw new Unwritable("a value cannot stand in a script, a style, a title or a comment");
    }
  }

  /** A browser runs some attributes, and some addresses. */
  #requireAddress(text: string): void {
    if (this.#attribute === "" || this.#attribute.startsWith("on") || this.#attribute === "style") {
      throw new Unwritable("a value cannot stand in this attribute");
    }
    const isStart = this.#written.trim() === "";
    if (isStart && ADDRESSES.has(this.#attribute) && !/^(?:https?:\/\/|mailto:)/i.test(text)) {
      throw new Unwritable("an address has to begin with https:// or mailto: here");
    }
  }
}
