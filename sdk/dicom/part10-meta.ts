// Reads the file meta information at the begin of a PS3.10 file: what the object is, and where its data set begins.

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
}

/** It is no PS3.10 file, or lacks what it must say; the text names neither the file nor a value of it. */
export class NotPart10 extends Error {
  override readonly name = "NotPart10";
}

const PREFIX_END = 132;
const META_GROUP = 0x0002;
const LONG_FORM_VRS = new Set(["OB", "OW", "UN", "UT", "UC", "UR", "OD", "OF", "OL", "OV", "SQ", "SV", "UV"]);

/**
 * Reads the beginning of a PS3.10 file. The end of the file meta information is found by its elements, for
 * FileMetaInformationGroupLength (0002,0000) is wrong in some files.
 * @param whole nothing follows these bytes
 * @returns undefined when the bytes end before the meta information does
 * @throws NotPart10 when there is none or one of the three UIDs is missing
 */
export function parsePart10Meta(bytes: Buffer, whole: boolean): Part10Meta | undefined {
  if (bytes.length < PREFIX_END && !whole) return undefined;
  if (bytes.toString("latin1", PREFIX_END - 4, PREFIX_END) !== "DICM") {
    throw new NotPart10("the file has no DICM prefix");
  }
  const found = metaElements(bytes, PREFIX_END, whole);
  if (!found && whole) throw new NotPart10("the file meta information has no end");
  if (!found) return undefined;
  return {
    sopClassUid: required(found.values, 0x0002),
    sopInstanceUid: required(found.values, 0x0003),
    transferSyntaxUid: required(found.values, 0x0010),
    dataSetStart: found.end,
  };
}

/** Elements of group 0002 by their element number, as text, and where the data set begins. */
export interface MetaElements {
  readonly values: ReadonlyMap<number, string>;
  readonly end: number;
}

/**
 * The elements of group 0002 from `position` on.
 * @param whole nothing follows these bytes
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
  // whether one more element of the group follows
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
