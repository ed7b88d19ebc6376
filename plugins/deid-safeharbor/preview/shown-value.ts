// The value of an element as a person can read it: text in its character set, numbers, sizes of what is neither.
import { decodeNumbers, decodeText } from "@thalamus/sdk/dicom";
import type { WatchedElement, WatchedValue } from "../elements/element-watch.ts";
import { csaEntriesOf } from "../vendors/siemens-csa.ts";

const MOST_CHARACTERS = 400;
const BINARY_NUMBERS = new Set(["FD", "FL", "SL", "SS", "UL", "US"]);
const BYTES = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SV", "UV", ""]);
const PRINTABLE = /^[\t\r\n\f\x20-\x7e]*$/;

/** @returns undefined when there is none */
export function shownValue(value: WatchedValue | undefined, element: WatchedElement): string | undefined {
  if (value === undefined) return undefined;
  if (!Buffer.isBuffer(value)) return sizeOf(value.length);
  return cut(element.isCsa ? csaText(value) : wordsOf(value, element));
}

function wordsOf(value: Buffer, { vr, littleEndian, characterSet }: WatchedElement): string {
  if (vr === "SQ") return `sequence of ${sizeOf(value.length)}`;
  if (BINARY_NUMBERS.has(vr)) return decodeNumbers(value, vr, littleEndian).join("\\");
  if (vr === "AT") return tagsOf(value, littleEndian);
  if (!BYTES.has(vr) && vr !== "UN") return trimmed(decodeText(value, characterSet));
  // what a writer did not know may be text all the same
  const text = trimmed(value.toString("latin1"));
  return PRINTABLE.test(text) && text !== "" ? text : sizeOf(value.length);
}

const trimmed = (text: string): string => text.replace(/[\0 ]+$/, "");
const sizeOf = (bytes: number): string => (bytes === 1 ? "1 byte" : `${bytes} bytes`);
const cut = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)` : text;

function tagsOf(value: Buffer, littleEndian: boolean): string {
  const number = (at: number) => (littleEndian ? value.readUInt16LE(at) : value.readUInt16BE(at));
  const hex = (at: number) => number(at).toString(16).toUpperCase().padStart(4, "0");
  const count = Math.floor(value.length / 4);
  return Array.from({ length: count }, (_, index) => `(${hex(4 * index)},${hex(4 * index + 2)})`).join("\\");
}

/** Its entries; those that are filled first, because there are more than anybody reads. */
function csaText(value: Buffer): string {
  const entries = csaEntriesOf(value);
  if (!entries) return sizeOf(value.length);
  const filled = entries.map(({ name, parts }) => ({ name, values: parts.map(trimmed).filter(Boolean) }));
  const lines = filled
    .filter(({ values }) => values.length > 0)
    .map(({ name, values }) => `${name}=${cut(values.join("\\").replaceAll(/\s+/g, " "))}`);
  return `CSA header, ${entries.length} entries, ${sizeOf(value.length)}: ${lines.join("; ")}`;
}
