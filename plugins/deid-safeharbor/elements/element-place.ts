// Finds elements, items and their ends in a data set that is in memory.
import {
  ElementHeader,
  type Encoding,
  formatTag,
  IMPLICIT_LITTLE,
  ITEM,
  ITEM_DELIMITER,
  itemEncoding,
  MalformedDataset,
  SEQUENCE_DELIMITER,
  TruncatedDataset,
  UNDEFINED_LENGTH,
  VR_SQ,
  VR_UN,
} from "@thalamus/sdk/dicom";

/** Sequences in sequences beyond this are refused. */
export const MAX_DEPTH = 64;

/** Where the parts of an element lie. */
export interface ElementPlace {
  readonly tag: number;
  /** `vrCode`; 0 where none is written. */
  readonly vr: number;
  readonly start: number;
  /** Where its value begins. */
  readonly value: number;
  /** Bytes of the value, or `UNDEFINED_LENGTH`. */
  readonly length: number;
  readonly encoding: Encoding;
}

const header = new ElementHeader();

/**
 * @param end of what the element stands in
 * @throws TruncatedDataset when its head reaches beyond
 */
export function placeAt(bytes: Buffer, start: number, end: number, encoding: Encoding): ElementPlace {
  const size = header.read(bytes, start, end - start, encoding);
  if (size > end - start) throw new TruncatedDataset("the bytes end inside the head of an element");
  const { tag, vr, length } = header;
  return { tag, vr, start, value: start + size, length, encoding };
}

/** The value is a sequence for sure; one of defined length in implicit encoding only the dictionary can tell. */
export const isSequence = ({ vr, length }: ElementPlace): boolean =>
  vr === VR_SQ || length === UNDEFINED_LENGTH;

/** PS3.5 6.2.2: what a writer did not know is implicit little endian inside. */
export const encodingInside = ({ vr, encoding }: ElementPlace): Encoding =>
  vr === VR_UN ? IMPLICIT_LITTLE : encoding;

/** @returns the offset after the element, its delimiter included */
export function endOf(bytes: Buffer, place: ElementPlace, end: number, depth: number): number {
  if (place.length !== UNDEFINED_LENGTH) return endWithin(place.value + place.length, end);
  checkDepth(depth);
  const encoding = encodingInside(place);
  let at = place.value;
  for (;;) {
    const item = itemAt(bytes, at, end, encoding);
    if (item.tag === SEQUENCE_DELIMITER) return item.value;
    at = endOfItem(bytes, item, end, depth + 1);
  }
}

/** An item or the delimiter of its sequence. */
export function itemAt(bytes: Buffer, start: number, end: number, encoding: Encoding): ElementPlace {
  const item = placeAt(bytes, start, end, encoding);
  if (item.tag !== ITEM && item.tag !== SEQUENCE_DELIMITER) {
    throw new MalformedDataset(`${formatTag(item.tag)} stands where an item should`);
  }
  return item;
}

export function endOfItem(bytes: Buffer, item: ElementPlace, end: number, depth: number): number {
  if (item.length !== UNDEFINED_LENGTH) return endWithin(item.value + item.length, end);
  const encoding = encodingOfItem(bytes, item, end);
  let at = item.value;
  for (;;) {
    const place = placeAt(bytes, at, end, encoding);
    if (place.tag === ITEM_DELIMITER) return place.value;
    at = endOf(bytes, place, end, depth);
  }
}

/** Some writers put implicit items into explicit sequences. */
export const encodingOfItem = (bytes: Buffer, item: ElementPlace, end: number): Encoding =>
  itemEncoding(bytes, item.value, end - item.value, item.encoding);

export function checkDepth(depth: number): void {
  if (depth >= MAX_DEPTH) throw new MalformedDataset(`sequences are nested more than ${MAX_DEPTH} deep`);
}

export function endWithin(at: number, end: number): number {
  if (at > end) throw new TruncatedDataset("an element is longer than what it stands in");
  return at;
}
