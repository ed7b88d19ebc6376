// Bytes of big endian words as little endian ones, which is the only order the web services know (PS3.18 8.7.3).

import type { ArchivedFile } from "@thalamus/sdk";
import type { ByteRange, Encoding } from "@thalamus/sdk/dicom";

/** Bytes of one word. */
const WORDS: Readonly<Record<string, 2 | 4 | 8>> = { OW: 2, OF: 4, OL: 4, OD: 8, OV: 8, US: 2, SS: 2 };

/**
 * Whether a range can be turned without what stands beside it.
 * @param vr two letters
 */
export function wordsOf(
  vr: string,
  { littleEndian }: Encoding,
  ranges: readonly ByteRange[],
): 1 | 2 | 4 | 8 | undefined {
  const word = littleEndian ? 1 : (WORDS[vr] ?? 1);
  return ranges.every(({ from, to }) => (to - from) % word === 0) ? word : undefined;
}

/** Ranges of a file, one after the other. */
export async function* littleEndianBytes(
  file: ArchivedFile,
  ranges: readonly ByteRange[],
  word: 1 | 2 | 4 | 8,
): AsyncIterable<Uint8Array> {
  for (const { from, to } of ranges) {
    for await (const piece of file.bytes(from, to)) yield word === 1 ? piece : turned(piece, word);
  }
}

function turned(piece: Uint8Array, word: 2 | 4 | 8): Buffer {
  const bytes = Buffer.from(piece);
  if (word === 2) return bytes.swap16();
  return word === 4 ? bytes.swap32() : bytes.swap64();
}
