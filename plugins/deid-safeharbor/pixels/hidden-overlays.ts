// Finds overlays that lie in the unused bits of the pixels, as devices wrote them before 2004 (PS3.5 8.1.2, retired).
import { isPresent, OVERLAY, type PixelHeader } from "./pixel-tags.ts";

/**
 * Bit positions of overlays inside of the pixel words, from OverlayBitPosition (60xx,0102). An overlay without
 * OverlayData (60xx,3000) lies there, too, wherever it says.
 */
export function hiddenOverlays(header: PixelHeader): number[] {
  const positions: number[] = [];
  for (let group = OVERLAY.firstGroup; group <= OVERLAY.lastGroup; group += 2) {
    const tag = (element: number) => group * 0x10000 + element;
    const number = (element: number) => header.dataset.numbers(tag(element), "US")[0];
    const position = number(OVERLAY.bitPosition);
    const bits = number(OVERLAY.bitsAllocated) ?? 1;
    const described = number(OVERLAY.rows) !== undefined || position !== undefined;
    const elsewhere = isPresent(header, tag(OVERLAY.plane)) && bits <= 1 && (position ?? 0) === 0;
    if (described && !elsewhere) positions.push(position ?? 0);
  }
  return positions;
}
