// Canon: the attributes of the standard alone, with the direction in the patient's axes.
import type { Scanner } from "./scanner.ts";

export const CANON: Scanner = {
  equipment: {
    ImageType: ["ORIGINAL", "PRIMARY", "GDC"],
    Manufacturer: "CANON_MEC",
    ManufacturerModelName: "Phantom 3T",
    SoftwareVersions: "V6.1SP3002*",
    SequenceName: "SEEPI2D+0.7",
    InPlanePhaseEncodingDirection: "COL",
    BitsStored: 16,
    HighBit: 15,
  },
  diffusion: ({ weighting: { b, direction } }) => ({
    DiffusionBValue: b,
    // never left out, on which dcm2niix relies
    DiffusionGradientOrientation: direction ?? [0, 0, 0],
    privateBlocks: [{ group: 0x700d, creator: "CANON_MEC_MR3", elements: { 12: ["CS", "Y"] } }],
  }),
};
