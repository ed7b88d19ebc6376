// Finds overlays that lie in the unused bits of the pixels, as devices wrote them before 2004 (PS3.5 8.1.2, retired).
import { isPresent, OVERLAY, type PixelHeader } from "./pixel-tags.ts";

/**
 * Bit positions of overlays inside of the pixel words, from OverlayBitPosition (60xx,0102). An overlay without
 * OverlayData (60xx,3000) lies there, too, wherever it says.
 */
export function hiddenOverlays(header: PixelHeader): number[] {
  const positions: number[] = [];
  for (const group of overlayGroups(header)) {
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

/** Even groups of overlays that any element is in; in ascending order. */
function overlayGroups({ dataset, passedBy }: PixelHeader): Iterable<number> {
  const groups = new Set<number>();
  const see = (tag: number) => {
    const group = tag >>> 16;
    if (group >= OVERLAY.firstGroup && group <= OVERLAY.lastGroup && group % 2 === 0) groups.add(group);
  };
  for (const tag of dataset.tags()) see(tag);
  for (const { tag } of passedBy) see(tag);
  return groups.size < 2 ? groups : [...groups].sort((a, b) => a - b);
}
