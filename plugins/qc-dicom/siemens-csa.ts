// Reads b value and direction from the CSA header of older Siemens scanners.
import type { DatasetView } from "@thalamus/sdk/dicom";
import type { Weighting } from "./diffusion-facts.ts";

/** CSA image header (0029,xx10): `SV10`, four bytes, the number of fields, 77, then the fields. */
const GROUP = 0x0029;
const CREATOR = "SIEMENS CSA HEADER";
const IMAGE_HEADER = 0x10;
const FIELDS_FROM = 16;
const FIELD_BYTES = 84;
const ITEM_HEAD_BYTES = 16;
const MAX_FIELDS = 512;

/** The layout is Siemens' own; described by nibabel ("Siemens format DICOM with CSA header"). */
export function readCsaDiffusion(dataset: DatasetView): Weighting | undefined {
  const tag = dataset.privateTag(GROUP, CREATOR, IMAGE_HEADER);
  const bytes = tag === undefined ? undefined : dataset.bytes(tag);
  if (!bytes || bytes.length < FIELDS_FROM) return undefined;
  try {
    const fields = readFields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    const [b] = fields.get("B_value") ?? [];
    const direction = fields.get("DiffusionGradientDirection");
    if (b === undefined) return undefined;
    return { b, direction: direction?.length === 3 ? direction : undefined };
  } catch (error) {
    // Lengths that lead out of the header: not a CSA header of this kind.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const WANTED = new Set(["B_value", "DiffusionGradientDirection"]);

function readFields(bytes: Buffer): Map<string, number[]> {
  const fields = new Map<string, number[]>();
  if (bytes.toString("latin1", 0, 4) !== "SV10") return fields;
  const count = Math.min(bytes.readUInt32LE(8), MAX_FIELDS);
  let at = FIELDS_FROM;
  for (let field = 0; field < count; field += 1) {
    const name = textAt(bytes, at, 64);
    const items = bytes.readInt32LE(at + 76);
    at += FIELD_BYTES;
    const values: number[] = [];
    for (let item = 0; item < items; item += 1) {
      const length = bytes.readUInt32LE(at);
      const text = textAt(bytes, at + ITEM_HEAD_BYTES, length).trim();
      if (text !== "" && Number.isFinite(Number(text))) values.push(Number(text));
      at += ITEM_HEAD_BYTES + Math.ceil(length / 4) * 4;
    }
    if (WANTED.has(name)) fields.set(name, values);
  }
  return fields;
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const text = bytes.toString("latin1", at, at + length);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
