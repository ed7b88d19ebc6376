// Puts together what the images of a series say of the acquisition, and how its slices make volumes.
import type { AcquisitionFacts } from "@thalamus/sdk/quality";
import type { ImageFacts } from "./image-facts.ts";

/** How the images of a series make volumes. */
export interface VolumeLayout {
  /** In a volume; undefined when no image says where it lies. */
  readonly slices: number | undefined;
  /** Images or frames that make one volume. */
  readonly imagesPerVolume: number;
  /** Every slice position has the same number of images. */
  readonly complete: boolean;
  /** mm between the centres of neighbouring slices. */
  readonly spacing: number | undefined;
}

/** mm; closer positions are the same slice. */
const SAME_POSITION = 0.01;

export function layoutOf(images: readonly ImageFacts[]): VolumeLayout {
  const mosaic = Math.max(1, ...images.map(({ acquisition }) => acquisition.slicesInMosaic));
  const stated = images.find(({ acquisition }) => acquisition.spacing !== undefined)?.acquisition.spacing;
  if (mosaic > 1) return { slices: mosaic, imagesPerVolume: 1, complete: true, spacing: stated };
  const counts = countsByPosition(images.flatMap(({ acquisition }) => acquisition.positions));
  if (counts.length === 0) {
    return { slices: undefined, imagesPerVolume: 1, complete: true, spacing: stated };
  }
  const [first] = counts;
  return {
    slices: counts.length,
    imagesPerVolume: counts.length,
    complete: counts.every(({ images: n }) => n === first!.images),
    spacing: measuredSpacing(counts.map(({ position }) => position)) ?? stated,
  };
}

function countsByPosition(positions: readonly number[]): { position: number; images: number }[] {
  const counts: { position: number; images: number }[] = [];
  for (const position of positions.toSorted((one, other) => one - other)) {
    const last = counts.at(-1);
    if (last && position - last.position <= SAME_POSITION) last.images += 1;
    else counts.push({ position, images: 1 });
  }
  return counts;
}

/** The middle one of all distances: a lost slice makes one of them larger. */
function measuredSpacing(ascending: readonly number[]): number | undefined {
  const steps = ascending.slice(1).map((position, index) => position - ascending[index]!);
  return steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)];
}

export function seriesAcquisition(images: readonly ImageFacts[], layout: VolumeLayout): AcquisitionFacts {
  const all = (read: (image: ImageFacts) => number | undefined): number[] => [
    ...new Set(images.flatMap((image) => read(image) ?? [])),
  ];
  const thickness = all(({ acquisition }) => acquisition.sliceThickness);
  const { spacing, slices } = layout;
  return {
    fieldStrength: all(({ acquisition }) => tesla(acquisition.fieldStrength)),
    repetitionTime: all(({ acquisition }) => acquisition.repetitionTime),
    echoTime: all(({ acquisition }) => acquisition.echoTime),
    flipAngle: all(({ acquisition }) => acquisition.flipAngle),
    inPlane: [...new Set(images.flatMap(({ geometry }) => geometry.pixelSpacing))],
    sliceThickness: thickness,
    sliceGap: spacing === undefined ? [] : thickness.map((one) => spacing - one),
    slices: slices === undefined ? [] : [slices],
  };
}

/** Some scanners write gauss: 30000 for 3 T. */
const tesla = (stated: number | undefined): number | undefined =>
  stated !== undefined && stated > 100 ? stated / 10_000 : stated;
