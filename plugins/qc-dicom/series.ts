// Groups the images of a study by series and names a series in a way that tells nothing about the patient.
import { type AcquisitionFacts, type GradientSummary, summarizeGradients } from "@thalamus/sdk/quality";
import type { ImageFacts } from "./image-facts.ts";
import { MR_IMAGE_CLASSES } from "./rules.ts";
import { layoutOf, seriesAcquisition, type VolumeLayout } from "./series-acquisition.ts";

export interface Series {
  /** `series 3`, by SeriesNumber (0020,0011), or `the 2nd series` of those without one. */
  readonly label: string;
  readonly images: readonly ImageFacts[];
  /** Every object is an MR image. */
  readonly isMr: boolean;
  /** Images, or frames where an object has several. */
  readonly frames: number;
  readonly layout: VolumeLayout;
  readonly gradients: GradientSummary;
  readonly acquisition: AcquisitionFacts;
}

/** @returns series with images only, in the order of their numbers */
export function seriesOf(facts: readonly ImageFacts[]): Series[] {
  const byUid = Map.groupBy(
    facts.filter((image) => image.isImage),
    (image) => image.seriesInstanceUid,
  );
  const groups = [...byUid.values()];
  groups.sort((a, b) => (a[0]?.seriesNumber ?? 1e9) - (b[0]?.seriesNumber ?? 1e9));
  return groups.map((images, index) => {
    const layout = layoutOf(images);
    return {
      label: label(images[0]?.seriesNumber, index),
      images,
      isMr: images.every((image) => MR_IMAGE_CLASSES.has(image.sopClassUid)),
      frames: images.reduce((total, image) => total + image.frames, 0),
      layout,
      gradients: gradientsOf(images, layout),
      acquisition: seriesAcquisition(images, layout),
    };
  });
}

/** Scanners that write no vectors say how many there are; more than there are volumes with a weighting are not here. */
function gradientsOf(images: readonly ImageFacts[], { imagesPerVolume }: VolumeLayout): GradientSummary {
  const weightings = images.flatMap(({ diffusion }) => diffusion.weightings);
  const measured = summarizeGradients(weightings, imagesPerVolume);
  const stated = Math.max(0, ...images.map(({ diffusion }) => diffusion.statedDirections));
  const [shell, ...others] = measured.shells;
  if (measured.directions > 0 || !shell || others.length > 0 || stated === 0) return measured;
  const directions = Math.min(stated, shell.volumes);
  return { ...measured, directions, shells: [{ ...shell, directions }] };
}

const label = (number: number | undefined, index: number): string =>
  number === undefined ? `series without a number (${index + 1})` : `series ${number}`;

export const labelsOf = (series: readonly Series[]): string[] => series.map(({ label }) => label);

/** `series 3, series 5 and 2 more`: short enough for a line. */
export function listSeries(series: readonly Series[]): string {
  const shown = labelsOf(series.slice(0, 5));
  const more = series.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
