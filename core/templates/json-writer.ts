// Writes JSON of which only the template decides the structure: a value is one string's content, or one whole value.
import { AsJson, textOf, Unwritable } from "./template-functions.ts";
import type { TextWriter } from "./text-writer.ts";

/**
 * Follows the template's own text as a JSON reader would, so it knows at each value whether that stands inside a
 * string. There the value is escaped; elsewhere it is written as one whole JSON value. Values are never read as text of
 * the template, so what they hold cannot change what is around them.
 */
export class JsonWriter implements TextWriter {
  readonly #parts: string[] = [];
  #inString = false;
  /** After a backslash inside a string. */
  #escaped = false;
  /** The last character that is no white space, outside of strings; `v` after a value. */
  #last = "";

  literal(text: string): void {
    for (const character of text) this.#read(character);
    this.#parts.push(text);
  }

  value(value: unknown): number {
    const text = this.#inString ? this.#insideString(value) : this.#whole(value);
    this.#parts.push(text);
    return text.length;
  }

  end(): string {
    const text = this.#parts.join("");
    try {
      JSON.parse(text);
    } catch (error) {
      // the reader's own words quote what it read
      const [, position] = / at position (\d+)/.exec((error as Error).message) ?? [];
      throw new Unwritable("what comes out is no JSON here", Number(position ?? text.length));
    }
    return text;
  }

  #read(character: string): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (character === "\\") this.#escaped = true;
      else if (character === '"') {
        this.#inString = false;
        this.#last = "v";
      }
    } else if (character === '"') this.#inString = true;
    else if (!/\s/.test(character)) this.#last = character;
  }

  #insideString(value: unknown): string {
    if (this.#escaped) throw new Unwritable("a value cannot stand behind a backslash");
    return quoted(textOf(value)).slice(1, -1);
  }

  #whole(value: unknown): string {
    if (!["", ":", "[", ","].includes(this.#last)) {
      throw new Unwritable(
        "JSON has no value here; put the template's value inside quotes, or behind a colon",
      );
    }
    this.#last = "v";
    const text = value instanceof AsJson ? value.text : (JSON.stringify(value) ?? "null");
    return withoutLineSeparators(text);
  }
}

/** Lone surrogates come out as escapes (well-formed JSON.stringify). */
const quoted = (text: string): string => withoutLineSeparators(JSON.stringify(text));

/** They are legal in JSON, but end a line where JSON is read as a script. */
const withoutLineSeparators = (json: string): string =>
  json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
