// Where the makers of scanners put the diffusion weighting, as data.
import { Tag } from "@thalamus/sdk/dicom";

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
  /** Six values xx, xy, xz, yy, yz, zz; asked when no direction is there. */
  readonly matrix?: PrivateAttribute;
  /** How many directions the series has, the first that is there; believed only where no image carries a direction. */
  readonly directionCount?: readonly PrivateAttribute[];
}

const SIEMENS = ["SIEMENS MR HEADER"];
const UIH = ["Image Private Header"];

const siemens = (low: number, vr: string): PrivateAttribute => ({
  group: 0x0019,
  creators: SIEMENS,
  low,
  vr,
});
const geAcquisition = (low: number): PrivateAttribute => ({
  group: 0x0019,
  creators: ["GEMS_ACQU_01"],
  low,
  vr: "DS",
});
const philips = (block: string, low: number, vr: string): PrivateAttribute => ({
  group: 0x2005,
  creators: [`Philips MR Imaging DD ${block}`, `PHILIPS MR IMAGING DD ${block}`],
  low,
  vr,
});
const uih = (low: number, vr = "FD"): PrivateAttribute => ({ group: 0x0065, creators: UIH, low, vr });

/** Asked in this order; the first one that has a b value is taken. */
export const DIFFUSION_SOURCES: readonly DiffusionSource[] = [
  { name: "standard", b: Tag.DiffusionBValue, direction: [Tag.DiffusionGradientOrientation] },
  {
    name: "Siemens",
    b: siemens(0x0c, "IS"),
    direction: [siemens(0x0e, "FD")],
    matrix: siemens(0x27, "FD"),
  },
  {
    name: "GE",
    b: { group: 0x0043, creators: ["GEMS_PARM_01"], low: 0x39, vr: "IS" },
    direction: [geAcquisition(0xbb), geAcquisition(0xbc), geAcquisition(0xbd)],
    directionCount: [geAcquisition(0xe0)],
  },
  {
    // usually (2001,1003), (2005,10b0) to (2005,10b2), and in blocks 14 and 15 (2005,1415) and (2005,1599)
    name: "Philips",
    b: { group: 0x2001, creators: ["Philips Imaging DD 001", "PHILIPS IMAGING DD 001"], low: 0x03, vr: "FL" },
    direction: [philips("001", 0xb0, "FL"), philips("001", 0xb1, "FL"), philips("001", 0xb2, "FL")],
    directionCount: [philips("005", 0x15, "SL"), philips("006", 0x99, "SL")],
  },
  { name: "United Imaging", b: uih(0x09), direction: [uih(0x37)] },
];

/** How many slices the one image of a mosaic holds: Siemens (0019,xx0A), United Imaging (0065,xx50). */
export const SLICES_IN_MOSAIC: readonly PrivateAttribute[] = [siemens(0x0a, "US"), uih(0x50, "DS")];

/** GE adds multiples of this to the b value. */
export const GE_B_OFFSET = 1_000_000_000;
