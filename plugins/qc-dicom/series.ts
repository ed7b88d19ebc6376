// Groups the images of a study by series and names a series in a way that tells nothing about the patient.
import type { ImageFacts } from "./image-facts.ts";
import { MR_IMAGE_CLASSES } from "./rules.ts";

export interface Series {
  /** `series 3`, by SeriesNumber (0020,0011), or `the 2nd series` of those without one. */
  readonly label: string;
  readonly images: readonly ImageFacts[];
  /** Every object is an MR image. */
  readonly isMr: boolean;
  /** Images, or frames where an object has several. */
  readonly frames: number;
}

/** @returns series with images only, in the order of their numbers */
export function seriesOf(facts: readonly ImageFacts[]): Series[] {
  const byUid = Map.groupBy(
    facts.filter((image) => image.isImage),
    (image) => image.seriesInstanceUid,
  );
  const groups = [...byUid.values()];
  groups.sort((a, b) => (a[0]?.seriesNumber ?? 1e9) - (b[0]?.seriesNumber ?? 1e9));
  return groups.map((images, index) => ({
    label: label(images[0]?.seriesNumber, index),
    images,
    isMr: images.every((image) => MR_IMAGE_CLASSES.has(image.sopClassUid)),
    frames: images.reduce((total, image) => total + image.frames, 0),
  }));
}

const label = (number: number | undefined, index: number): string =>
  number === undefined ? `series without a number (${index + 1})` : `series ${number}`;

/** `series 3, series 5 and 2 more`: short enough for a line. */
export function listSeries(series: readonly Series[]): string {
  const shown = series.slice(0, 5).map(({ label }) => label);
  const more = series.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
