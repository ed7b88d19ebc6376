// Turns regions of a picture into runs of bytes of a frame, each with the bytes that are shown as black.
import type { PixelLayout } from "./pixel-layout.ts";
import type { Region } from "./pixel-rule-settings.ts";

/** A run of bytes of an uncompressed frame. */
export interface BlackSpan {
  /** Bytes from the begin of the frame. */
  readonly from: number;
  readonly to: number;
  /** Repeated from `from` on. */
  readonly pattern: Uint8Array;
}

/** @returns ascending by plane and row; samples are little endian */
export function blackSpans(layout: PixelLayout, regions: readonly Region[]): BlackSpan[] {
  if (layout.sharedColour) return pairedSpans(layout, regions);
  const { planar, black } = layout;
  const sampleBytes = layout.bitsAllocated / 8;
  if (!planar) return planeSpans(layout, regions, 0, sampleBytes * layout.samples, patternOf(layout, black));
  const planeBytes = layout.rows * layout.columns * sampleBytes;
  return black.flatMap((value, plane) =>
    planeSpans(layout, regions, plane * planeBytes, sampleBytes, patternOf(layout, [value])),
  );
}

function planeSpans(
  { columns }: PixelLayout,
  regions: readonly Region[],
  start: number,
  pixelBytes: number,
  pattern: Uint8Array,
): BlackSpan[] {
  return regions.flatMap(({ x, y, width, height }) =>
    Array.from({ length: height }, (_, row) => {
      const from = start + ((y + row) * columns + x) * pixelBytes;
      return { from, to: from + width * pixelBytes, pattern };
    }),
  );
}

/** Two pixels are Y1 Y2 Cb Cr, so a region is widened to whole pairs. */
function pairedSpans(layout: PixelLayout, regions: readonly Region[]): BlackSpan[] {
  const [y = 0, cb = 0, cr = 0] = layout.black;
  const pairs = regions.map((region) => {
    const x = Math.floor(region.x / 2);
    return { ...region, x, width: Math.ceil((region.x + region.width) / 2) - x };
  });
  const paired = { ...layout, columns: layout.columns / 2 };
  return planeSpans(paired, pairs, 0, 4, Uint8Array.of(y, y, cb, cr));
}

/** Values as they are stored: in their place between the lowest and the highest bit, signs extended. */
function patternOf({ bitsAllocated, bitsStored, highBit }: PixelLayout, values: readonly number[]) {
  const bytes = bitsAllocated / 8;
  const scale = 2 ** (highBit + 1 - bitsStored);
  const pattern = Buffer.alloc(bytes * values.length);
  for (const [index, value] of values.entries()) {
    const stored = value * scale;
    if (stored < 0) pattern.writeIntLE(stored, index * bytes, bytes);
    else pattern.writeUIntLE(stored, index * bytes, bytes);
  }
  return pattern;
}

/**
 * Blackens what a window shares with the spans of the frames it holds.
 * @param window bytes of uncompressed frames that follow one another
 * @param at how many bytes of frames precede it
 */
export function blacken(
  window: Buffer,
  at: number,
  spans: readonly BlackSpan[],
  { frameBytes, frames }: PixelLayout,
): void {
  const end = Math.min(at + window.length, frameBytes * frames);
  for (let frame = Math.floor(at / frameBytes); frame * frameBytes < end; frame += 1) {
    const offset = frame * frameBytes - at;
    for (const { from, to, pattern } of spans) {
      const first = Math.max(0, offset + from);
      const last = Math.min(window.length, offset + to);
      if (first < last) window.fill(turned(pattern, first - offset - from), first, last);
    }
  }
}

/** The pattern as it goes on after some bytes: a window may begin amid a pixel. */
function turned(pattern: Uint8Array, bytes: number): Uint8Array {
  const by = bytes % pattern.length;
  return by === 0 ? pattern : Buffer.concat([pattern.subarray(by), pattern.subarray(0, by)]);
}
