// What the checks need to know of one file; everything else of the header is let go.

import { type StoredInstance, Transient } from "@thalamus/sdk";
import {
  type FileHeader,
  findPixelData,
  MalformedDataset,
  openSource,
  readHeader,
  Tag,
  TruncatedDataset,
} from "@thalamus/sdk/dicom";
import { acquisitionOf, type ImageAcquisition } from "./acquisition-facts.ts";
import { type DiffusionFacts, diffusionOf } from "./diffusion-facts.ts";

/** Facts of an image. Descriptions, age, dates and sex identify people: they are compared, never shown. */
export interface ImageFacts {
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number | undefined;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly isImage: boolean;
  readonly frames: number;
  readonly geometry: Geometry;
  readonly diffusion: DiffusionFacts;
  readonly acquisition: ImageAcquisition;
  /** LossyImageCompression (0028,2110) is 01. */
  readonly lossyBefore: boolean;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  readonly patientAge: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly studyDate: string;
}

export interface Geometry {
  readonly rows: number;
  readonly columns: number;
  /** mm; empty when absent. */
  readonly pixelSpacing: readonly number[];
  /** Six direction cosines; empty when absent. */
  readonly orientation: readonly number[];
}

/**
 * @returns undefined when the header cannot be read, or when the file ends before its pixels do
 * @throws Transient when the file itself cannot, which says nothing about the study
 */
export async function readImageFacts(instance: StoredInstance): Promise<ImageFacts | undefined> {
  try {
    return factsOf(instance, await wholeHeader(instance.path));
  } catch (error) {
    if (error instanceof MalformedDataset || error instanceof TruncatedDataset) return undefined;
    throw new Transient("qc-dicom.file-unreadable", "A file of the study could not be opened or read.");
  }
}

/** @throws TruncatedDataset when the pixels are shorter than their length says */
async function wholeHeader(path: string): Promise<FileHeader> {
  const file = openSource(path);
  try {
    const header = await readHeader(file);
    await findPixelData(file, header);
    return header;
  } finally {
    file.close();
  }
}

function factsOf(instance: StoredInstance, { dataset, hasPixelData }: FileHeader): ImageFacts {
  const [frames = 1] = dataset.numbers(Tag.NumberOfFrames);
  const text = (tag: number) => dataset.text(tag)?.trim() ?? "";
  const geometry = geometryOf(dataset);
  return {
    seriesInstanceUid: instance.seriesInstanceUid,
    seriesNumber: dataset.numbers(Tag.SeriesNumber)[0],
    sopClassUid: instance.sopClassUid,
    transferSyntaxUid: instance.transferSyntaxUid,
    isImage: hasPixelData && dataset.has(Tag.Rows),
    frames: Math.max(1, frames),
    geometry,
    diffusion: diffusionOf(dataset),
    acquisition: acquisitionOf(dataset, geometry.orientation),
    lossyBefore: dataset.ascii(Tag.LossyImageCompression) === "01",
    studyDescription: text(Tag.StudyDescription),
    seriesDescription: text(Tag.SeriesDescription),
    patientAge: text(Tag.PatientAge),
    patientBirthDate: text(Tag.PatientBirthDate),
    patientSex: text(Tag.PatientSex),
    studyDate: text(Tag.StudyDate),
  };
}

/** Multi-frame objects keep spacing and orientation in functional groups, shared or of the first frame. */
function geometryOf(dataset: FileHeader["dataset"]): Geometry {
  const shared = dataset.items(Tag.SharedFunctionalGroupsSequence)[0];
  const first = dataset.items(Tag.PerFrameFunctionalGroupsSequence)[0];
  const find = (sequence: number, tag: number): number[] => {
    const groups = [shared, first].flatMap((group) => group?.items(sequence) ?? []);
    const holders = [dataset, ...groups];
    return holders.map((holder) => holder.numbers(tag)).find((values) => values.length > 0) ?? [];
  };
  return {
    rows: dataset.numbers(Tag.Rows)[0] ?? 0,
    columns: dataset.numbers(Tag.Columns)[0] ?? 0,
    pixelSpacing: find(Tag.PixelMeasuresSequence, Tag.PixelSpacing),
    orientation: find(Tag.PlaneOrientationSequence, Tag.ImageOrientationPatient),
  };
}
