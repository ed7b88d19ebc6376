// Turns values into the bytes of their value representation (PS3.5 section 6.2), little endian, padded to even.
import type { Dataset } from "./dataset-writer.ts";

/** What may be written as a value representation. */
export type ValueOf<V extends string> = V extends "SQ"
  ? readonly Dataset[]
  : V extends "OB" | "OW" | "UN"
    ? Uint8Array
    : V extends BinaryVr
      ? number | readonly number[]
      : V extends "DS" | "IS"
        ? number | string | readonly (number | string)[]
        : string | readonly string[];

type BinaryVr = "FD" | "FL" | "SL" | "SS" | "UL" | "US";
type Value = Uint8Array | number | string | readonly (number | string)[] | null;

/** Only these hold characters beyond ASCII (PS3.5 6.1.2.2). */
const TEXT = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);

const BINARY: Readonly<Record<BinaryVr, readonly [number, (to: Buffer, value: number, at: number) => void]>> =
  {
    FD: [8, (to, value, at) => to.writeDoubleLE(value, at)],
    FL: [4, (to, value, at) => to.writeFloatLE(value, at)],
    SL: [4, (to, value, at) => to.writeInt32LE(value, at)],
    SS: [2, (to, value, at) => to.writeInt16LE(value, at)],
    UL: [4, (to, value, at) => to.writeUInt32LE(value, at)],
    US: [2, (to, value, at) => to.writeUInt16LE(value, at)],
  };

/**
 * @param name of the attribute, for the error
 * @param unicode whether the data set says ISO_IR 192
 * @throws RangeError when the value does not fit
 */
export function encodeValue(name: string, vr: string, value: Value, unicode: boolean): Uint8Array {
  if (value === null) return Buffer.alloc(0);
  if (value instanceof Uint8Array) return padded(value, 0);
  const values = typeof value === "object" ? value : [value];
  if (vr in BINARY) return encodeNumbers(name, vr as BinaryVr, values);
  const text = values.map((one) => (typeof one === "number" ? numberText(name, vr, one) : one)).join("\\");
  if (!(unicode && TEXT.has(vr)) && !isAscii(text)) {
    throw new RangeError(`${name} holds characters that its character set does not`);
  }
  return padded(Buffer.from(text, "utf8"), vr === "UI" ? 0 : 0x20);
}

/**
 * A number as a decimal string: at most 16 characters (PS3.5 6.2, VR DS), as exact as they allow.
 * @throws RangeError when it is not finite
 */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError("a decimal string must be a finite number");
  for (let digits = 15; digits > 0; digits -= 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  throw new RangeError("a decimal string has no form of 16 characters");
}

function numberText(name: string, vr: string, value: number): string {
  if (vr !== "IS") return decimalString(value);
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return String(value);
  throw new RangeError(`${name} is no integer of 32 bits`);
}

function encodeNumbers(name: string, vr: BinaryVr, values: readonly (number | string)[]): Buffer {
  const [size, write] = BINARY[vr];
  const bytes = Buffer.alloc(size * values.length);
  values.forEach((value, index) => {
    if (typeof value !== "number") throw new RangeError(`${name} wants numbers`);
    write(bytes, value, index * size);
  });
  return bytes;
}

function padded(bytes: Uint8Array, pad: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Uint8Array.of(pad)]);
}

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);
