// Keys of three folded bytes, and where in what is sought each of them stands: numbers in flat tables, no objects.
import { type BegunPairs, PAIRS } from "./begun-pairs.ts";

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

const SLOTS = 1 << 14;
const FIRST_ENTRIES = 1024;

/** Private text of a slice comes and goes with each file, so putting a key in and taking it out must cost nothing. */
export class KeyTable<T> {
  /** Whether any key begins with two bytes as they stand in a file. */
  readonly begun: BegunPairs = new Uint8Array(PAIRS);
  /** How many keys begin with two folded bytes. */
  readonly #pairs = new Uint16Array(PAIRS);
  /** The first entry of each chain; 0 for none. */
  readonly #chains = new Int32Array(SLOTS);
  // entry 0 is none
  #keys = new Int32Array(FIRST_ENTRIES);
  #offsets = new Int32Array(FIRST_ENTRIES);
  #next = new Int32Array(FIRST_ENTRIES);
  readonly #sought: (T | undefined)[] = [undefined];
  #used = 1;
  #free = 0;

  add(key: number, offset: number, sought: T): void {
    const entry = this.#newEntry();
    const slot = slotOf(key);
    this.#keys[entry] = key;
    this.#offsets[entry] = offset;
    this.#sought[entry] = sought;
    this.#next[entry] = this.#chains[slot]!;
    this.#chains[slot] = entry;
    if (this.#pairs[key & 0xffff]!++ === 0) this.#mark(key & 0xffff, 1);
  }

  remove(key: number, offset: number, sought: T): void {
    const slot = slotOf(key);
    let before = 0;
    for (let entry = this.#chains[slot]!; entry !== 0; entry = this.#next[entry]!) {
      if (this.#sought[entry] === sought && this.#keys[entry] === key && this.#offsets[entry] === offset) {
        if (before === 0) this.#chains[slot] = this.#next[entry]!;
        else this.#next[before] = this.#next[entry]!;
        this.#sought[entry] = undefined;
        this.#next[entry] = this.#free;
        this.#free = entry;
        if (--this.#pairs[key & 0xffff]! === 0) this.#mark(key & 0xffff, 0);
        return;
      }
      before = entry;
    }
  }

  /** @returns the first entry with this key; 0 when there is none */
  first(key: number): number {
    return this.#withKey(this.#chains[slotOf(key)]!, key);
  }

  /** @returns the next entry with the same key; 0 when there is none */
  after(entry: number): number {
    return this.#withKey(this.#next[entry]!, this.#keys[entry]!);
  }

  /** Where in what is sought the key of an entry stands. */
  offsetOf(entry: number): number {
    return this.#offsets[entry]!;
  }

  soughtOf(entry: number): T {
    return this.#sought[entry]!;
  }

  #withKey(from: number, key: number): number {
    let entry = from;
    while (entry !== 0 && this.#keys[entry] !== key) entry = this.#next[entry]!;
    return entry;
  }

  #newEntry(): number {
    if (this.#free !== 0) {
      const entry = this.#free;
      this.#free = this.#next[entry]!;
      return entry;
    }
    if (this.#used === this.#keys.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const larger = (table: Int32Array) => {
      const copy = new Int32Array(2 * table.length);
      copy.set(table);
      return copy;
    };
    this.#keys = larger(this.#keys);
    this.#offsets = larger(this.#offsets);
    this.#next = larger(this.#next);
  }

  #mark(pair: number, value: 0 | 1): void {
    for (const low of UNFOLDED[pair & 0xff]!)
      for (const high of UNFOLDED[pair >>> 8]!) this.begun[low | (high << 8)] = value;
  }
}

const slotOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 18;
