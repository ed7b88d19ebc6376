// United Imaging: private attributes alone, the effective b value and the direction in the axes of the image.
import { alongImage } from "../phantom-geometry.ts";
import type { Scanner } from "./scanner.ts";

/** The scanner corrects what was asked for by its imaging gradients. */
const EFFECTIVE = 0.93;

export const UIH: Scanner = {
  effectiveB: (b) => EFFECTIVE * b,
  equipment: {
    ImageType: ["ORIGINAL", "PRIMARY", "DTI", "NONE"],
    Manufacturer: "UIH",
    ManufacturerModelName: "Phantom 3T",
    SoftwareVersions: "uMR 3.1",
    InPlanePhaseEncodingDirection: "COL",
  },
  diffusion: ({ weighting: { b, direction } }, geometry) => {
    const inImage = direction ? alongImage(direction, geometry) : [0, 0, 0];
    return {
      privateBlocks: [
        {
          group: 0x0065,
          creator: "Image Private Header",
          elements: {
            4: ["SH", "96*96"],
            9: ["FD", b],
            10: ["FD", Math.round(b / EFFECTIVE)],
            55: ["FD", inImage],
          },
        },
      ],
    };
  },
};
