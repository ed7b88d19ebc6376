// The loops that nearly all of the search's time goes to: they step over bytes in which nothing sought can lie.
import { endianness } from "node:os";

/**
 * Whether a sought key begins with two bytes, by both as one number, the first one low: a byte each, for looking it up
 * takes half of the time that a bit would.
 */
export type BegunPairs = Uint8Array;

export const PAIRS = 1 << 16;
/** Words are read as they lie in memory. */
const IN_WORDS = endianness() === "LE";
/** Making views of words is worth it from here on. */
const LONG = 512;

/**
 * Bytes seen as words of two and four, to step through them with one read for each step.
 * @returns undefined when they are too few, or do not begin where words do
 */
export function wordsOf(bytes: Uint8Array, from: number, to: number): Words | undefined {
  if (!IN_WORDS || to - from < LONG || bytes.byteOffset % 4 !== 0) return undefined;
  return {
    twos: new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 1),
    fours: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2),
  };
}

export interface Words {
  readonly twos: Uint16Array;
  readonly fours: Uint32Array;
}

// Each is a loop and nothing else: inside of a class they took three times as long.

/** @returns the first place from `at` on, in steps, whose two bytes begin a key; `last` or more when there is none */
export function nextBegun(
  bytes: Uint8Array,
  at: number,
  last: number,
  step: number,
  spacing: number,
  begun: BegunPairs,
): number {
  for (let place = at; place < last; place += step) {
    if (begun[bytes[place]! | (bytes[place + spacing]! << 8)] !== 0) return place;
  }
  return last;
}

/** The same in words of two bytes; places, step and end are counted in words. */
export function nextBegunWord(
  twos: Uint16Array,
  at: number,
  last: number,
  step: number,
  begun: BegunPairs,
): number {
  for (let place = at; place < last; place += step) if (begun[twos[place]!] !== 0) return place;
  return last;
}

/**
 * The same for letters with a zero between them, in words of four bytes: they may begin with the first byte of a word or
 * with its second.
 */
export function nextBegunWide(
  fours: Uint32Array,
  at: number,
  last: number,
  step: number,
  begun: BegunPairs,
): number {
  for (let place = at; place < last; place += step) {
    const word = fours[place]!;
    if ((word & 0xff00) === 0 && begun[(word & 0xff) | ((word >>> 8) & 0xff00)] !== 0) return place;
    if ((word & 0xff0000) === 0 && begun[((word >>> 8) & 0xff) | ((word >>> 16) & 0xff00)] !== 0)
      return place;
  }
  return last;
}
