// Cleans a value of text as it stands in the file: decodes it, takes identifiers out, and encodes it again.
import { decodeText } from "@thalamus/sdk/dicom";
import { describedText } from "./described-text.ts";
import { IMAGING_WORDS, isTradeName } from "./imaging-words.ts";
import type { KnownValues } from "./known-values.ts";
import { withoutPatterns } from "./text-patterns.ts";

/**
 * - `text`: without patterns and known values
 * - `describe`: of the rest only known words
 * - `software`: only without known values, for versions look like addresses and dates
 * - `code`: without those of its values in which a known value is
 * - `term`: without those of its values that are no terms of imaging
 */
export type Cleaning = "text" | "describe" | "software" | "code" | "term";

/** PS3.5 6.2: the most characters of one value. */
const LONGEST: Readonly<Record<string, number>> = { CS: 16, LO: 64, SH: 16, ST: 1024, LT: 10_240 };
const MOST_REMEMBERED = 20_000;
/** A text longer than this is no comment. */
const LONGEST_TEXT = 1024 ** 2;

export class TextCleaner {
  readonly #known: KnownValues;
  readonly #words: ReadonlySet<string>;
  readonly #cache = new Map<string, Buffer | undefined>();
  #generation = -1;

  constructor(known: KnownValues, words: readonly string[]) {
    this.#known = known;
    this.#words = new Set(words.map((word) => word.toLowerCase()));
  }

  /**
   * @param vr of the value, for its length
   * @returns the clean value without padding; undefined when it is clean as it stands
   */
  clean(cleaning: Cleaning, value: Buffer, vr: string, characterSet: string | undefined): Buffer | undefined {
    if (value.length === 0) return undefined;
    if (value.length > LONGEST_TEXT) return Buffer.alloc(0);
    if (this.#generation !== this.#known.generation) {
      this.#cache.clear();
      this.#generation = this.#known.generation;
    }
    const key = `${cleaning}${vr}${characterSet}\0${value.toString("latin1")}`;
    if (this.#cache.has(key)) return this.#cache.get(key);
    const clean = this.#clean(cleaning, value, vr, characterSet);
    if (this.#cache.size >= MOST_REMEMBERED) this.#cache.clear();
    this.#cache.set(key, clean);
    return clean;
  }

  #clean(cleaning: Cleaning, value: Buffer, vr: string, characterSet: string | undefined) {
    const text = decodeText(value, characterSet);
    const clean = this.#cleanText(cleaning, text);
    if (clean === text) return undefined;
    return encode(shortened(clean, LONGEST[vr]), value, characterSet);
  }

  #code(code: string): string {
    return isTerm(code) || !this.#known.isIn(code) ? code : "";
  }

  #cleanText(cleaning: Cleaning, text: string): string {
    if (isTradeName(text)) return text;
    if (cleaning === "term") return eachCode(text, (code) => (isTerm(code) ? code : ""));
    if (cleaning === "code") return eachCode(text, (code) => this.#code(code));
    const bare = this.#known.without(cleaning === "software" ? text : withoutPatterns(text));
    return cleaning === "describe" ? describedText(bare, this.#words) : bare;
  }
}

/** Terms of the standard stay, whatever the patient is called. */
const isTerm = (code: string): boolean =>
  /^[A-Za-z\d _.+-]*$/.test(code) &&
  !/\d{4}/.test(code) &&
  code.split(/[^A-Za-z]+/).every((word) => word === "" || IMAGING_WORDS.has(word.toLowerCase()));

const eachCode = (text: string, change: (code: string) => string): string =>
  text.split("\\").map(change).join("\\");

/** Each value is cut where no placeholder is cut through. */
function shortened(text: string, longest: number | undefined): string {
  if (longest === undefined || text.length <= longest) return text;
  const values = longest > 64 ? [text] : text.split("\\");
  return values
    .map((value) => (value.length > longest ? value.slice(0, longest).replace(/\[[A-Z_]*$/, "") : value))
    .join("\\");
}

/** In the character set the value had. Where that has several bytes a character, what is not ASCII is left out. */
function encode(text: string, value: Buffer, characterSet: string | undefined): Buffer {
  const isPlain = /^[\0-\x7f]*$/.test(text);
  if (isPlain) return Buffer.from(text, "latin1");
  const utf8 = characterSet === undefined ? isUtf8(value) : /IR 192/.test(characterSet);
  if (utf8) return Buffer.from(text, "utf8");
  const single = /^(?:ISO[ _](?:IR|2022 IR) ?(?:6|100|101|109|110|144|127|126|138|148|203|166))?$/;
  const bytes = single.test(characterSet ?? "") ? bytesOf(characterSet) : new Map<string, number>();
  const known = [...text].filter((letter) => bytes.has(letter) || letter < "\x80");
  return Buffer.from(known.map((letter) => bytes.get(letter) ?? letter.charCodeAt(0)));
}

function isUtf8(value: Buffer): boolean {
  return Buffer.from(value.toString("utf8"), "utf8").equals(value);
}

/** The byte of each character of a set of one byte. */
function bytesOf(characterSet: string | undefined): Map<string, number> {
  const bytes = new Map<string, number>();
  for (let byte = 0x80; byte <= 0xff; byte += 1) {
    // a letter before it, because one byte alone may pass for another encoding
    const [, letter] = [...decodeText(Uint8Array.of(0x41, byte), characterSet)];
    if (letter !== undefined && letter !== "\ufffd") bytes.set(letter, byte);
  }
  return bytes;
}
