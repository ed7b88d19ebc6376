// Copies one image with its technical attributes only, under names that say nothing.
import { createHash, createHmac, type KeyObject } from "node:crypto";
import { open, writeFile } from "node:fs/promises";
import { type DeidentifiedFile, Permanent, type StoredInstance } from "@thalamus/sdk";
import {
  ATTRIBUTES,
  type Dataset,
  type DatasetView,
  derivedUid,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeFile,
  type FileHeader,
  type FileSource,
  findPixelData,
  type Keyword,
  readHeader,
  Tag,
} from "@thalamus/sdk/dicom";

/** What is not here is left out. */
const KEPT: readonly Keyword[] = [
  ...([
    "SOPClassUID",
    "ImageType",
    "Modality",
    "Manufacturer",
    "ScanningSequence",
    "SequenceVariant",
  ] as const),
  ...(["SliceThickness", "RepetitionTime", "EchoTime", "MagneticFieldStrength", "FlipAngle"] as const),
  ...(["DiffusionBValue", "DiffusionGradientOrientation", "SeriesNumber", "InstanceNumber"] as const),
  ...([
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "SamplesPerPixel",
    "PhotometricInterpretation",
  ] as const),
  ...([
    "Rows",
    "Columns",
    "PixelSpacing",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
  ] as const),
];
const NUMERIC = new Set<string>(["US", "FD"]);

/** Who and what the copies of a study are. */
export interface CopyNames {
  readonly patientPseudonym: string;
  readonly studyInstanceUid: string;
  readonly uidOf: (source: string) => string;
}

/** The same for the same study and patient on every run; nobody without the key finds out what they stand for. */
export function namesOf(key: KeyObject, patient: string, studyInstanceUid: string): CopyNames {
  const digest = (value: string) => createHmac("sha256", key).update(value).digest("hex");
  const uidOf = (source: string) => derivedUid("transform-template", digest(`uid ${source}`));
  const patientPseudonym = `P${digest(`patient ${patient}`).slice(0, 16)}`;
  return { patientPseudonym, studyInstanceUid: uidOf(studyInstanceUid), uidOf };
}

/** @throws Permanent */
export async function readImage<T>(
  path: string,
  work: (header: FileHeader, file: FileSource) => T | Promise<T>,
): Promise<T> {
  await using handle = await open(path, "r");
  const { size } = await handle.stat();
  const read = async (into: Uint8Array, at: number) =>
    (await handle.read(into, 0, into.length, at)).bytesRead;
  const header = await readHeader({ size, read }).catch(unreadable);
  return await work(header, { size, read });
}

function unreadable(): never {
  throw new Permanent("transform-template.unreadable", "A file of the study cannot be read.");
}

export async function copyImage(
  instance: StoredInstance,
  names: CopyNames,
  target: string,
): Promise<DeidentifiedFile> {
  const { sopClassUid, modality } = instance;
  const bytes = await readImage(instance.path, (header, file) => encodeCopy(instance, names, header, file));
  await writeFile(target, bytes);
  return {
    ...{ path: target, sopClassUid, modality, bytes: bytes.length },
    sopInstanceUid: names.uidOf(instance.sopInstanceUid),
    seriesInstanceUid: names.uidOf(instance.seriesInstanceUid),
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

async function encodeCopy(
  instance: StoredInstance,
  names: CopyNames,
  header: FileHeader,
  file: FileSource,
): Promise<Buffer> {
  const place = await findPixelData(file, header);
  if (place?.encapsulated !== false) return unreadable();
  const pixels = Buffer.alloc(place.value.to - place.value.from);
  await file.read(pixels, place.value.from);
  return encodeFile({
    ...keptOf(header.dataset),
    SOPClassUID: instance.sopClassUid,
    SOPInstanceUID: names.uidOf(instance.sopInstanceUid),
    SeriesInstanceUID: names.uidOf(instance.seriesInstanceUid),
    StudyInstanceUID: names.studyInstanceUid,
    PatientID: names.patientPseudonym,
    PatientName: names.patientPseudonym,
    PixelData: pixels,
  });
}

/** Whether an element of the data set stays as it is. */
export const isKept = (tag: number): boolean => KEPT.some((keyword) => Tag[keyword] === tag);

function keptOf(dataset: DatasetView): Dataset {
  const there = KEPT.filter((keyword) => dataset.has(Tag[keyword]));
  return Object.fromEntries(
    there.map((keyword) => {
      const [tag, vr] = ATTRIBUTES[keyword];
      return [keyword, NUMERIC.has(vr) ? dataset.numbers(tag) : (dataset.ascii(tag) ?? "").split("\\")];
    }),
  );
}
