// Buffers that are used again and again: one for each file would keep the garbage collector busy, and memory high.

/** Size of each of them. */
export const SPARE_BYTES = 262_144;
const MOST_SPARE = 32;

const spare: Buffer[] = [];

/** @returns a buffer with anything in it; whoever takes it gives it back, or leaves it to the garbage collector */
export function takeSpareBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(SPARE_BYTES);
}

/** Nobody may refer to it any more. */
export function giveSpareBuffer(buffer: Buffer): void {
  if (spare.length < MOST_SPARE) spare.push(buffer);
}
