// What is done to the pixels of one object: regions that become black, and bits that are emptied.
import { type DatasetView, TRANSFER_SYNTAXES, type TransferSyntax } from "@thalamus/sdk/dicom";
import { canEncode } from "@thalamus/sdk/dicom/codecs";
import { fitsInMemory, type PixelLayout, pixelLayoutOf, type Unmaskable } from "./pixel-layout.ts";
import type { PixelRule, Region } from "./pixel-rule-settings.ts";
import { isInside } from "./pixel-rules.ts";
import { type PixelHeader, PixelTag } from "./pixel-tags.ts";

export interface PixelMask {
  /** Becomes black in every frame; all lie inside of the picture. */
  readonly regions: readonly Region[];
  /** Bits of a sample that carry no value are emptied, since an overlay lies there. */
  readonly emptiesUnusedBits: boolean;
}

/** @returns why the rule cannot be followed with this picture, in words */
export function regionsOfRule(rule: PixelRule, dataset: DatasetView): readonly Region[] | Unmaskable {
  const layout = pixelLayoutOf(dataset);
  if ("reason" in layout) return layout;
  const outside = rule.action === "mask-outside-regions";
  const regions = rule.regions ?? (outside ? ultrasoundRegions(dataset) : []);
  if (regions.length === 0) {
    return { reason: "it has no SequenceOfUltrasoundRegions (0018,6011), and the rule has no regions" };
  }
  if (!regions.every((region) => isInside(region, layout.rows, layout.columns))) {
    return { reason: `a region reaches outside of its ${layout.columns} x ${layout.rows} pixels` };
  }
  return outside ? complementOf(regions, layout) : regions;
}

/** @returns why these pixels cannot be changed, in words; undefined when they can */
export function whyUnmaskable({ dataset, transferSyntax }: PixelHeader): string | undefined {
  const layout = pixelLayoutOf(dataset);
  if ("reason" in layout) return layout.reason;
  if (transferSyntax.deflated) return "the whole data set is deflated";
  if (!transferSyntax.encapsulated) return whyUnmaskableNative(layout, transferSyntax);
  if (!canEncode(transferSyntax.uid, layout)) {
    return `its compression (${knownName(transferSyntax)}) cannot be written anew without loss`;
  }
  return fitsInMemory(layout) ? undefined : "its frames are too large to be decompressed";
}

function whyUnmaskableNative(layout: PixelLayout, { littleEndian }: TransferSyntax): string | undefined {
  if (layout.photometric === "YBR_RCT" || layout.photometric === "YBR_ICT") {
    return "its colours are those of compressed pixels, but they are not compressed";
  }
  return layout.bitsAllocated === 32 && !littleEndian ? "its samples are 32 bits, big endian" : undefined;
}

/** The UID comes from the file, so it is shown only when the table knows it. */
const knownName = ({ uid }: TransferSyntax): string =>
  TRANSFER_SYNTAXES.find((syntax) => syntax.uid === uid)?.name ?? "unknown";

/** Region Location Min X0, Min Y0, Max X1, Max Y1 are all inside of the region (PS3.3 C.8.5.5.1.1). */
function ultrasoundRegions(dataset: DatasetView): Region[] {
  return dataset.items(PixelTag.SequenceOfUltrasoundRegions).map((region) => {
    const edge = (tag: number) => region.numbers(tag, "UL")[0] ?? -1;
    const [x, y] = [edge(PixelTag.RegionLocationMinX0), edge(PixelTag.RegionLocationMinY0)];
    const width = edge(PixelTag.RegionLocationMaxX1) + 1 - x;
    const height = edge(PixelTag.RegionLocationMaxY1) + 1 - y;
    // An edge that is absent gives a region that lies outside.
    return x < 0 || y < 0 ? { x: 0, y: 0, width: 0, height: 0 } : { x, y, width, height };
  });
}

/** The rest of the picture, as rectangles: bands of rows in which the kept columns are the same. */
export function complementOf(kept: readonly Region[], picture: { rows: number; columns: number }): Region[] {
  const edges = new Set([0, picture.rows, ...kept.flatMap(({ y, height }) => [y, y + height])]);
  const bands = [...edges].sort((a, b) => a - b);
  return bands.slice(1).flatMap((to, index) => {
    const y = bands[index]!;
    const inBand = kept.filter((region) => region.y <= y && region.y + region.height >= to);
    return gaps(inBand, picture.columns).map(([x, end]) => ({ x, y, width: end - x, height: to - y }));
  });
}

function gaps(regions: readonly Region[], columns: number): [from: number, to: number][] {
  const found: [number, number][] = [];
  let at = 0;
  for (const { x, width } of [...regions].sort((a, b) => a.x - b.x)) {
    if (x > at) found.push([at, x]);
    at = Math.max(at, x + width);
  }
  if (at < columns) found.push([at, columns]);
  return found;
}
