// Re-encodes a data set from Explicit to Implicit VR Little Endian, for who takes nothing else (PS3.5 A.1 and A.2).
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import { locateElement } from "./dataset-view.ts";
import { ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER, UNDEFINED_LENGTH } from "./element-header.ts";
import { EXPLICIT_LITTLE } from "./transfer-syntaxes.ts";

const HEAD_BYTES = 8;
const MAX_DEPTH = 64;

/**
 * Values stay as they are; sequences and items come out with defined lengths.
 * @param dataset in Explicit VR Little Endian, without file meta information
 * @throws TruncatedDataset, MalformedDataset
 */
export function toImplicitVr(dataset: Uint8Array): Buffer {
  return Buffer.concat(elements(dataset, 0).parts);
}

interface Written {
  readonly parts: Uint8Array[];
  /** Where reading goes on, behind the delimiter that ended the elements if there was one. */
  readonly next: number;
}

function elements(bytes: Uint8Array, depth: number): Written {
  if (depth > MAX_DEPTH) throw new MalformedDataset(`sequences are nested more than ${MAX_DEPTH} deep`);
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (tagAt(bytes, at) === ITEM_DELIMITER) return { parts, next: at + HEAD_BYTES };
    const { element, end } = locateElement(bytes, at, EXPLICIT_LITTLE, depth);
    if (end > bytes.length) throw new TruncatedDataset("the bytes end inside a value");
    const value = element.vr === "SQ" ? items(element.value, depth + 1) : [element.value];
    parts.push(head(element.tag, sizeOf(value)), ...value);
    at = end;
  }
  return { parts, next: at };
}

function items(bytes: Uint8Array, depth: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = tagAt(bytes, at);
    if (tag === SEQUENCE_DELIMITER) break;
    if (tag !== ITEM) throw new MalformedDataset("something else stands where an item should");
    const length = lengthAt(bytes, at);
    const start = at + HEAD_BYTES;
    const isOpen = length === UNDEFINED_LENGTH;
    const content = elements(bytes.subarray(start, isOpen ? bytes.length : start + length), depth);
    parts.push(head(ITEM, sizeOf(content.parts)), ...content.parts);
    at = isOpen ? start + content.next : start + length;
  }
  return parts;
}

function head(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function tagAt(bytes: Uint8Array, at: number): number {
  const view = viewOf(bytes, at);
  return ((view.getUint16(0, true) << 16) | view.getUint16(2, true)) >>> 0;
}

const lengthAt = (bytes: Uint8Array, at: number): number => viewOf(bytes, at).getUint32(4, true);

function viewOf(bytes: Uint8Array, at: number): DataView {
  if (at + HEAD_BYTES > bytes.length) throw new TruncatedDataset("the bytes end inside a head");
  return new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
