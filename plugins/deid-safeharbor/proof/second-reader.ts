// The proof's own reader: walks every element of a file at any depth, whatever its encoding.
import { type FileBytes, LONGEST_VALUE, Unreadable } from "./file-bytes.ts";
import { type Place, PlaceLevel, tagText } from "./place.ts";
import type { SecondMeta } from "./second-meta.ts";

/** One element as it is met; the same object is filled again for the next one. */
export interface SeenElement {
  tag: number;
  /** Two letters; empty where the encoding writes none. */
  vr: string;
  /** Range of the value in the file. */
  from: number;
  to: number;
  littleEndian: boolean;
  /** 0 in the data set itself, 1 in the items of its sequences. */
  depth: number;
  /** SpecificCharacterSet (0008,0005) that counts here; empty when there is none. */
  characterSet: string;
  /** PrivateCreator of the block of a private element; empty when it has none. */
  creator: string;
  /** What it stands in. */
  level: PlaceLevel;
}

/** @returns where an element stands */
export const placeOf = ({ level, tag }: SeenElement): Place => level.place(tag);

interface Level {
  readonly places: PlaceLevel;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  characterSet: string;
  creators: Map<number, string> | undefined;
}

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
const DEEPEST = 64;
/** PS3.5 Table 7.1-2; all others have four bytes of length. */
const SHORT = new Set("AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split(" "));
/** Where a value may be a sequence without saying so. */
const MAYBE_SEQUENCE = new Set(["", "UN", "OB", "OW"]);

/** The bytes of a value as Latin-1, without the padding around it. */
export function unpadded(file: FileBytes, from: number, to: number): string {
  let start = file.reach(from, to - from);
  if (start < 0) throw new Unreadable("the file ends inside a value");
  const { bytes } = file;
  let end = start + to - from;
  while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end -= 1;
  while (start < end && bytes[start] === 0x20) start += 1;
  return bytes.toString("latin1", start, end);
}

/** PixelData (7FE0,0010), FloatPixelData (7FE0,0008), DoubleFloatPixelData (7FE0,0009). */
export const isPixelData = (tag: number): boolean =>
  tag === 0x7fe00010 || tag === 0x7fe00008 || tag === 0x7fe00009;

/**
 * Calls `visit` for each element that holds a value, in the order of the file.
 * @param places of the study, which the file's elements are put into
 * @param enter is told of each sequence, before its elements
 * @returns what the file meta information says
 * @throws Unreadable when the bytes are no data set
 */
export function walkFile(
  file: FileBytes,
  places: PlaceLevel,
  visit: (element: SeenElement) => void,
  enter: (tag: number, depth: number) => void = () => {},
): SecondMeta {
  const { meta } = file;
  const walk = new Walk(file, visit, enter);
  walk.dataSet(meta.begin, meta.end, { ...EXPLICIT, places }, 0);
  const implicit = meta.transferSyntaxUid === "1.2.840.10008.1.2";
  const littleEndian = meta.transferSyntaxUid !== "1.2.840.10008.1.2.2";
  walk.dataSet(meta.end, file.size, { ...EXPLICIT, explicit: !implicit, littleEndian, places }, 0);
  return meta;
}

const EXPLICIT = { explicit: true, littleEndian: true, characterSet: "", creators: undefined };

const ignore = (): void => {};

class Walk {
  readonly #file: FileBytes;
  readonly #visit: (element: SeenElement) => void;
  readonly #enter: (tag: number, depth: number) => void;
  readonly #element: SeenElement;

  constructor(
    file: FileBytes,
    visit: (element: SeenElement) => void,
    enter: (tag: number, depth: number) => void,
  ) {
    this.#file = file;
    this.#visit = visit;
    this.#enter = enter;
    this.#element = {
      tag: 0,
      vr: "",
      from: 0,
      to: 0,
      littleEndian: true,
      depth: 0,
      characterSet: "",
      creator: "",
      level: new PlaceLevel(),
    };
  }

  /**
   * @param end not included; a delimiter of the item may come before
   * @returns where it ended
   */
  dataSet(begin: number, end: number, level: Level, depth: number): number {
    if (depth > DEEPEST) throw new Unreadable("sequences are nested too deep");
    let at = begin;
    while (at + 8 <= end) {
      const head = this.#head(at, level.explicit, level.littleEndian);
      if (head.tag === ITEM_END) return head.from;
      at = this.#value(head, end, level, depth);
    }
    // DataSetTrailingPadding and the even byte of a deflated stream apart, nothing may be left
    if (at < end && depth > 0) throw new Unreadable("an item ends inside an element");
    return end;
  }

  #value(head: Head, end: number, level: Level, depth: number): number {
    const { tag, vr, from, length } = head;
    if (length === UNDEFINED) {
      if (isPixelData(tag) && depth === 0) return this.#fragments(head, level);
      // PS3.5 6.2.2: of undefined length, UN holds implicit little endian
      const inner = vr === "UN" ? { ...level, explicit: false, littleEndian: true } : level;
      return this.#items(tag, from, end, inner, depth);
    }
    const to = from + length;
    if (to > end) throw new Unreadable(`${tagText(tag)} is longer than what holds it`);
    if (vr === "SQ") return this.#items(tag, from, to, level, depth);
    if (
      length >= 8 &&
      MAYBE_SEQUENCE.has(vr) &&
      !isPixelData(tag) &&
      this.#holdsItems(from, to, level, depth)
    ) {
      return this.#items(tag, from, to, this.#unknownLevel(vr, level), depth);
    }
    this.#tell(head, to, level, depth);
    return to;
  }

  /** Filled anew for each element. */
  #tell({ tag, vr, from }: Head, to: number, level: Level, depth: number): void {
    const element = this.#element;
    element.tag = tag;
    element.vr = vr;
    element.from = from;
    element.to = to;
    element.littleEndian = level.littleEndian;
    element.depth = depth;
    element.characterSet = level.characterSet;
    element.creator = "";
    element.level = level.places;
    if (tag === 0x00080005) level.characterSet = this.#text(from, to);
    if ((tag >>> 16) % 2 === 1) this.#tellCreator(element, level);
    this.#visit(element);
  }

  /** PS3.5 7.8.1: (gggg,00bb) names the creator of (gggg,bb00-bbFF). */
  #tellCreator(element: SeenElement, level: Level): void {
    const number = element.tag & 0xffff;
    const group = element.tag >>> 16;
    if (number >= 0x10 && number <= 0xff) {
      level.creators ??= new Map();
      level.creators.set(group * 256 + number, this.#text(element.from, element.to));
    } else {
      element.creator = level.creators?.get(group * 256 + (number >>> 8)) ?? "";
    }
  }

  #text(from: number, to: number): string {
    if (to - from > 1024) return "";
    return unpadded(this.#file, from, to);
  }

  #items(tag: number, begin: number, end: number, level: Level, depth: number): number {
    this.#enter(tag, depth);
    const sequence = level.places.place(tag);
    let at = begin;
    for (let index = 0; at + 8 <= end; index += 1) {
      const head = this.#head(at, false, level.littleEndian);
      at = head.from;
      if (head.tag === SEQUENCE_END) break;
      if (head.tag !== ITEM) throw new Unreadable(`${tagText(head.tag)} stands where an item should`);
      const to = head.length === UNDEFINED ? end : at + head.length;
      if (to > end) throw new Unreadable("an item is longer than its sequence");
      const inner = {
        ...level,
        explicit: this.#looksExplicit(at, to, level.littleEndian),
        creators: undefined,
        places: sequence.item(index),
      };
      at = this.dataSet(at, to, inner, depth + 1);
    }
    return at;
  }

  /** Some writers put implicit items into explicit sequences, and the other way round. */
  #looksExplicit(at: number, to: number, littleEndian: boolean): boolean {
    const start = at + 8 <= to ? this.#file.reach(at, 8) : -1;
    if (start < 0) return true;
    const { bytes } = this.#file;
    const group = littleEndian ? bytes.readUInt16LE(start) : bytes.readUInt16BE(start);
    if (group === 0xfffe) return true;
    return isCapital(bytes[start + 4]!) && isCapital(bytes[start + 5]!);
  }

  /** Whether a value of no or unknown representation is a chain of items that fills it exactly. */
  #holdsItems(from: number, to: number, level: Level, depth: number): boolean {
    const start = this.#file.reach(from, 8);
    const inner = this.#unknownLevel("", level);
    if (start < 0 || this.#head(from, false, inner.littleEndian).tag !== ITEM) return false;
    if (to - from > LONGEST_VALUE) return false;
    const trial = new Walk(this.#file, ignore, ignore);
    try {
      return trial.#items(0, from, to, { ...inner, places: new PlaceLevel() }, depth) === to;
    } catch (error) {
      if (error instanceof Unreadable) return false;
      throw error;
    }
  }

  #unknownLevel(vr: string, level: Level): Level {
    return vr === "UN" ? { ...level, littleEndian: true } : level;
  }

  /** The fragments of compressed pixel data are one value; its end is found by their heads. */
  #fragments(head: Head, level: Level): number {
    let at = head.from;
    for (;;) {
      const next = this.#head(at, false, level.littleEndian);
      if (next.tag === SEQUENCE_END) {
        this.#tell(head, next.from, level, 0);
        return next.from;
      }
      if (next.tag !== ITEM || next.length === UNDEFINED) throw new Unreadable("a fragment has no head");
      at = next.from + next.length;
    }
  }

  #head(at: number, explicit: boolean, littleEndian: boolean): Head {
    let start = this.#file.reach(at, 8);
    if (start < 0) throw new Unreadable("the file ends inside an element");
    const { bytes } = this.#file;
    const group = littleEndian ? bytes.readUInt16LE(start) : bytes.readUInt16BE(start);
    const number = littleEndian ? bytes.readUInt16LE(start + 2) : bytes.readUInt16BE(start + 2);
    const tag = group * 0x10000 + number;
    if (!explicit || group === 0xfffe) {
      const length = littleEndian ? bytes.readUInt32LE(start + 4) : bytes.readUInt32BE(start + 4);
      return { tag, vr: "", from: at + 8, length };
    }
    const vr = vrAt(bytes, start + 4);
    if (SHORT.has(vr) || !isCapital(bytes[start + 4]!)) {
      const length = littleEndian ? bytes.readUInt16LE(start + 6) : bytes.readUInt16BE(start + 6);
      return { tag, vr, from: at + 8, length };
    }
    start = this.#file.reach(at, 12);
    if (start < 0) throw new Unreadable("the file ends inside an element");
    const after = this.#file.bytes;
    const length = littleEndian ? after.readUInt32LE(start + 8) : after.readUInt32BE(start + 8);
    return { tag, vr, from: at + 12, length };
  }
}

interface Head {
  readonly tag: number;
  readonly vr: string;
  readonly from: number;
  readonly length: number;
}

const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

const vrNames = new Map<number, string>();

/** Two letters as a string that is made once. */
function vrAt(bytes: Buffer, at: number): string {
  const code = bytes[at]! * 256 + bytes[at + 1]!;
  let name = vrNames.get(code);
  if (name === undefined) {
    name = String.fromCharCode(bytes[at]!, bytes[at + 1]!);
    vrNames.set(code, name);
  }
  return name;
}
