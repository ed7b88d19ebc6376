// Turns the bytes of one value into what the DICOM JSON model (PS3.18 annex F) has for its representation.
import { decodeText } from "@thalamus/sdk/dicom";

/** One attribute of the model; without any of the three it is empty. */
export interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** One value, whatever backslashes are in it. */
const SINGLE_TEXT = new Set(["LT", "ST", "UR", "UT"]);
/** Only these hold characters beyond ASCII (PS3.5 6.1.2.2). */
const BY_CHARACTER_SET = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
/** Bytes of one word, for values that are not text. */
const WORDS: Readonly<Record<string, number>> = { OB: 1, UN: 1, OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 };

type Read = (bytes: DataView, at: number, little: boolean) => unknown;
const big = (value: bigint): number | string => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
};
/** JSON has no word for them (PS3.18 F.2.3). */
const real = (value: number): number | string => {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "inf" : "-inf";
};
const hex16 = (value: number): string => value.toString(16).toUpperCase().padStart(4, "0");

const NUMBERS: Readonly<Record<string, readonly [number, Read]>> = {
  AT: [4, (v, at, little) => hex16(v.getUint16(at, little)) + hex16(v.getUint16(at + 2, little))],
  FD: [8, (v, at, little) => real(v.getFloat64(at, little))],
  FL: [4, (v, at, little) => real(v.getFloat32(at, little))],
  SL: [4, (v, at, little) => v.getInt32(at, little)],
  SS: [2, (v, at, little) => v.getInt16(at, little)],
  SV: [8, (v, at, little) => big(v.getBigInt64(at, little))],
  UL: [4, (v, at, little) => v.getUint32(at, little)],
  US: [2, (v, at, little) => v.getUint16(at, little)],
  UV: [8, (v, at, little) => big(v.getBigUint64(at, little))],
};

/** Whether a representation is bytes, for which the model has base64 or an address. */
export const isBinary = (vr: string): boolean => vr in WORDS;

/** @returns base64, always little endian (F.2.7) */
export function inlineBinary(bytes: Uint8Array, vr: string, littleEndian: boolean): string {
  const copy = Buffer.from(bytes);
  const word = WORDS[vr] ?? 1;
  if (!littleEndian && word > 1 && copy.length % word === 0) swap(copy, word);
  return copy.toString("base64");
}

function swap(bytes: Buffer, word: number): void {
  if (word === 2) bytes.swap16();
  else if (word === 4) bytes.swap32();
  else bytes.swap64();
}

/** Values of every representation that is neither bytes nor a sequence. */
export function jsonValue(
  bytes: Uint8Array,
  vr: string,
  littleEndian: boolean,
  characterSet: string | undefined,
): JsonAttribute {
  const number = NUMBERS[vr];
  const values = number ? numbers(bytes, number, littleEndian) : texts(bytes, vr, characterSet);
  return values.length === 0 ? { vr } : { vr, Value: values };
}

function numbers(bytes: Uint8Array, [size, read]: readonly [number, Read], little: boolean): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = Math.floor(bytes.length / size);
  return Array.from({ length: count }, (_, index) => read(view, index * size, little));
}

function texts(bytes: Uint8Array, vr: string, characterSet: string | undefined): unknown[] {
  const text = BY_CHARACTER_SET.has(vr)
    ? decodeText(bytes, characterSet)
    : Buffer.from(bytes)
        .toString("latin1")
        .replace(/[\0 ]+$/, "");
  if (text.trim() === "") return [];
  if (SINGLE_TEXT.has(vr)) return [text];
  // an empty value among others is null (F.2.5)
  return text.split("\\").map((part) => (part.trim() === "" ? null : oneText(part, vr)));
}

function oneText(text: string, vr: string): unknown {
  if (vr === "PN") return personName(text);
  if (vr === "DS" || vr === "IS") return decimal(text.trim());
  return vr === "UC" ? text : text.trim();
}

/** A number, or the text as it stands where it is none: nothing is made up and nothing gets lost. */
function decimal(text: string): number | string {
  const number = Number(text);
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(number) ? number : text;
}

/** Component groups (F.2.2); parts within them keep their carets. */
export function personName(text: string): Readonly<Record<string, string>> {
  const [Alphabetic = "", Ideographic = "", Phonetic = ""] = text.split("=").map((group) => group.trim());
  const groups = { Alphabetic, Ideographic, Phonetic };
  return Object.fromEntries(Object.entries(groups).filter(([, group]) => group !== ""));
}
