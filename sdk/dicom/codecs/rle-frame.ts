// Decompresses a frame of RLE Lossless (PS3.5 Annex G), and takes nothing that is shorter or longer than the frame.
import type { FrameShape } from "./frame-shape.ts";

const HEADER_BYTES = 64;
const NO_RUN = 128;

/**
 * Samples little endian, colours interleaved.
 * @returns undefined when the stream is no frame of this shape
 */
export function decodeRleFrame(compressed: Uint8Array, shape: FrameShape): Buffer | undefined {
  const { rows, columns, samples, bitsAllocated, frameBytes } = shape;
  const bytes = bitsAllocated / 8;
  const segments = samples * bytes;
  if (compressed.length < HEADER_BYTES) return undefined;
  const header = new DataView(compressed.buffer, compressed.byteOffset, HEADER_BYTES);
  if (header.getUint32(0, true) !== segments) return undefined;
  // every byte is written, or undefined is returned
  const frame = Buffer.allocUnsafeSlow(frameBytes);
  for (let segment = 0; segment < segments; segment += 1) {
    const from = header.getUint32(4 + 4 * segment, true);
    const next = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : compressed.length;
    if (from < HEADER_BYTES || next > compressed.length || next < from) return undefined;
    // the most significant byte of a sample comes first
    const sample = Math.floor(segment / bytes);
    const place = sample * bytes + (bytes - 1 - (segment % bytes));
    if (!unpack(compressed.subarray(from, next), frame, place, segments, rows * columns)) return undefined;
  }
  return frame;
}

/**
 * Packed runs (G.3.1) into every `step`th byte of the frame.
 * @returns false when there are not exactly `count` of them
 */
function unpack(source: Uint8Array, frame: Buffer, start: number, step: number, count: number): boolean {
  let at = 0;
  let done = 0;
  let to = start;
  while (done < count) {
    const control = source[at];
    at += 1;
    if (control === undefined) return false;
    if (control === NO_RUN) continue;
    const isCopy = control < NO_RUN;
    const length = isCopy ? control + 1 : 257 - control;
    if (done + length > count || at + (isCopy ? length : 1) > source.length) return false;
    for (let n = 0; n < length; n += 1, to += step) frame[to] = source[isCopy ? at + n : at]!;
    at += isCopy ? length : 1;
    done += length;
  }
  // one byte makes the length even, whatever it is; some writers fill up with zeros
  return source.length - at <= 1 || source.subarray(at).every((byte) => byte === 0);
}
