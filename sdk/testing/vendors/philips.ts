// Philips, classic: standard and private attributes, scaled values, and the mean image of each shell in the series.
import type { Scanner } from "./scanner.ts";

/** Stored values times this are what the console shows. */
const RESCALE_SLOPE = 1.6;
/** Shown values by this are what was measured, (2005,100E). */
const SCALE_SLOPE = 0.025;

export const PHILIPS: Scanner = {
  meanVolumes: true,
  equipment: {
    ImageType: ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"],
    Manufacturer: "Philips Medical Systems",
    ManufacturerModelName: "Phantom 3T",
    SoftwareVersions: ["5.7.1", "5.7.1.2"],
    SequenceName: null,
    InPlanePhaseEncodingDirection: "COL",
    RescaleIntercept: 0,
    RescaleSlope: RESCALE_SLOPE,
    RescaleType: "normalized",
  },
  diffusion: ({ weighting: { b, direction }, slice }, { slices }) => {
    const [x, y, z] = direction ?? [0, 0, 0];
    const kind = direction ? "O" : b > 0 ? "I" : "N";
    return {
      DiffusionBValue: b,
      DiffusionGradientOrientation: [x, y, z],
      privateBlocks: [
        {
          group: 0x2001,
          creator: "Philips Imaging DD 001",
          elements: {
            3: ["FL", b],
            4: ["CS", kind],
            10: ["IS", slice + 1],
            24: ["SL", slices],
          },
        },
        {
          group: 0x2005,
          creator: "Philips MR Imaging DD 001",
          elements: {
            13: ["FL", 0],
            14: ["FL", SCALE_SLOPE],
            176: ["FL", x],
            177: ["FL", y],
            178: ["FL", z],
          },
        },
      ],
    };
  },
};
