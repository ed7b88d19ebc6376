// GE: the direction in the axes of the image, by frequency and phase encoding, and signed pixels.
import { alongImage } from "../phantom-geometry.ts";
import type { Vector3 } from "../vector3.ts";
import type { Scanner } from "./scanner.ts";

/** Along which axis of the image the phase is encoded: InPlanePhaseEncodingDirection (0018,1312). */
export type PhaseAxis = "COL" | "ROW";

export function geScanner(phase: PhaseAxis): Scanner {
  return {
    equipment: {
      ImageType: ["ORIGINAL", "PRIMARY", "OTHER"],
      Manufacturer: "GE MEDICAL SYSTEMS",
      ManufacturerModelName: "Phantom 3T",
      SoftwareVersions: ["28", "LX", "MR29.1"],
      SequenceName: undefined,
      ScanningSequence: ["EP", "SE"],
      SequenceVariant: "NONE",
      ScanOptions: ["EPI_GEMS", "PFF", "FS"],
      InPlanePhaseEncodingDirection: phase,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 1,
    },
    diffusion: ({ weighting: { b, direction } }, geometry) => {
      const inImage: Vector3 = direction ? alongImage(direction, geometry) : [0, 0, 0];
      const [x, y, z] = byEncoding(inImage, phase);
      return {
        DiffusionBValue: b,
        privateBlocks: [
          {
            group: 0x0019,
            creator: "GEMS_ACQU_01",
            elements: {
              156: ["LO", "epi2"],
              158: ["LO", "EPI2"],
              187: ["DS", x],
              188: ["DS", y],
              189: ["DS", z],
            },
          },
          { group: 0x0021, creator: "GEMS_RELA_01", elements: { 90: ["SL", direction ? 16 : 14] } },
          // the second value marks the coding of the first one in newer software
          { group: 0x0043, creator: "GEMS_PARM_01", elements: { 57: ["IS", [b, 8, 0, 0]] } },
        ],
      };
    },
  };
}

/** The slice axis runs the other way round; with phase along rows the first two change places. */
const byEncoding = ([row, column, slice]: Vector3, phase: PhaseAxis): Vector3 =>
  phase === "COL" ? [row, column, -slice] : [-column, row, -slice];
