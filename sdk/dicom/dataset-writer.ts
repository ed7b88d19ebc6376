// Writes data sets, always in Explicit VR Little Endian, from plain objects by keyword.
import { ITEM, vrCode } from "./element-header.ts";
import { ATTRIBUTES, type Keyword, type VrOf } from "./tags.ts";
import { encodeValue, type ValueOf } from "./value-encoding.ts";

/** A block of private elements and the creator that reserves it (PS3.5 7.8.1). */
export interface PrivateBlock {
  /** Odd. */
  readonly group: number;
  readonly creator: string;
  /** By the low byte of the element number, 0x00 to 0xFF: value representation and value. */
  readonly elements: Readonly<Record<number, PrivateValue>>;
}

/** Value representation and value of a private element. */
export type PrivateValue = { readonly [V in PrivateVr]: readonly [V, ValueOf<V>] }[PrivateVr];
type PrivateVr =
  | "CS"
  | "DS"
  | "FD"
  | "FL"
  | "IS"
  | "LO"
  | "OB"
  | "SH"
  | "SL"
  | "SQ"
  | "SS"
  | "UL"
  | "UN"
  | "US";

/**
 * A data set: attributes by keyword. `null` writes an empty value (type 2), `undefined` writes nothing.
 * Text is UTF-8 when SpecificCharacterSet (0008,0005) is ISO_IR 192, else it must be ASCII.
 */
export type Dataset = { readonly [K in Keyword]?: ValueOf<VrOf<K>> | null | undefined } & {
  readonly privateBlocks?: readonly PrivateBlock[];
};

interface Element {
  readonly tag: number;
  readonly bytes: readonly Uint8Array[];
}

const LONG_FORM = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
/** The first block number that a private creator may reserve. */
const FIRST_BLOCK = 0x10;

/**
 * Encodes a data set without file meta information, sorted by tag, sequences with defined lengths.
 * @throws RangeError when a value does not fit its value representation; the message names the attribute only
 */
export function encodeDataset(dataset: Dataset): Buffer {
  return Buffer.concat(encode(dataset, dataset.SpecificCharacterSet === "ISO_IR 192"));
}

function encode(dataset: Dataset, unicode: boolean): Uint8Array[] {
  const elements = [...publicElements(dataset, unicode), ...privateElements(dataset, unicode)];
  elements.sort((a, b) => a.tag - b.tag);
  return elements.flatMap((element) => element.bytes);
}

function publicElements(dataset: Dataset, unicode: boolean): Element[] {
  const elements: Element[] = [];
  for (const [keyword, value] of Object.entries(dataset)) {
    if (keyword === "privateBlocks" || value === undefined) continue;
    const [tag, vr] = ATTRIBUTES[keyword as Keyword];
    elements.push({ tag, bytes: withHead(tag, vr, valueBytes(keyword, vr, value as never, unicode)) });
  }
  return elements;
}

function valueBytes(name: string, vr: string, value: PrivateValue[1], unicode: boolean): Uint8Array[] {
  return isSequence(vr, value)
    ? encodeItems(value, unicode)
    : [encodeValue(name, vr, value as never, unicode)];
}

const isSequence = (vr: string, value: unknown): value is readonly Dataset[] => vr === "SQ" && value !== null;

function privateElements(dataset: Dataset, unicode: boolean): Element[] {
  const elements: Element[] = [];
  const used = new Map<number, number>();
  for (const { group, creator, elements: values } of dataset.privateBlocks ?? []) {
    const block = used.get(group) ?? FIRST_BLOCK;
    used.set(group, block + 1);
    const add = (element: number, vr: string, value: PrivateValue[1]) => {
      const tag = group * 0x10000 + element;
      elements.push({ tag, bytes: withHead(tag, vr, valueBytes(creator, vr, value, unicode)) });
    };
    add(block, "LO", creator);
    for (const [low, [vr, value]] of Object.entries(values)) add(block * 0x100 + Number(low), vr, value);
  }
  return elements;
}

function encodeItems(items: readonly Dataset[], unicode: boolean): Uint8Array[] {
  return items.flatMap((item) => {
    const content = encode(item, unicode);
    const head = Buffer.alloc(8);
    writeTag(head, ITEM);
    head.writeUInt32LE(sizeOf(content), 4);
    return [head, ...content];
  });
}

function withHead(tag: number, vr: string, value: readonly Uint8Array[]): Uint8Array[] {
  return [elementHead(tag, vr, sizeOf(value)), ...value];
}

/**
 * The head of an element in Explicit VR Little Endian (PS3.5 7.1.2).
 * @param size of the value, even
 * @throws RangeError when the value is too long for its value representation
 */
export function elementHead(tag: number, vr: string, size: number): Buffer {
  const long = LONG_FORM.has(vr);
  if (size > longestValue(vr))
    throw new RangeError(`a value of ${vr} is longer than ${longestValue(vr)} bytes`);
  const head = Buffer.alloc(long ? 12 : 8);
  writeTag(head, tag);
  head.writeUInt16BE(vrCode(vr), 4);
  if (long) head.writeUInt32LE(size, 8);
  else head.writeUInt16LE(size, 6);
  return head;
}

/** Bytes that an even value of a value representation may have. */
export const longestValue = (vr: string): number => (LONG_FORM.has(vr) ? 0xfffffffe : 0xfffe);

function writeTag(head: Buffer, tag: number): void {
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
