// Bytes of big endian words as little endian ones (PS3.5 7.3).

/** Bytes of one word of each value representation that has words of more than one byte (PS3.5 6.2). */
const WORDS: Readonly<Record<string, 2 | 4 | 8>> = {
  ...{ AT: 2, OW: 2, SS: 2, US: 2 },
  ...{ FL: 4, OF: 4, OL: 4, SL: 4, UL: 4 },
  ...{ FD: 8, OD: 8, OV: 8, SV: 8, UV: 8 },
};

export type WordBytes = 1 | 2 | 4 | 8;

/** @param vr two letters */
export const wordBytes = (vr: string): WordBytes => WORDS[vr] ?? 1;

/** A copy with the bytes of each word in the other order; what is left over at the end stays as it is. */
export function turnedWords(bytes: Uint8Array, word: WordBytes): Buffer {
  const turned = Buffer.from(bytes);
  const whole = turned.subarray(0, turned.length - (turned.length % word));
  if (word === 2) whole.swap16();
  else if (word === 4) whole.swap32();
  else if (word === 8) whole.swap64();
  return turned;
}
