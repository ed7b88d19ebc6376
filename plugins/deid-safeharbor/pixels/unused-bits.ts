// Empties the bits of a sample that carry no value, where devices hid overlays (PS3.5 8.1.1).
import type { PixelLayout } from "./pixel-layout.ts";

/**
 * Bits below the lowest stored one become 0, bits above the highest one 0 or, of signed samples, the sign.
 * @param samples whole ones, little endian; begins at a multiple of their size in memory
 */
export function emptyUnusedBits(samples: Buffer, layout: PixelLayout): void {
  const { bitsAllocated, bitsStored, highBit, signed } = layout;
  if (bitsStored === bitsAllocated) return;
  const words = wordsOf(samples, bitsAllocated);
  const [up, down, back] = [31 - highBit, 32 - bitsStored, highBit + 1 - bitsStored];
  if (signed) {
    for (let at = 0; at < words.length; at += 1) words[at] = ((words[at]! << up) >> down) << back;
    return;
  }
  const mask = ((0xffffffff << up) >>> down) << back;
  for (let at = 0; at < words.length; at += 1) words[at]! &= mask;
}

/** The machine is little endian, as every one that Node.js runs on today but IBM Z. */
function wordsOf({ buffer, byteOffset, length }: Buffer, bits: number) {
  if (bits === 8) return new Uint8Array(buffer, byteOffset, length);
  if (bits === 16) return new Uint16Array(buffer, byteOffset, Math.floor(length / 2));
  return new Uint32Array(buffer, byteOffset, Math.floor(length / 4));
}
