// Reads JSON for the proof: every value there is, fields that stand twice too, in the order of the text.

export interface JsonValue {
  /** Names of the fields from the top down; entries of lists have none of their own. */
  readonly names: readonly string[];
  readonly kind: "text" | "number" | "word" | "empty";
  readonly text: string;
}

/** The text is no JSON. */
export class NoJson extends Error {
  override readonly name = "NoJson";
}

const SPACE = /[\s\uFEFF]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const ATOM = /[^\s,\]}]+/y;
const MOST_DEPTH = 64;

/** @throws NoJson */
export function readJson(text: string): JsonValue[] {
  const reader = new JsonReader(text);
  reader.value([]);
  reader.end();
  return reader.values;
}

class JsonReader {
  readonly values: JsonValue[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(names: readonly string[]): void {
    if (names.length > MOST_DEPTH) throw new NoJson("nested too deep");
    const begin = this.#next();
    if (begin === "{") this.#items("}", () => this.value([...names, this.#name()]), names);
    else if (begin === "[") this.#items("]", () => this.value(names), names);
    else if (begin === '"') this.values.push({ names, kind: "text", text: this.#string() });
    else {
      const text = this.#take(ATOM);
      this.values.push({ names, kind: /^[-\d]/.test(text) ? "number" : "word", text });
    }
  }

  end(): void {
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw new NoJson("something follows");
  }

  #items(close: string, item: () => void, names: readonly string[]): void {
    this.#at += 1;
    if (this.#next() === close) {
      this.#at += 1;
      this.values.push({ names, kind: "empty", text: "" });
      return;
    }
    for (;;) {
      item();
      const sign = this.#next();
      this.#at += 1;
      if (sign === close) return;
      if (sign !== ",") throw new NoJson("a comma is missing");
    }
  }

  #name(): string {
    this.#take(SPACE);
    const name = this.#string();
    if (this.#next() !== ":") throw new NoJson("a colon is missing");
    this.#at += 1;
    return name;
  }

  #string(): string {
    try {
      return JSON.parse(this.#take(STRING)) as string;
    } catch {
      throw new NoJson("a text is none");
    }
  }

  #next(): string {
    this.#take(SPACE);
    return this.#text[this.#at] ?? "";
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#at;
    const [found] = form.exec(this.#text) ?? [];
    if (found === undefined) throw new NoJson("it ends too early");
    this.#at += found.length;
    return found;
  }
}
