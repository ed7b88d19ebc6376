// What an image says of how it was acquired: field, times, resolution, and where its slices lie.
import { type DatasetView, Tag } from "@thalamus/sdk/dicom";
import { privateNumbers } from "./private-numbers.ts";
import { readCsa } from "./siemens-csa.ts";
import { SLICES_IN_MOSAIC } from "./vendor-attributes.ts";

export interface ImageAcquisition {
  /** T */
  readonly fieldStrength: number | undefined;
  /** ms */
  readonly repetitionTime: number | undefined;
  /** ms */
  readonly echoTime: number | undefined;
  /** Degrees. */
  readonly flipAngle: number | undefined;
  /** mm */
  readonly sliceThickness: number | undefined;
  /** mm, from centre to centre. */
  readonly spacing: number | undefined;
  /** Where each slice of it lies along the normal of its plane, in mm; one for each frame. */
  readonly positions: readonly number[];
  /** More than 1 when one image shows all slices of a volume side by side. */
  readonly slicesInMosaic: number;
}

export function acquisitionOf(dataset: DatasetView, orientation: readonly number[]): ImageAcquisition {
  const [shared] = dataset.items(Tag.SharedFunctionalGroupsSequence);
  const frames = dataset.items(Tag.PerFrameFunctionalGroupsSequence);
  const groups = [shared, frames[0]].filter((group) => group !== undefined);
  // of a classic image, or of the functional groups of an enhanced one (PS3.3 C.8.13.5)
  const first = (tag: number, sequence: number, inGroup = tag): number | undefined =>
    dataset.numbers(tag)[0] ??
    groups.flatMap((group) => group.items(sequence)).flatMap((macro) => macro.numbers(inGroup))[0];
  return {
    fieldStrength: dataset.numbers(Tag.MagneticFieldStrength)[0],
    repetitionTime: first(Tag.RepetitionTime, Tag.MRTimingAndRelatedParametersSequence),
    echoTime: first(Tag.EchoTime, Tag.MREchoSequence, Tag.EffectiveEchoTime),
    flipAngle: first(Tag.FlipAngle, Tag.MRTimingAndRelatedParametersSequence),
    sliceThickness: first(Tag.SliceThickness, Tag.PixelMeasuresSequence),
    spacing: first(Tag.SpacingBetweenSlices, Tag.PixelMeasuresSequence),
    positions: positionsOf(dataset, frames, orientation),
    slicesInMosaic: slicesInMosaic(dataset),
  };
}

function positionsOf(
  dataset: DatasetView,
  frames: readonly DatasetView[],
  orientation: readonly number[],
): number[] {
  const places =
    frames.length > 0
      ? frames.map(
          (frame) => frame.items(Tag.PlanePositionSequence)[0]?.numbers(Tag.ImagePositionPatient) ?? [],
        )
      : [dataset.numbers(Tag.ImagePositionPatient)];
  return places.flatMap((place) => alongNormal(place, orientation) ?? []);
}

/** Distance from the origin along the normal of the plane (PS3.3 C.7.6.2.1.1). */
function alongNormal(place: readonly number[], orientation: readonly number[]): number | undefined {
  if (place.length !== 3 || orientation.length !== 6) return undefined;
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number];
  const [x, y, z] = place as [number, number, number];
  return x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
}

function slicesInMosaic(dataset: DatasetView): number {
  const imageType = dataset.ascii(Tag.ImageType) ?? "";
  // the number of slices of the series stands in images of one slice, too
  if (!/\b(MOSAIC|VFRAME)\b/.test(imageType)) return 1;
  const stated = SLICES_IN_MOSAIC.flatMap((attribute) => privateNumbers(attribute, dataset))[0];
  return Math.max(1, stated ?? readCsa(dataset).slicesInMosaic ?? 1);
}
