// A picture of a result as a Secondary Capture object in a series of its own (PS3.3 A.8.1).
import { readFile } from "node:fs/promises";
import { Permanent, type ResultArtifact, type ResultView, type StudyIdentity } from "@thalamus/sdk";
import {
  derivedUid,
  type FileDataset,
  patientAndStudyModules,
  type ReferencedInstance,
  reportInstance,
} from "@thalamus/sdk/dicom";
import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";

/** Secondary Capture Image Storage: what every archive takes. */
export const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
const PURPOSE = "deliver-sr image";
/** Pixels; A4 at 600 dots per inch has 35 million. */
const MAX_PIXELS = 50_000_000;
const SIGNATURE = "89504e470d0a1a0a";

export interface KeyImage {
  readonly dataset: FileDataset;
  readonly reference: ReferencedInstance;
}

export interface KeyImageSeries {
  readonly seriesNumber: number;
  readonly seriesDescription: string;
}

/**
 * The artifacts of these names that the result has, in their order.
 * @throws Permanent `deliver-sr.unreadable-image` when one is no PNG or too large
 */
export async function keyImagesOf(
  identity: StudyIdentity,
  result: ResultView,
  names: readonly string[],
  series: KeyImageSeries,
): Promise<KeyImage[]> {
  const artifacts = names.flatMap((name) => result.artifacts.find((one) => one.name === name) ?? []);
  const images: KeyImage[] = [];
  for (const [index, artifact] of artifacts.entries()) {
    const pixels = await readPicture(artifact);
    images.push(keyImage(identity, result, artifact, pixels, { ...series, instanceNumber: index + 1 }));
  }
  return images;
}

function keyImage(
  identity: StudyIdentity,
  result: ResultView,
  { name }: ResultArtifact,
  { width, height, rgb }: Picture,
  { instanceNumber, ...series }: KeyImageSeries & { readonly instanceNumber: number },
): KeyImage {
  const instance = reportInstance(SECONDARY_CAPTURE, result, { purpose: PURPOSE, modality: "OT", ...series });
  const dataset = {
    ...patientAndStudyModules(identity),
    ...instance,
    SOPInstanceUID: derivedUid(`${PURPOSE} instance`, `${result.id} ${name}`),
    InstanceNumber: instanceNumber,
    // PS3.3 C.8.6.1: made by software from other data.
    ConversionType: "SYN",
    ImageType: ["DERIVED", "SECONDARY"],
    DerivationDescription: `Picture "${name}" of ${result.product.id} ${result.product.version}`,
    PatientOrientation: null,
    Laterality: null,
    SamplesPerPixel: 3,
    PhotometricInterpretation: "RGB",
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    // a page of a report may name the patient
    BurnedInAnnotation: "YES",
    LossyImageCompression: "00",
    PixelData: rgb,
  } satisfies FileDataset;
  const { SOPInstanceUID: sopInstanceUid, SeriesInstanceUID: seriesInstanceUid } = dataset;
  return { dataset, reference: { sopClassUid: SECONDARY_CAPTURE, sopInstanceUid, seriesInstanceUid } };
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array;
}

async function readPicture({ name, path }: ResultArtifact): Promise<Picture> {
  const bytes = await readFile(path);
  const problem = new Permanent(
    "deliver-sr.unreadable-image",
    `The picture "${name}" is no PNG that can be used.`,
  );
  if (bytes.length < 33 || bytes.toString("hex", 0, 8) !== SIGNATURE) throw problem;
  // looked at before anything is unpacked
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) throw problem;
  if (Math.max(bytes.readUInt32BE(16), bytes.readUInt32BE(20)) > 0xffff) throw problem;
  try {
    return asRgb(decode(bytes, { checkCrc: true }));
  } catch {
    throw problem;
  }
}

/** Grey becomes colour, transparent becomes white paper, 16 bits become 8. */
function asRgb(png: DecodedPng): Picture {
  const { width, height } = png;
  const samples = png.palette ? convertIndexedToRgb(png) : png.data;
  const channels = samples.length / (width * height);
  const byte = png.depth === 16 ? (value: number) => value >> 8 : (value: number) => value;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = pixel * channels;
    const alpha = channels % 2 === 0 ? byte(samples[at + channels - 1] ?? 255) : 255;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = byte(samples[at + (channels > 2 ? channel : 0)] ?? 0);
      rgb[pixel * 3 + channel] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, rgb };
}
