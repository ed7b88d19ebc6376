// Reads values out of a data set that is in memory: text, numbers, items of sequences, private elements.
import { decodeText } from "./character-set.ts";
import { formatTag, MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import {
  ElementHeader,
  ITEM,
  ITEM_DELIMITER,
  itemEncoding,
  SEQUENCE_DELIMITER,
  UNDEFINED_LENGTH,
  VR_SQ,
  VR_UN,
  vrName,
} from "./element-header.ts";
import { Tag, vrOfTag } from "./tags.ts";
import { type Encoding, IMPLICIT_LITTLE } from "./transfer-syntaxes.ts";
import { decodeNumbers } from "./value-decoding.ts";

const MAX_DEPTH = 64;
const PRIVATE_BLOCKS = { first: 0x10, last: 0xff };

/** One element: where its value lies and how it is written. */
export interface ViewedElement {
  readonly tag: number;
  /** Two letters; empty when implicit. */
  readonly vr: string;
  readonly encoding: Encoding;
  readonly value: Uint8Array;
  /** The value is a sequence; its items are read when they are asked for. */
  readonly sequence: boolean;
}

/** A data set or an item of a sequence. Values are views of the bytes it was read from. */
export class DatasetView {
  readonly #elements: ReadonlyMap<number, ViewedElement>;
  readonly #characterSet: string | undefined;

  /** @param characterSet of the data set around an item; its own SpecificCharacterSet (0008,0005) wins */
  constructor(elements: ReadonlyMap<number, ViewedElement>, characterSet?: string) {
    this.#elements = elements;
    this.#characterSet = this.ascii(Tag.SpecificCharacterSet) ?? characterSet;
  }

  /** How its text is to be decoded: SpecificCharacterSet (0008,0005), its own or that of the data set around it. */
  get characterSet(): string | undefined {
    return this.#characterSet;
  }

  /** All elements, in ascending order of their tags. */
  elements(): ViewedElement[] {
    return [...this.#elements.values()].sort((a, b) => a.tag - b.tag);
  }

  /** Of all elements, in the order of the file. */
  tags(): Iterable<number> {
    return this.#elements.keys();
  }

  has(tag: number): boolean {
    return this.#elements.has(tag);
  }

  /** The raw value; undefined when the element is absent. */
  bytes(tag: number): Uint8Array | undefined {
    return this.#elements.get(tag)?.value;
  }

  /** A code, UID, date or number in text, without padding; undefined when absent. */
  ascii(tag: number): string | undefined {
    const value = this.bytes(tag);
    return value && unpadded(value);
  }

  /** Text decoded by the character set, without padding; undefined when absent. */
  text(tag: number): string | undefined {
    const value = this.bytes(tag);
    return value && decodeText(value, this.#characterSet);
  }

  /**
   * Numbers of any numeric value representation; empty when absent or unreadable.
   * @param vr what it is when neither the element nor the table of tags says so (implicit, UN, private)
   */
  numbers(tag: number, vr = vrOfTag(tag)): number[] {
    const element = this.#elements.get(tag);
    if (!element || element.sequence) return [];
    const written = element.vr === "UN" ? "" : element.vr;
    return decodeNumbers(element.value, written || vr || "", element.encoding.littleEndian);
  }

  /** The items of a sequence; empty when absent, not a sequence or broken inside. */
  items(tag: number): DatasetView[] {
    const element = this.#elements.get(tag);
    if (!element) return [];
    try {
      return readItems(element, this.#characterSet);
    } catch (error) {
      if (error instanceof MalformedDataset || error instanceof TruncatedDataset) return [];
      throw error;
    }
  }

  /**
   * The tag of a private element whose block is reserved by this creator (PS3.5 7.8.1).
   * @param low the low byte of the element number, 0x0c for (0019,xx0C)
   * @returns undefined when no block of the group has this creator or the element is absent
   */
  privateTag(group: number, creator: string, low: number): number | undefined {
    for (let block = PRIVATE_BLOCKS.first; block <= PRIVATE_BLOCKS.last; block += 1) {
      const tag = group * 0x10000 + block * 0x100 + low;
      if (this.#elements.has(tag) && this.ascii(group * 0x10000 + block) === creator) return tag;
    }
    return undefined;
  }
}

/** Where one element ends and what it is. */
export interface Located {
  readonly element: ViewedElement;
  /** Where its value begins. */
  readonly valueAt: number;
  readonly end: number;
}

/** Most elements of a header are never asked for their value, and a view of bytes costs more than all the rest. */
class LocatedElement implements ViewedElement {
  readonly tag: number;
  readonly vr: string;
  readonly encoding: Encoding;
  readonly sequence: boolean;
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #to: number;

  constructor(
    tag: number,
    vr: string,
    encoding: Encoding,
    sequence: boolean,
    bytes: Uint8Array,
    from: number,
    to: number,
  ) {
    this.tag = tag;
    this.vr = vr;
    this.encoding = encoding;
    this.sequence = sequence;
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  get value(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#to);
  }
}

const header = new ElementHeader();

/**
 * Reads the element at `at`. A value of defined length may reach beyond the bytes: `end` then does, too.
 * @throws TruncatedDataset when the bytes end inside its head or inside a sequence of undefined length
 * @throws MalformedDataset
 */
export function locateElement(bytes: Uint8Array, at: number, encoding: Encoding, depth = 0): Located {
  const size = header.read(bytes, at, bytes.length - at, encoding);
  if (size > bytes.length - at) throw new TruncatedDataset("the bytes end inside the head of an element");
  const { tag, length } = header;
  const vr = header.vr === 0 ? "" : vrName(header.vr);
  const start = at + size;
  const inner = header.vr === VR_UN && length === UNDEFINED_LENGTH ? IMPLICIT_LITTLE : encoding;
  const sequence = header.vr === VR_SQ || length === UNDEFINED_LENGTH;
  const end = length === UNDEFINED_LENGTH ? endOfSequence(bytes, start, inner, depth) : start + length;
  const valueEnd = length === UNDEFINED_LENGTH ? end - 8 : end;
  return {
    element: new LocatedElement(tag, vr, inner, sequence, bytes, start, valueEnd),
    valueAt: start,
    end,
  };
}

/** @returns the offset after the sequence delimiter */
function endOfSequence(bytes: Uint8Array, start: number, encoding: Encoding, depth: number): number {
  if (depth >= MAX_DEPTH) throw new MalformedDataset(`sequences are nested more than ${MAX_DEPTH} deep`);
  let at = start;
  for (;;) {
    const item = readItemHead(bytes, at, encoding);
    if (item.tag === SEQUENCE_DELIMITER) return item.start;
    at =
      item.length === UNDEFINED_LENGTH
        ? walkItem(bytes, item.start, encoding, depth).end
        : item.start + item.length;
  }
}

function readItemHead(bytes: Uint8Array, at: number, encoding: Encoding) {
  const size = header.read(bytes, at, bytes.length - at, encoding);
  if (size > bytes.length - at) throw new TruncatedDataset("the bytes end inside a sequence");
  const { tag, length } = header;
  if (tag !== ITEM && tag !== SEQUENCE_DELIMITER) {
    throw new MalformedDataset(`${formatTag(tag)} stands where an item should`);
  }
  return { tag, length, start: at + size };
}

/** Reads the elements of an item of undefined length, or of a whole piece of bytes that has one. */
function walkItem(bytes: Uint8Array, start: number, outer: Encoding, depth: number) {
  const encoding = itemEncoding(bytes, start, bytes.length - start, outer);
  const elements = new Map<number, ViewedElement>();
  let at = start;
  while (at < bytes.length) {
    const { element, end } = locateElement(bytes, at, encoding, depth + 1);
    if (element.tag === ITEM_DELIMITER) return { elements, end };
    elements.set(element.tag, element);
    at = end;
  }
  if (at > bytes.length) throw new TruncatedDataset("the bytes end inside an item");
  return { elements, end: at };
}

/**
 * The items of a sequence, also of one of defined length in implicit encoding, which `sequence` does not tell.
 * @throws MalformedDataset or TruncatedDataset
 */
export function readItems(sequence: ViewedElement, characterSet?: string): DatasetView[] {
  const { value: bytes, encoding } = sequence;
  const views: DatasetView[] = [];
  let at = 0;
  while (at < bytes.length) {
    const item = readItemHead(bytes, at, encoding);
    if (item.tag === SEQUENCE_DELIMITER) break;
    const open = item.length === UNDEFINED_LENGTH;
    const content = open ? bytes : bytes.subarray(0, item.start + item.length);
    const { elements, end } = walkItem(content, item.start, encoding, 0);
    views.push(new DatasetView(elements, characterSet));
    at = open ? end : item.start + item.length;
  }
  return views;
}

/** As Latin-1, without blanks before it and blanks and zeros behind it. */
function unpadded(bytes: Uint8Array): string {
  let from = 0;
  let to = bytes.length;
  while (to > 0 && (bytes[to - 1] === 0x20 || bytes[to - 1] === 0)) to -= 1;
  while (from < to && bytes[from] === 0x20) from += 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}
