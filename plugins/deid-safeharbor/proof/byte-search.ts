// Searches bytes for many values at once, in big steps: as good as free on pixels, which hold none.

/** Bytes to look for, folded (`FOLD`), and whatever the caller wants to know again on a hit. */
export interface Sought<T> {
  readonly folded: Uint8Array;
  readonly about: T;
}

interface Entry<T> {
  readonly sought: Sought<T>;
  /** Where in the sought bytes the key of this entry stands. */
  readonly offset: number;
}

/**
 * One byte for all that are the same to the search: capital and small letters; and a blank for the separators of
 * names, dates and numbers, so that `DOE^JANE`, `Doe, Jane` and `doe_jane` differ in their length at most.
 */
export const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  if (byte < 0x80 && "^,.-/_=".includes(letter)) return 0x20;
  return byte < 0x80 ? letter.toLowerCase().charCodeAt(0) : byte;
});

/** All bytes that fold to one. */
const UNFOLDED: readonly (readonly number[])[] = Array.from({ length: 256 }, (_, folded) =>
  [...FOLD.keys()].filter((byte) => FOLD[byte] === folded),
);

export const foldBytes = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => FOLD[byte]!);

const KEY_BYTES = 3;
const SLOTS = 1 << 16;

/**
 * Wu and Manber's method (TR-94-17, 1994) with keys of three bytes: of `shortest` bytes in a row, however they lie,
 * one key stands where the search looks when it looks at each (shortest - 2)th byte.
 */
export class ByteSearch<T> {
  /** No sought bytes may be shorter. */
  readonly shortest: number;
  /** 2: between two sought bytes stands a zero, as in UTF-16 of either order. */
  readonly #spacing: 1 | 2;
  readonly #step: number;
  readonly #slots = new Uint16Array(SLOTS);
  /** How many keys begin with two bytes. */
  readonly #pairs = new Uint16Array(SLOTS);
  /**
   * Whether any does, a bit for each pair as it stands: what most of a file is told by, and small enough to stay close
   * to the processor.
   */
  readonly #begun = new Uint32Array(SLOTS / 32);
  readonly #entries = new Map<number, Entry<T>[]>();
  #count = 0;

  constructor(shortest: number, spacing: 1 | 2 = 1) {
    if (shortest < KEY_BYTES) throw new RangeError("the search needs three bytes or more");
    this.shortest = shortest;
    this.#spacing = spacing;
    this.#step = shortest - KEY_BYTES + 1;
  }

  get count(): number {
    return this.#count;
  }

  add(sought: Sought<T>): void {
    this.#count += 1;
    for (const { key, offset } of this.#keysOf(sought)) {
      this.#slots[slotOf(key)]! += 1;
      this.#countPair(key, 1);
      const entries = this.#entries.get(key);
      if (entries) entries.push({ sought, offset });
      else this.#entries.set(key, [{ sought, offset }]);
    }
  }

  remove(sought: Sought<T>): void {
    this.#count -= 1;
    for (const { key } of this.#keysOf(sought)) {
      const rest = (this.#entries.get(key) ?? []).filter((entry) => entry.sought !== sought);
      this.#slots[slotOf(key)]! -= 1;
      this.#countPair(key, -1);
      if (rest.length > 0) this.#entries.set(key, rest);
      else this.#entries.delete(key);
    }
  }

  /** @param found is told each place, in any order; a place may be told twice */
  scan(bytes: Uint8Array, from: number, to: number, found: (sought: Sought<T>, at: number) => void): void {
    if (this.#count === 0) return;
    const spacing = this.#spacing;
    // letters of two bytes may begin at an even place or at an odd one
    for (let first = from; first < from + spacing; first += 1) this.#scanFrom(bytes, first, from, to, found);
  }

  #scanFrom(
    bytes: Uint8Array,
    first: number,
    from: number,
    to: number,
    found: (sought: Sought<T>, at: number) => void,
  ): void {
    const spacing = this.#spacing;
    const step = this.#step * spacing;
    const third = (KEY_BYTES - 1) * spacing;
    const last = to - third;
    let at = nextBegun(bytes, first, last, step, spacing, this.#begun);
    while (at < last) {
      const key = FOLD[bytes[at]!]! | (FOLD[bytes[at + spacing]!]! << 8) | (FOLD[bytes[at + third]!]! << 16);
      if (this.#slots[slotOf(key)] !== 0) this.#look(bytes, at, key, from, to, found);
      at = nextBegun(bytes, at + step, last, step, spacing, this.#begun);
    }
  }

  #countPair(key: number, by: 1 | -1): void {
    const pair = key & 0xffff;
    const before = this.#pairs[pair]!;
    this.#pairs[pair] = before + by;
    if (before > 0 && before + by > 0) return;
    for (const low of UNFOLDED[pair & 0xff]!) {
      for (const high of UNFOLDED[pair >>> 8]!) {
        const written = low | (high << 8);
        const bit = 1 << (written & 31);
        if (by > 0) this.#begun[written >>> 5]! |= bit;
        else this.#begun[written >>> 5]! &= ~bit;
      }
    }
  }

  #look(
    bytes: Uint8Array,
    at: number,
    key: number,
    from: number,
    to: number,
    found: (sought: Sought<T>, at: number) => void,
  ): void {
    const entries = this.#entries.get(key);
    if (entries === undefined) return;
    const spacing = this.#spacing;
    for (const { sought, offset } of entries) {
      const start = at - offset * spacing;
      const { folded } = sought;
      if (start < from || start + (folded.length - 1) * spacing >= to) continue;
      let same = 0;
      while (same < folded.length && FOLD[bytes[start + same * spacing]!] === folded[same]) same += 1;
      if (same === folded.length && (spacing === 1 || isSpaced(bytes, start, folded.length)))
        found(sought, start);
    }
  }

  /** The end of what is sought tells most: UIDs and paths begin alike. */
  #keysOf({ folded }: Sought<T>): { key: number; offset: number }[] {
    if (folded.length < this.shortest) throw new RangeError("too short to be sought");
    const begin = folded.length - this.shortest;
    return Array.from({ length: this.#step }, (_, index) => {
      const offset = begin + index;
      return { key: folded[offset]! | (folded[offset + 1]! << 8) | (folded[offset + 2]! << 16), offset };
    });
  }
}

/**
 * Nearly all of the search's time goes here, so it is a loop and nothing else: inside of the class it took three times
 * as long.
 * @returns the first place from `at` on, in steps, whose two bytes begin a key; `last` or more when there is none
 */
function nextBegun(
  bytes: Uint8Array,
  at: number,
  last: number,
  step: number,
  spacing: number,
  begun: Uint32Array,
): number {
  for (; at < last; at += step) {
    const pair = bytes[at]! | (bytes[at + spacing]! << 8);
    if (((begun[pair >>> 5]! >>> (pair & 31)) & 1) !== 0) return at;
  }
  return at;
}

function isSpaced(bytes: Uint8Array, start: number, letters: number): boolean {
  for (let letter = 1; letter < letters; letter += 1) if (bytes[start + 2 * letter - 1] !== 0) return false;
  return true;
}

const slotOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 16;
