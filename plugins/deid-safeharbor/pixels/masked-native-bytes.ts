// Masks uncompressed pixels window by window, whatever their size, bits, signs and byte order are.
import type { FileSource, PixelDataPlace } from "@thalamus/sdk/dicom";
import { Permanent } from "@thalamus/sdk/errors";
import { blacken, blackSpans } from "./black-spans.ts";
import type { PixelMask } from "./mask-plan.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { emptyUnusedBits } from "./unused-bits.ts";

/** A multiple of the size of every sample. */
const WINDOW_BYTES = 256 * 1024;

/** The frames, masked, padded to even length with a zero; each piece takes the place of the one before. */
export async function* maskedNativeBytes(
  file: FileSource,
  place: PixelDataPlace,
  layout: PixelLayout,
  mask: PixelMask,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const spans = blackSpans(layout, mask.regions);
  const swapped = isSwapped(place, layout);
  const total = layout.frameBytes * layout.frames;
  const padded = total + (total % 2);
  // One for all: new ones would add up to 64 MB before they are collected.
  const buffer = Buffer.alloc(Math.min(WINDOW_BYTES, padded));
  for (let at = 0; at < padded; at += WINDOW_BYTES) {
    signal.throwIfAborted();
    const window = buffer.subarray(0, Math.min(WINDOW_BYTES, padded - at));
    await readFrames(file, window, place.value.from + at, place.value.to);
    if (swapped) window.swap16();
    if (mask.emptiesUnusedBits) emptyUnusedBits(window, layout);
    blacken(window, at, spans, layout);
    if (at + window.length > total) window[total - at] = 0;
    if (swapped) window.swap16();
    yield window;
  }
}

/** The padding of an odd length may be missing in the source. */
async function readFrames(file: FileSource, window: Buffer, from: number, end: number): Promise<void> {
  const wanted = window.subarray(0, Math.min(window.length, end - from));
  if ((await file.read(wanted, from)) < wanted.length) {
    throw new Permanent("deid-safeharbor.mask-failed", "The file ends inside of its pixel data");
  }
}

/** Big endian words have their bytes the other way round, also when each holds two samples of 8 bits (PS3.5 D). */
function isSwapped({ encoding, vr }: PixelDataPlace, { bitsAllocated }: PixelLayout): boolean {
  return !encoding.littleEndian && (bitsAllocated === 16 || vr === "OW");
}
