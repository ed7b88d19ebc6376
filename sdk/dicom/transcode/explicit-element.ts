// Writes one element that is in memory in Explicit VR Little Endian, with its items (PS3.5 7.1.2, 7.5).
import { formatTag, MalformedDataset, TruncatedDataset } from "../dataset-errors.ts";
import { type DatasetView, readItems, type ViewedElement } from "../dataset-view.ts";
import { elementHead, longestValue } from "../dataset-writer.ts";
import { impliedVr } from "../dictionary.ts";
import { ITEM } from "../element-header.ts";
import { turnedWords, wordBytes } from "../word-order.ts";

const MAX_DEPTH = 64;
const KNOWN_VR = new Set(
  "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split(
    " ",
  ),
);
/** Padded with a blank; all others with a zero. */
const PADDED_BY_BLANK = new Set("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT".split(" "));
const BYTES = new Set(["OB", "OW"]);

/** What an element must know of what it stands in. */
export interface Surroundings {
  /** PixelRepresentation (0028,0103) is 1. */
  readonly signed: boolean;
  /** Creator of the block of a private element; undefined when nobody has reserved it. */
  creatorOf(tag: number): string | undefined;
}

/** The creator is an element of the same data set or item (PS3.5 7.8.1). */
export const surroundingsIn = (dataset: DatasetView, signed: boolean): Surroundings => ({
  signed,
  creatorOf: (tag) => dataset.ascii(creatorTag(tag)),
});

/** (gggg,00bb) of (gggg,bbee) */
export const creatorTag = (tag: number): number => ((tag & 0xffff_0000) >>> 0) + ((tag >>> 8) & 0xff);

/** @param vr as it is written, empty when implicit */
export function explicitVr(tag: number, vr: string, { signed, creatorOf }: Surroundings): string {
  if (vr === "") return impliedVr(tag, signed, creatorOf(tag));
  return KNOWN_VR.has(vr) ? vr : "UN";
}

/**
 * @returns nothing for a group length (gggg,0000), which would not be true any more, and for compressed pixels within a
 *   sequence, which this encoding has no place for
 * @throws MalformedDataset, TruncatedDataset
 */
export function explicitElement(
  element: ViewedElement,
  surroundings: Surroundings,
  depth = 0,
): readonly Uint8Array[] {
  if (depth > MAX_DEPTH) throw new MalformedDataset(`sequences are nested more than ${MAX_DEPTH} deep`);
  const { tag, vr, value, sequence, encoding } = element;
  if ((tag & 0xffff) === 0) return [];
  if (sequence && BYTES.has(vr)) {
    if (depth > 0) return [];
    throw new MalformedDataset(`${formatTag(tag)} has no length`);
  }
  const written = explicitVr(tag, vr, surroundings);
  if (sequence || written === "SQ") {
    const items = explicitItems(element, surroundings.signed, depth);
    if (items) return [elementHead(tag, "SQ", sizeOf(items)), ...items];
    return valueWithHead(tag, "UN", value);
  }
  const word = encoding.littleEndian ? 1 : wordBytes(written);
  return valueWithHead(tag, written, word === 1 ? value : turnedWords(value, word));
}

/** A value with its head; one that is too long for its representation is written as UN (PS3.5 6.2.2). */
function valueWithHead(tag: number, vr: string, value: Uint8Array): readonly Uint8Array[] {
  const padding = value.length % 2 === 1 ? [paddingOf(vr)] : [];
  const size = value.length + padding.length;
  return [elementHead(tag, size > longestValue(vr) ? "UN" : vr, size), value, ...padding];
}

export const paddingOf = (vr: string): Uint8Array => Uint8Array.of(PADDED_BY_BLANK.has(vr) ? 0x20 : 0);

/** @returns undefined for what only a dictionary calls a sequence and what does not read like one */
function explicitItems(element: ViewedElement, signed: boolean, depth: number): Uint8Array[] | undefined {
  try {
    return readItems(element).flatMap((item) => {
      const surroundings = surroundingsIn(item, signed);
      const content = item.elements().flatMap((one) => explicitElement(one, surroundings, depth + 1));
      return [itemHead(sizeOf(content)), ...content];
    });
  } catch (error) {
    const isBroken = error instanceof MalformedDataset || error instanceof TruncatedDataset;
    if (isBroken && !element.sequence && element.vr === "") return undefined;
    throw error;
  }
}

function itemHead(size: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(ITEM >>> 16, 0);
  head.writeUInt16LE(ITEM & 0xffff, 2);
  head.writeUInt32LE(size, 4);
  return head;
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
