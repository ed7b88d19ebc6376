// Finds what a viewer does not show but the pixel data holds: overlays in unused bits, bytes that no frame claims.
import { hiddenOverlays } from "./hidden-overlays.ts";
import { whyUnmaskable } from "./mask-plan.ts";
import { framesOf, pixelLayoutOf, unclaimedBytes } from "./pixel-layout.ts";
import type { Finding } from "./pixel-lines.ts";
import type { PixelHeader } from "./pixel-tags.ts";

export interface HiddenContent {
  readonly findings: readonly Finding[];
  /** An overlay is there that emptying unused bits takes away. */
  readonly emptiesUnusedBits: boolean;
}

/** @param pixelBytes length of uncompressed pixel data; undefined when it is in fragments or not known */
export function hiddenContent(header: PixelHeader, pixelBytes: number | undefined): HiddenContent {
  const positions = hiddenOverlays(header);
  const problem =
    positions.length > 0 ? (whyUnmaskable(header) ?? whyNotUnused(header, positions)) : undefined;
  const findings: Finding[] = [...unclaimed(header, pixelBytes)];
  if (problem !== undefined) {
    findings.push({ id: "deid.mask-impossible", found: `an overlay lies inside of the pixels: ${problem}` });
  }
  return { findings, emptiesUnusedBits: positions.length > 0 && problem === undefined };
}

function whyNotUnused({ dataset }: PixelHeader, positions: readonly number[]): string | undefined {
  const layout = pixelLayoutOf(dataset);
  if ("reason" in layout) return layout.reason;
  const { bitsStored, bitsAllocated, highBit } = layout;
  const lowBit = highBit + 1 - bitsStored;
  const unused = (bit: number) => bit < bitsAllocated && (bit > highBit || bit < lowBit);
  return positions.every(unused) ? undefined : "its bit is one of those that carry the picture";
}

function* unclaimed({ dataset, transferSyntax }: PixelHeader, pixelBytes: number | undefined) {
  if (pixelBytes === undefined || transferSyntax.encapsulated) return;
  const id = "deid.unclaimed-bytes" as const;
  if (framesOf(dataset) === undefined) yield { id, found: "NumberOfFrames (0028,0008) is no number" };
  const layout = pixelLayoutOf(dataset);
  const bytes = "reason" in layout ? 0 : unclaimedBytes(layout, pixelBytes);
  if (bytes > 0) yield { id, found: `${bytes} bytes follow the last frame` };
}
