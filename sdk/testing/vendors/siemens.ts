// Siemens before XA: one file for each slice, with the attributes of the standard and private ones.
import type { PrivateBlock } from "../../dicom/index.ts";
import type { Weighting } from "../gradient-scheme.ts";
import { scaled, type Vector3 } from "../vector3.ts";
import type { Scanner } from "./scanner.ts";

export const SIEMENS: Scanner = {
  equipment: {
    ImageType: ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"],
    Manufacturer: "SIEMENS",
    ManufacturerModelName: "Phantom 3T",
    SoftwareVersions: "syngo MR E11",
  },
  diffusion: ({ weighting }) => ({
    DiffusionBValue: weighting.b,
    DiffusionGradientOrientation: weighting.direction,
    privateBlocks: [siemensDiffusion(weighting)],
  }),
};

/** Without a mosaic: b value, directionality, direction and b matrix, all in the patient's axes. */
export function siemensDiffusion({ b, direction }: Weighting): PrivateBlock {
  const creator = "SIEMENS MR HEADER";
  if (!direction) return { group: 0x0019, creator, elements: { 12: ["IS", 0], 13: ["CS", "NONE"] } };
  return {
    group: 0x0019,
    creator,
    elements: {
      12: ["IS", b],
      13: ["CS", "DIRECTIONAL"],
      14: ["FD", direction],
      39: ["FD", bMatrix(b, direction)],
    },
  };
}

/** xx, xy, xz, yy, yz, zz */
export function bMatrix(b: number, direction: Vector3): number[] {
  const [x, y, z] = direction;
  const weighted = scaled(direction, b);
  return [
    x * weighted[0],
    x * weighted[1],
    x * weighted[2],
    y * weighted[1],
    y * weighted[2],
    z * weighted[2],
  ];
}
