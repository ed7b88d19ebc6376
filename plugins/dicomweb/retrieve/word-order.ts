// Bytes of big endian words as little endian ones, which is the only order the web services know (PS3.18 8.7.3).

import type { ArchivedFile } from "@thalamus/sdk";
import { type ByteRange, type Encoding, turnedWords, type WordBytes, wordBytes } from "@thalamus/sdk/dicom";

/**
 * Whether a range can be turned without what stands beside it.
 * @param vr two letters
 */
export function wordsOf(
  vr: string,
  { littleEndian }: Encoding,
  ranges: readonly ByteRange[],
): WordBytes | undefined {
  const word = littleEndian ? 1 : wordBytes(vr);
  return ranges.every(({ from, to }) => (to - from) % word === 0) ? word : undefined;
}

/** Ranges of a file, one after the other. */
export async function* littleEndianBytes(
  file: ArchivedFile,
  ranges: readonly ByteRange[],
  word: WordBytes,
): AsyncIterable<Uint8Array> {
  for (const { from, to } of ranges) {
    for await (const piece of file.bytes(from, to)) yield word === 1 ? piece : turnedWords(piece, word);
  }
}
