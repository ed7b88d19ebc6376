// Hands pixel data on as it is, without reading it into memory, and finds where it ends.
import {
  ElementHeader,
  type Encoding,
  EXPLICIT_LITTLE,
  formatTag,
  ITEM,
  MalformedDataset,
  SEQUENCE_DELIMITER,
  TruncatedDataset,
  UNDEFINED_LENGTH,
} from "@thalamus/sdk/dicom";

const PIXEL_GROUP = 0x7fe0;
/** FloatPixelData (7FE0,0008), DoubleFloatPixelData (7FE0,0009), PixelData (7FE0,0010). */
const PIXELS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
/**
 * Offset tables, and total length (PS3.3 C.7.6.3): ExtendedOffsetTable (7FE0,0001), its lengths (7FE0,0002),
 * EncapsulatedPixelDataValueTotalLength (7FE0,0003).
 */
const TABLES = new Set([0x7fe00001, 0x7fe00002, 0x7fe00003]);
const LONGEST_HEAD = 12;

export interface PeekSource {
  readonly size: number;
  peek(at: number, count: number): Buffer;
}

/** One element of the group, where it lies in the source. */
export interface PixelElement {
  readonly tag: number;
  /** `vrCode`; 0 where none is written. */
  readonly vr: number;
  readonly start: number;
  /** Where its value begins. */
  readonly value: number;
  /** The delimiter of fragments included. */
  readonly end: number;
  /** PixelData (7FE0,0010) or its relatives. */
  readonly isPixels: boolean;
}

/** Offset tables do not fit pixel data that was written anew; what is unknown to the standard goes as well. */
export const isPassed = ({ tag, isPixels }: PixelElement, replaced: boolean): boolean =>
  isPixels || (TABLES.has(tag) && !replaced);

/**
 * All elements of the group.
 * @param from where its first element is, or anything else when there is none
 */
export function readPixelGroup(source: PeekSource, from: number, encoding: Encoding): PixelElement[] {
  const head = new ElementHeader();
  const group: PixelElement[] = [];
  let at = from;
  while (at < source.size) {
    const bytes = source.peek(at, LONGEST_HEAD);
    const size = head.read(bytes, 0, bytes.length, encoding);
    if (size > bytes.length) throw new TruncatedDataset("the file ends inside the head of an element");
    const { tag, vr, length } = head;
    if (tag >>> 16 !== PIXEL_GROUP) break;
    const value = at + size;
    const end = length === UNDEFINED_LENGTH ? endOfFragments(source, value) : value + length;
    if (end > source.size) throw new TruncatedDataset(`${formatTag(tag)} is longer than the file`);
    group.push({ tag, vr, start: at, value, end, isPixels: PIXELS.has(tag) });
    at = end;
  }
  return group;
}

/** PS3.5 A.4: fragments in items, and a sequence delimiter. */
function endOfFragments(source: PeekSource, from: number): number {
  const head = new ElementHeader();
  let at = from;
  for (;;) {
    const bytes = source.peek(at, 8);
    if (bytes.length < 8) throw new TruncatedDataset("the file ends inside its pixel data");
    head.read(bytes, 0, 8, EXPLICIT_LITTLE);
    at += 8;
    if (head.tag === SEQUENCE_DELIMITER) return at;
    if (head.tag !== ITEM || head.length === UNDEFINED_LENGTH) {
      throw new MalformedDataset(`${formatTag(head.tag)} stands where a fragment should`);
    }
    at += head.length;
  }
}
