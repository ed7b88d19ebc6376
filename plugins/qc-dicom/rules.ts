// What the five checks go by, as data: numbers, lists and vendors' private attributes.
import { Tag } from "@thalamus/sdk/dicom";

/** SOP classes of an MR series (PS3.4 B.5). */
export const MR_IMAGE_CLASSES: ReadonlySet<string> = new Set([
  // MR Image Storage
  "1.2.840.10008.5.1.4.1.1.4",
  // Enhanced MR Image Storage
  "1.2.840.10008.5.1.4.1.1.4.1",
  // Legacy Converted Enhanced MR Image Storage
  "1.2.840.10008.5.1.4.1.1.4.4",
]);

/** Images of one series may differ by this much and still be one geometry. */
export const GEOMETRY_TOLERANCE = {
  /** mm */
  pixelSpacing: 0.01,
  /** Of each direction cosine. */
  orientation: 0.001,
} as const;

export const DIFFUSION = {
  /** s/mm2; scanners write small values for the volume without weighting. */
  b0Max: 50,
  /** s/mm2; a direction counts from here on. */
  weightedMin: 100,
  /** Degrees; closer directions, also opposite ones, are the same. */
  sameDirection: 2,
} as const;

/** Transfer syntaxes the processing takes (input specification). */
export const ACCEPTED_TRANSFER_SYNTAXES: ReadonlySet<string> = new Set([
  "1.2.840.10008.1.2",
  "1.2.840.10008.1.2.1",
  "1.2.840.10008.1.2.2",
  "1.2.840.10008.1.2.1.99",
  "1.2.840.10008.1.2.4.70",
  "1.2.840.10008.1.2.4.80",
  "1.2.840.10008.1.2.4.90",
  // May be lossy or not: only LossyImageCompression (0028,2110) tells.
  "1.2.840.10008.1.2.4.91",
  "1.2.840.10008.1.2.5",
]);

/** PatientSex (0010,0040), upper case. */
export const SEXES: ReadonlySet<string> = new Set(["M", "MALE", "F", "FEMALE"]);

/** Years of the oldest people of record and a little more. */
export const MAX_AGE_YEARS = 130;

/** A private attribute: group, creators that may reserve its block, low byte and value representation. */
export interface PrivateAttribute {
  readonly group: number;
  readonly creators: readonly string[];
  readonly low: number;
  readonly vr: string;
}

/** Where a vendor puts the diffusion weighting of an image. */
export interface DiffusionSource {
  readonly name: string;
  readonly b: PrivateAttribute | number;
  /** One attribute with three values, or three with one each. */
  readonly direction: readonly (PrivateAttribute | number)[];
  /** How many directions the series has; believed only where no image carries a direction. */
  readonly directionCount?: PrivateAttribute;
}

const siemens = (low: number, vr: string): PrivateAttribute => ({
  group: 0x0019,
  creators: ["SIEMENS MR HEADER"],
  low,
  vr,
});
const geAcquisition = (low: number): PrivateAttribute => ({
  group: 0x0019,
  creators: ["GEMS_ACQU_01"],
  low,
  vr: "DS",
});
const philips = (low: number, vr: string): PrivateAttribute => ({
  group: 0x2005,
  creators: ["Philips MR Imaging DD 001", "PHILIPS MR IMAGING DD 001"],
  low,
  vr,
});
const uih = (low: number): PrivateAttribute => ({
  group: 0x0065,
  creators: ["Image Private Header"],
  low,
  vr: "FD",
});

/** Asked in this order; the first one that has a b value is taken. */
export const DIFFUSION_SOURCES: readonly DiffusionSource[] = [
  { name: "standard", b: Tag.DiffusionBValue, direction: [Tag.DiffusionGradientOrientation] },
  { name: "Siemens", b: siemens(0x0c, "IS"), direction: [siemens(0x0e, "FD")] },
  {
    name: "GE",
    b: { group: 0x0043, creators: ["GEMS_PARM_01"], low: 0x39, vr: "IS" },
    direction: [geAcquisition(0xbb), geAcquisition(0xbc), geAcquisition(0xbd)],
    directionCount: geAcquisition(0xe0),
  },
  {
    name: "Philips",
    b: { group: 0x2001, creators: ["Philips Imaging DD 001", "PHILIPS IMAGING DD 001"], low: 0x03, vr: "FL" },
    direction: [philips(0xb0, "FL"), philips(0xb1, "FL"), philips(0xb2, "FL")],
    directionCount: philips(0x15, "SL"),
  },
  { name: "United Imaging", b: uih(0x09), direction: [uih(0x37)] },
];

/** GE adds multiples of this to the b value. */
export const GE_B_OFFSET = 1_000_000_000;
