// Reads numbers out of a value, whatever its numeric representation (PS3.5 section 6.2).

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const BINARY: Readonly<Record<string, readonly [number, Read]>> = {
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  US: [2, (view, at, little) => view.getUint16(at, little)],
};

/** @returns all values, or none when one of them cannot be read as a number */
export function decodeNumbers(value: Uint8Array, vr: string, littleEndian: boolean): number[] {
  const binary = BINARY[vr];
  return binary ? readBinary(value, binary[0], binary[1], littleEndian) : readText(value);
}

function readBinary(value: Uint8Array, size: number, read: Read, littleEndian: boolean): number[] {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return Array.from({ length: Math.floor(value.length / size) }, (_, index) =>
    read(view, index * size, littleEndian),
  );
}

/** DS and IS: decimal text, a backslash between values. */
function readText(value: Uint8Array): number[] {
  const text = Buffer.from(value)
    .toString("latin1")
    .replace(/[\0 ]+$/, "");
  if (text.trim() === "") return [];
  const numbers = text.split("\\").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  return numbers.every(Number.isFinite) ? numbers : [];
}
