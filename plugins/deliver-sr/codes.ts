// The codes of a measurement report (PS3.16 TID 1500 and Annex D, SNOMED CT, UCUM).
import { createHash } from "node:crypto";
import { ucumOf } from "@thalamus/sdk";
import type { Dataset } from "@thalamus/sdk/dicom";

/** A coded entry as PS3.3 8.8 writes it. */
export type Code = Readonly<Record<"CodeValue" | "CodingSchemeDesignator" | "CodeMeaning", string>> & Dataset;

const code = (scheme: string) => (value: string, meaning: string) =>
  ({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning }) satisfies Dataset;
const dcm = code("DCM");
const sct = code("SCT");
const ucum = code("UCUM");

export const CODES = {
  imagingMeasurementReport: dcm("126000", "Imaging Measurement Report"),
  language: dcm("121049", "Language of Content Item and Descendants"),
  english: code("RFC5646")("en", "English"),
  observerType: dcm("121005", "Observer Type"),
  device: dcm("121007", "Device"),
  deviceObserverUid: dcm("121012", "Device Observer UID"),
  deviceObserverName: dcm("121013", "Device Observer Name"),
  deviceObserverManufacturer: dcm("121014", "Device Observer Manufacturer"),
  procedureReported: dcm("121058", "Procedure reported"),
  mriOfHead: sct("241601008", "MRI of head"),
  imageLibrary: dcm("111028", "Image Library"),
  imageLibraryGroup: dcm("126200", "Image Library Group"),
  imagingMeasurements: dcm("126010", "Imaging Measurements"),
  measurementGroup: dcm("125007", "Measurement Group"),
  trackingIdentifier: dcm("112039", "Tracking Identifier"),
  trackingUniqueIdentifier: dcm("112040", "Tracking Unique Identifier"),
  findingSite: sct("363698007", "Finding Site"),
  brain: sct("12738006", "Brain"),
  measurementMethod: sct("370129005", "Measurement Method"),
  singleTensor: dcm("113231", "Single Tensor"),
  derivation: dcm("121401", "Derivation"),
  volume: sct("118565006", "Volume"),
  millilitre: ucum("ml", "ml"),
  valueUnknown: dcm("114010", "Value unknown"),
} as const;

/** A quantity of a report: its name, its unit, and how the product's numbers become ones of that unit. */
export interface Quantity {
  readonly name: Code;
  readonly unit: Code;
  /** The unit of the product's numbers, as its report names it. */
  readonly productUnit: string;
  readonly factor: number;
}

const fraction = (name: Code): Quantity => ({
  name,
  unit: ucum("{0:1}", "range 0:1"),
  productUnit: "1",
  factor: 1,
});
const diffusivity = (name: Code): Quantity => ({
  name,
  unit: ucum("mm2/s", "mm2/s"),
  productUnit: "10^-3 mm2/s",
  factor: 1e-3,
});

/** By the product's own names; others are left out. Free water has no standard code. */
export const QUANTITIES: ReadonlyMap<string, Quantity> = new Map([
  ["FA", fraction(dcm("110808", "Fractional Anisotropy"))],
  ["MD", diffusivity(dcm("113202", "Mean Diffusivity"))],
  ["AD", diffusivity(dcm("113204", "Axial Diffusivity"))],
  ["RD", diffusivity(dcm("113203", "Radial Diffusivity"))],
  ["FW", fraction(code("99DTIMETRICS")("FWF", "Free water fraction"))],
]);

/** The unit each metric of a report must have. */
export const PRODUCT_UNITS: ReadonlyMap<string, string> = new Map(
  [...QUANTITIES].map(([metric, { productUnit }]) => [metric, productUnit]),
);

/** How a value was made of the voxels of a region, by the product's names. */
export const DERIVATIONS: ReadonlyMap<string, Code> = new Map([
  ["mean", sct("373098007", "Mean")],
  ["sd", sct("386136009", "Standard Deviation")],
  ["median", sct("373099004", "Median")],
]);

/** The scheme of names that only a product knows. */
const OWN_SCHEME = "99THALAMUS";
/** Characters of CodeValue (0008,0100), VR SH, and of CodeMeaning (0008,0104), VR LO. */
const MAX_VALUE = 16;
const MAX_MEANING = 64;

/** A code for a product's own name; a name that is no code value, or too long for one, is hashed. */
export function ownCode(name: string): Code {
  const isValue = name.length <= MAX_VALUE && /^[\w.-]+$/.test(name);
  const value = isValue ? name : `N${createHash("sha256").update(name).digest("hex").slice(0, 15)}`;
  return code(OWN_SCHEME)(value, meaningOf(name));
}

/** A unit as a product writes it: as a code of UCUM, or as an annotation of one (UCUM section 2.1). */
export function unitCode(unit: string): Code {
  const known = ucumOf(unit);
  if (known) return ucum(known.code, known.meaning);
  const isAnnotation = unit.length <= MAX_VALUE - 2 && /^[!-z|~]+$/.test(unit);
  return ucum(isAnnotation ? `{${unit}}` : "1", meaningOf(unit));
}

const meaningOf = (text: string): string => text.replaceAll("\\", "/").slice(0, MAX_MEANING);
