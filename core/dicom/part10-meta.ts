// Reads from a PS3.10 file what a C-STORE must say about it, and where its data set begins.
import { fstatSync, readSync } from "node:fs";

/** What the file meta information says (PS3.10 7.1). */
export interface Part10Meta {
  /** MediaStorageSOPClassUID (0002,0002) */
  readonly sopClassUid: string;
  /** MediaStorageSOPInstanceUID (0002,0003) */
  readonly sopInstanceUid: string;
  /** TransferSyntaxUID (0002,0010) */
  readonly transferSyntaxUid: string;
  /** Offset of the first byte after the file meta information. */
  readonly dataSetStart: number;
  /** Size of the file in bytes. */
  readonly fileBytes: number;
}

/** The file cannot be sent as it is; the text names neither the file nor a value of it. */
export class NotPart10 extends Error {
  override readonly name = "NotPart10";
}

const PREFIX_END = 132;
/** Enough for all meta information but private ones; what is longer is read a second time with more. */
const FIRST_READ_BYTES = 2048;
const MAX_META_BYTES = 1024 * 1024;
const META_GROUP = 0x0002;
const LONG_FORM_VRS = new Set(["OB", "OW", "UN", "UT", "UC", "UR", "OD", "OF", "OL", "OV", "SQ", "SV", "UV"]);

/**
 * Reads the file meta information: one or two small reads, synchronous because with them in the thread pool
 * the sending of an image costs half as much CPU again (0.45 instead of 0.30 ms for 139 KB). The end is found
 * by the elements, for FileMetaInformationGroupLength (0002,0000) is wrong in some files.
 * @param fd an open file
 * @throws NotPart10 when there is none or one of the three UIDs is missing
 */
export function readPart10Meta(fd: number): Part10Meta {
  const { size } = fstatSync(fd);
  for (let length = FIRST_READ_BYTES; length <= MAX_META_BYTES; length *= 8) {
    const buffer = Buffer.alloc(Math.min(length, size));
    const bytesRead = readSync(fd, buffer, 0, buffer.length, 0);
    const meta = parseMeta(buffer.subarray(0, bytesRead), size);
    if (meta) return meta;
    if (length >= size) break;
  }
  throw new NotPart10("the file meta information has no end");
}

/** @returns undefined when the bytes end before the meta information does */
function parseMeta(bytes: Buffer, fileBytes: number): Part10Meta | undefined {
  if (bytes.toString("latin1", PREFIX_END - 4, PREFIX_END) !== "DICM") {
    throw new NotPart10("the file has no DICM prefix");
  }
  const found = metaElements(bytes, PREFIX_END, bytes.length >= fileBytes);
  if (!found) return undefined;
  return {
    sopClassUid: required(found.values, 0x0002),
    sopInstanceUid: required(found.values, 0x0003),
    transferSyntaxUid: required(found.values, 0x0010),
    dataSetStart: found.end,
    fileBytes,
  };
}

/** Elements of group 0002 by their element number, as text, and where the data set begins. */
export interface MetaElements {
  readonly values: ReadonlyMap<number, string>;
  readonly end: number;
}

/**
 * The elements of group 0002 from `position` on.
 * @param whole whether nothing comes after these bytes
 * @returns undefined when the bytes end before the meta information does
 */
export function metaElements(bytes: Buffer, position: number, whole: boolean): MetaElements | undefined {
  const values = new Map<number, string>();
  let at = position;
  while (at + 8 <= bytes.length && bytes.readUInt16LE(at) === META_GROUP) {
    const element = bytes.readUInt16LE(at + 2);
    const { start, end } = valueRange(bytes, at);
    if (end > bytes.length) return undefined;
    values.set(element, bytes.toString("latin1", start, end).replace(/[\0 ]+$/, ""));
    at = end;
  }
  if (at + 8 > bytes.length && !whole) return undefined;
  return { values, end: at };
}

/** Explicit VR little endian (PS3.5 7.1.2); long forms have their length after two reserved bytes. */
function valueRange(bytes: Buffer, position: number): { start: number; end: number } {
  const vr = bytes.toString("latin1", position + 4, position + 6);
  if (!LONG_FORM_VRS.has(vr)) {
    const start = position + 8;
    return { start, end: start + bytes.readUInt16LE(position + 6) };
  }
  const start = position + 12;
  if (start > bytes.length) return { start, end: Number.POSITIVE_INFINITY };
  return { start, end: start + bytes.readUInt32LE(position + 8) };
}

function required(values: ReadonlyMap<number, string>, element: number): string {
  const value = values.get(element);
  if (!value) throw new NotPart10("the file meta information lacks a UID");
  return value;
}
