// Which elements of an image are shown to everybody who may see studies: how it was made, never whose it is.
import { Tag } from "@thalamus/sdk/dicom";

/** How an image was acquired, how it lies in space, how its pixels are written (PS3.3 C.8.3.1, C.7.6.2, C.7.6.3). */
const TECHNICAL_GROUPS: ReadonlySet<number> = new Set([0x0018, 0x0020, 0x0028]);
/** Numbers and codes; nobody types them. */
const NUMBERS: ReadonlySet<string> = new Set(["AT", "DS", "FD", "FL", "IS", "SL", "SS", "UL", "US"]);
const CODE = "CS";
/** RETIRED_ModifyingDeviceID (0020,3401): PS3.15 table E.1-1 removes it. */
const CLOSED: ReadonlySet<number> = new Set([0x00203401]);

/** Beyond those groups: what kind of object it is, and of which maker. */
const OPEN: ReadonlySet<number> = new Set([
  ...[Tag.FileMetaInformationVersion, Tag.MediaStorageSOPClassUID, Tag.TransferSyntaxUID],
  ...[Tag.ImplementationClassUID, Tag.ImplementationVersionName],
  ...[Tag.SpecificCharacterSet, Tag.ImageType, Tag.SOPClassUID, Tag.Modality, Tag.ConversionType],
  ...[Tag.Manufacturer, Tag.ManufacturerModelName, Tag.PixelPresentation, Tag.VolumetricProperties],
  ...[Tag.VolumeBasedCalculationTechnique, Tag.ComplexImageComponent, Tag.AcquisitionContrast],
  ...[Tag.ImagedNucleus, Tag.RescaleType],
]);

const SHORTEST_WORD = 3;

/** @param tags from the data set down to the element: an item of a private sequence is not open either */
export function isOpenElement(tags: readonly number[], vr: string): boolean {
  const tag = tags.at(-1)!;
  // sequences show no value of their own, and private elements may hold anything
  if (vr === "SQ" || tags.some((one) => (one >>> 16) % 2 === 1)) return false;
  if (OPEN.has(tag)) return true;
  if (!TECHNICAL_GROUPS.has(tag >>> 16) || CLOSED.has(tag)) return false;
  return NUMBERS.has(vr) || vr === CODE;
}

/** Words of a patient that must not stand in what is open, should a sender have written them there. */
export function patientWords(values: readonly string[]): string[] {
  const words = values.flatMap((value) => value.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  return [...new Set(words.filter((word) => word.length >= SHORTEST_WORD))];
}

/** Numbers are no words: a patient whose ID is 256 does not cover the size of images. */
export function namesPatient(value: string, vr: string, words: readonly string[]): boolean {
  if (NUMBERS.has(vr)) return false;
  const text = value.toLowerCase();
  return words.some((word) => text.includes(word));
}
