// What a viewer must know of an image before it shows it, from its header.
import { type FileSource, readHeader, Tag } from "@thalamus/sdk/dicom";
import { shownFrameCount } from "@thalamus/sdk/dicom/picture";

export interface ImageFacts {
  /** InstanceNumber (0020,0013) */
  readonly number: number | null;
  /** SeriesNumber (0020,0011) */
  readonly series: number | null;
  /** How many frames it shows: of a Siemens mosaic its slices. */
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
}

/** @throws MalformedDataset or TruncatedDataset */
export async function imageFacts(file: FileSource): Promise<ImageFacts> {
  const { dataset } = await readHeader(file);
  return {
    number: dataset.numbers(Tag.InstanceNumber, "IS")[0] ?? null,
    series: dataset.numbers(Tag.SeriesNumber, "IS")[0] ?? null,
    frames: shownFrameCount(dataset),
    rows: dataset.numbers(Tag.Rows, "US")[0] ?? 0,
    columns: dataset.numbers(Tag.Columns, "US")[0] ?? 0,
  };
}
