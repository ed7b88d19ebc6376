// How many frames a person goes through in an image: its frames, or the slices that a Siemens mosaic holds as tiles.
import type { DatasetView } from "../dataset-view.ts";
import { csaNumbers } from "../siemens-csa.ts";
import { Tag } from "../tags.ts";

/** The slices of a volume as tiles of one picture, row by row. */
export interface Mosaic {
  readonly slices: number;
  /** Tiles beside each other, and below each other. */
  readonly side: number;
}

const SIEMENS_MR_HEADER = { group: 0x0019, creator: "SIEMENS MR HEADER", slices: 0x0a } as const;
const SLICES = "NumberOfImagesInMosaic";

/** NumberOfFrames (0028,0008), 1 where there is none. */
export const storedFrameCount = (dataset: DatasetView): number =>
  Math.max(1, Number.parseInt(dataset.ascii(Tag.NumberOfFrames) ?? "1", 10) || 1);

export const shownFrameCount = (dataset: DatasetView): number =>
  mosaicOf(dataset)?.slices ?? storedFrameCount(dataset);

/** @returns undefined for all but mosaics whose number of slices is told and fits the size of the picture */
export function mosaicOf(dataset: DatasetView): Mosaic | undefined {
  const imageType = dataset.ascii(Tag.ImageType) ?? "";
  if (!/\bMOSAIC\b/.test(imageType) || storedFrameCount(dataset) > 1) return undefined;
  const slices = slicesToldIn(dataset);
  if (slices === undefined || !Number.isInteger(slices) || slices < 2) return undefined;
  const side = Math.ceil(Math.sqrt(slices));
  const [rows = 0] = dataset.numbers(Tag.Rows, "US");
  const [columns = 0] = dataset.numbers(Tag.Columns, "US");
  return rows % side === 0 && columns % side === 0 ? { slices, side } : undefined;
}

function slicesToldIn(dataset: DatasetView): number | undefined {
  const { group, creator, slices } = SIEMENS_MR_HEADER;
  const tag = dataset.privateTag(group, creator, slices);
  const plain = tag === undefined ? undefined : dataset.numbers(tag, "US")[0];
  return plain ?? csaNumbers(dataset, new Set([SLICES])).get(SLICES)?.[0];
}
