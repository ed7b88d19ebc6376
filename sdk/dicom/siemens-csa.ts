// Reads numbers from the CSA image header of older Siemens scanners, in both of its formats.
import type { DatasetView } from "./dataset-view.ts";

/**
 * CSA image header (0029,xx10). CSA2 begins with `SV10` and four bytes; CSA1 begins at once. Then: the number of
 * fields, 77, and the fields. The layout is Siemens' own; described by nibabel ("Siemens format DICOM with CSA
 * header").
 */
const GROUP = 0x0029;
const CREATOR = "SIEMENS CSA HEADER";
const IMAGE_HEADER = 0x10;
const CSA2_START = 8;
const COUNT_BYTES = 8;
const NAME_BYTES = 64;
const FIELD_BYTES = 84;
const ITEM_HEAD_BYTES = 16;
const MAX_FIELDS = 512;
const MAX_ITEMS = 1000;

const NOTHING: ReadonlyMap<string, readonly number[]> = new Map();

/** The values of the fields of these names, as far as they are numbers; empty when there is no such header. */
export function csaNumbers(
  dataset: DatasetView,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const tag = dataset.privateTag(GROUP, CREATOR, IMAGE_HEADER);
  const bytes = tag === undefined ? undefined : dataset.bytes(tag);
  if (!bytes || bytes.length < COUNT_BYTES) return NOTHING;
  try {
    return readFields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), wanted);
  } catch (error) {
    // lengths that lead out of the header: not a CSA header of this kind
    if (error instanceof RangeError) return NOTHING;
    throw error;
  }
}

/** @throws RangeError when a length leads out of the bytes */
function readFields(bytes: Buffer, wanted: ReadonlySet<string>): Map<string, number[]> {
  const fields = new Map<string, number[]>();
  const isCsa2 = bytes.toString("latin1", 0, 4) === "SV10";
  let at = isCsa2 ? CSA2_START : 0;
  const count = bytes.readUInt32LE(at);
  // any bytes may stand under this tag; a CSA1 header has nothing else to know it by
  if (count > MAX_FIELDS || bytes.readUInt32LE(at + 4) !== 77) return fields;
  at += COUNT_BYTES;
  // CSA1 adds the number of items of the first field that has some to the length of every item
  let added: number | undefined = isCsa2 ? 0 : undefined;
  for (let field = 0; field < count; field += 1) {
    const name = textAt(bytes, at, NAME_BYTES);
    const items = bytes.readInt32LE(at + 76);
    if (items > MAX_ITEMS) return fields;
    at += FIELD_BYTES;
    if (items > 0) added ??= items;
    const values: number[] = [];
    for (let item = 0; item < items; item += 1) {
      const length = isCsa2 ? bytes.readInt32LE(at + 4) : bytes.readInt32LE(at) - added!;
      at += ITEM_HEAD_BYTES;
      if (length < 0 || at + length > bytes.length) {
        if (isCsa2) return fields;
        break;
      }
      const text = textAt(bytes, at, length).trim();
      if (text !== "" && Number.isFinite(Number(text))) values.push(Number(text));
      at += Math.ceil(length / 4) * 4;
    }
    if (wanted.has(name)) fields.set(name, values);
  }
  return fields;
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const text = bytes.toString("latin1", at, at + length);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
