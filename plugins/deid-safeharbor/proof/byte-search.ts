// Searches bytes for many values at once, in big steps: as good as free on pixels, which hold none.
import { nextBegun, nextBegunWide, nextBegunWord, wordsOf } from "./begun-pairs.ts";
import { FOLD, KeyTable } from "./key-table.ts";

/** Bytes to look for, folded (`FOLD`). */
export interface Sought {
  readonly folded: Uint8Array;
}

/** Is told each place of something sought, in any order; a place may be told twice. */
export type Found<T> = (sought: T, at: number) => void;

export function foldBytes(bytes: Uint8Array): Uint8Array {
  const folded = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) folded[at] = FOLD[bytes[at]!]!;
  return folded;
}

const KEY_BYTES = 3;
/** Folded letters are small ones; what is beyond ASCII is part of a letter, too. */
const FIRST_LETTER = 0x61;

/**
 * Wu and Manber's method (TR-94-17, 1994) with keys of three bytes: of `shortest` bytes in a row, however they lie,
 * one key stands where the search looks when it looks at each (shortest - 2)th byte.
 */
export class ByteSearch<T extends Sought> {
  /** No sought bytes may be shorter. */
  readonly shortest: number;
  /** 2: between two sought bytes stands a zero, as in UTF-16 of either order. */
  readonly #spacing: 1 | 2;
  /** In bytes of a file. */
  readonly #step: number;
  readonly #table = new KeyTable<T>();
  #count = 0;

  constructor(shortest: number, spacing: 1 | 2 = 1) {
    if (shortest < KEY_BYTES) throw new RangeError("the search needs three bytes or more");
    this.shortest = shortest;
    this.#spacing = spacing;
    this.#step = (shortest - KEY_BYTES + 1) * spacing;
  }

  get count(): number {
    return this.#count;
  }

  add(sought: T): void {
    this.#count += 1;
    this.#eachKey(sought, (key, offset) => this.#table.add(key, offset, sought));
  }

  remove(sought: T): void {
    this.#count -= 1;
    this.#eachKey(sought, (key, offset) => this.#table.remove(key, offset, sought));
  }

  scan(bytes: Uint8Array, from: number, to: number, found: Found<T>): void {
    if (this.#count === 0) return;
    const words = wordsOf(bytes, from, to);
    if (words && this.#spacing === 1 && this.#step % 2 === 0) {
      this.#scanTwos(words.twos, bytes, from, to, found);
    } else if (words && this.#spacing === 2 && this.#step % 4 === 0) {
      this.#scanFours(words.fours, bytes, from, to, found);
    } else {
      // letters of two bytes may begin at an even place or at an odd one
      for (let first = from; first < from + this.#spacing; first += 1)
        this.#scanBytes(bytes, first, from, to, found);
    }
  }

  #scanBytes(bytes: Uint8Array, first: number, from: number, to: number, found: Found<T>): void {
    const spacing = this.#spacing;
    const { begun } = this.#table;
    const last = to - (KEY_BYTES - 1) * spacing;
    let at = nextBegun(bytes, first, last, this.#step, spacing, begun);
    while (at < last) {
      this.#look(bytes, at, from, to, found);
      at = nextBegun(bytes, at + this.#step, last, this.#step, spacing, begun);
    }
  }

  /** Of any bytes as long as the step and two more, a key begins at an even place. */
  #scanTwos(twos: Uint16Array, bytes: Uint8Array, from: number, to: number, found: Found<T>): void {
    const step = this.#step >>> 1;
    const { begun } = this.#table;
    const last = (to - KEY_BYTES + 2) >>> 1;
    let word = nextBegunWord(twos, (from + 1) >>> 1, last, step, begun);
    while (word < last) {
      this.#look(bytes, 2 * word, from, to, found);
      word = nextBegunWord(twos, word + step, last, step, begun);
    }
  }

  /** A word of four bytes holds two letters with the zero between them, whether they begin at its first byte or second. */
  #scanFours(fours: Uint32Array, bytes: Uint8Array, from: number, to: number, found: Found<T>): void {
    const step = this.#step >>> 2;
    const { begun } = this.#table;
    const last = to >>> 2;
    let word = nextBegunWide(fours, (from + 3) >>> 2, last, step, begun);
    while (word < last) {
      this.#look(bytes, 4 * word, from, to, found);
      this.#look(bytes, 4 * word + 1, from, to, found);
      word = nextBegunWide(fours, word + step, last, step, begun);
    }
  }

  /** @param at where a key may stand */
  #look(bytes: Uint8Array, at: number, from: number, to: number, found: Found<T>): void {
    const spacing = this.#spacing;
    if (at + (KEY_BYTES - 1) * spacing >= to) return;
    const key =
      FOLD[bytes[at]!]! |
      (FOLD[bytes[at + spacing]!]! << 8) |
      (FOLD[bytes[at + (KEY_BYTES - 1) * spacing]!]! << 16);
    const table = this.#table;
    for (let entry = table.first(key); entry !== 0; entry = table.after(entry)) {
      const sought = table.soughtOf(entry);
      const start = at - table.offsetOf(entry) * spacing;
      const { folded } = sought;
      if (start < from || start + (folded.length - 1) * spacing >= to) continue;
      let same = 0;
      while (same < folded.length && FOLD[bytes[start + same * spacing]!] === folded[same]) same += 1;
      if (same === folded.length && (spacing === 1 || isSpaced(bytes, start, folded.length)))
        found(sought, start);
    }
  }

  /** Of a part that is as long as the shortest. */
  #eachKey({ folded }: Sought, use: (key: number, offset: number) => void): void {
    if (folded.length < this.shortest) throw new RangeError("too short to be sought");
    const begin = tellingPart(folded, this.shortest);
    for (let offset = begin; offset + KEY_BYTES <= begin + this.shortest; offset += 1)
      use(folded[offset]! | (folded[offset + 1]! << 8) | (folded[offset + 2]! << 16), offset);
  }
}

/**
 * Where the part with most letters begins, for dark pixels look like digits and blanks; of several the last one, for UIDs
 * and paths begin alike.
 */
function tellingPart(folded: Uint8Array, length: number): number {
  let letters = 0;
  let most = -1;
  let begin = 0;
  for (let at = 0; at < folded.length; at += 1) {
    if (folded[at]! >= FIRST_LETTER) letters += 1;
    if (at >= length && folded[at - length]! >= FIRST_LETTER) letters -= 1;
    if (at >= length - 1 && letters >= most) {
      most = letters;
      begin = at - length + 1;
    }
  }
  return begin;
}

function isSpaced(bytes: Uint8Array, start: number, letters: number): boolean {
  for (let letter = 1; letter < letters; letter += 1) if (bytes[start + 2 * letter - 1] !== 0) return false;
  return true;
}
