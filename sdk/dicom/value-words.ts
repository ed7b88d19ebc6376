// The value of an element as a person can read it: text in its character set, numbers, sizes of what is neither.
import { decodeText } from "./character-set.ts";
import { decodeNumbers } from "./value-decoding.ts";

/** How the value of an element is written. */
export interface WrittenValue {
  /** Two letters; empty when nobody knows. */
  readonly vr: string;
  readonly littleEndian: boolean;
  readonly characterSet: string | undefined;
}

const MOST_CHARACTERS = 400;
const BINARY_NUMBERS = new Set(["FD", "FL", "SL", "SS", "UL", "US"]);
const BYTES = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SV", "UV", ""]);
const PRINTABLE = /^[\t\r\n\f\x20-\x7e]*$/;

/** As it is; `shortWords` makes it fit a screen. */
export function valueWords(value: Buffer, { vr, littleEndian, characterSet }: WrittenValue): string {
  if (vr === "SQ") return `sequence of ${bytesInWords(value.length)}`;
  if (BINARY_NUMBERS.has(vr)) return decodeNumbers(value, vr, littleEndian).join("\\");
  if (vr === "AT") return tagsOf(value, littleEndian);
  if (!BYTES.has(vr) && vr !== "UN") return withoutPadding(decodeText(value, characterSet));
  // what a writer did not know may be text all the same
  const text = withoutPadding(value.toString("latin1"));
  return PRINTABLE.test(text) && text !== "" ? text : bytesInWords(value.length);
}

export const withoutPadding = (text: string): string => text.replace(/[\0 ]+$/, "");
export const bytesInWords = (bytes: number): string => (bytes === 1 ? "1 byte" : `${bytes} bytes`);
export const shortWords = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)` : text;

function tagsOf(value: Buffer, littleEndian: boolean): string {
  const number = (at: number) => (littleEndian ? value.readUInt16LE(at) : value.readUInt16BE(at));
  const hex = (at: number) => number(at).toString(16).toUpperCase().padStart(4, "0");
  const count = Math.floor(value.length / 4);
  return Array.from({ length: count }, (_, index) => `(${hex(4 * index)},${hex(4 * index + 2)})`).join("\\");
}
