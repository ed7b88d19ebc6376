// The search by keys and words finds what a search byte by byte finds, wherever it lies.
import { expect, it } from "vitest";
import { ByteSearch, foldBytes, type Sought } from "./byte-search.ts";
import { FOLD } from "./key-table.ts";

const SOUGHT = [
  "Qzxvkw^Ann",
  "20240312",
  "1.2.276.0.7230010.3.1",
  "12345678",
  "Münster, Hindenburgplatz",
  "a b c d e f",
];
const WINDOW = 4096;

const sought = (text: string): Sought => ({ folded: foldBytes(Buffer.from(text, "utf8")) });

/** Dark pixels of 12 bits, which look like blanks and digits with a zero each. */
function pixels(): Buffer {
  const bytes = Buffer.allocUnsafeSlow(WINDOW);
  for (let at = 0; at < WINDOW; at += 2) bytes.writeUInt16LE(32 + ((at * 7919) % 29), at);
  return bytes;
}

function placesOf(search: ByteSearch<Sought>, bytes: Buffer, from: number, to: number) {
  const places = new Set<string>();
  search.scan(bytes, from, to, ({ folded }, at) =>
    places.add(`${Buffer.from(folded).toString("latin1")} ${at}`),
  );
  return [...places].sort();
}

function naivePlaces(all: readonly Sought[], bytes: Buffer, from: number, to: number, spacing: 1 | 2) {
  const places: string[] = [];
  for (const { folded } of all) {
    for (let at = from; at + (folded.length - 1) * spacing < to; at += 1) {
      const isSame = folded.every((byte, index) => FOLD[bytes[at + index * spacing]!] === byte);
      const isSpaced =
        spacing === 1 || folded.every((_, index) => index === 0 || bytes[at + 2 * index - 1] === 0);
      if (isSame && isSpaced) places.push(`${Buffer.from(folded).toString("latin1")} ${at}`);
    }
  }
  return places.sort();
}

it.each([
  [8, 1],
  [8, 2],
  [5, 1],
  [3, 2],
] as const)("of %i letters and more, %i bytes each, wherever they begin and end", (shortest, spacing) => {
  const all = SOUGHT.map(sought);
  const search = new ByteSearch<Sought>(shortest, spacing);
  for (const one of all) search.add(one);
  for (const { folded } of all) {
    const span = (folded.length - 1) * spacing + 1;
    // at both ends of the range, just outside of it, and at every remainder of words and steps
    for (const at of [
      1001,
      999,
      1000,
      ...Array.from({ length: 24 }, (_, index) => 1200 + 5 * index),
      3001 - span,
      3002 - span,
    ]) {
      const bytes = pixels();
      for (let index = 0; index < folded.length; index += 1) {
        bytes[at + index * spacing] = folded[index]!;
        if (spacing === 2 && index > 0) bytes[at + 2 * index - 1] = 0;
      }
      expect(placesOf(search, bytes, 1000, 3001)).toEqual(naivePlaces(all, bytes, 1000, 3001, spacing));
      // not at the begin of a word in memory
      const moved = Buffer.concat([Buffer.alloc(1), bytes]).subarray(1);
      expect(placesOf(search, moved, 1000, 3001)).toEqual(naivePlaces(all, moved, 1000, 3001, spacing));
    }
  }
});

it("finds no more what was taken out, and still all that is left", () => {
  const all = SOUGHT.map(sought);
  const search = new ByteSearch<Sought>(8);
  const bytes = Buffer.concat([Buffer.from(`x${SOUGHT.join("|")}y`), Buffer.alloc(600)]);
  for (let round = 0; round < 400; round += 1) {
    const passing = sought(`passing ${round} of many`);
    search.add(passing);
    for (const one of all) search.add(one);
    expect(placesOf(search, bytes, 0, bytes.length)).toHaveLength(SOUGHT.length);
    for (const one of [passing, ...all]) search.remove(one);
  }
  expect(search.count).toBe(0);
  for (const one of all.slice(2)) search.add(one);
  expect(placesOf(search, bytes, 0, bytes.length)).toHaveLength(SOUGHT.length - 2);
});
