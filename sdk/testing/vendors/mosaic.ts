// Siemens before XA with mosaics: the slices of a volume as tiles of one picture, described by the private header.
import type { FileDataset } from "../../dicom/index.ts";
import type { Weighting } from "../gradient-scheme.ts";
import type { PhantomGeometry } from "../phantom-geometry.ts";
import { scaled, sum, type Vector3 } from "../vector3.ts";
import { type CsaField, csaHeader } from "./csa-header.ts";
import type { Scanner } from "./scanner.ts";
import { bMatrix, SIEMENS, siemensDiffusion } from "./siemens.ts";

const BYTES = 2;
/** In ms, of the first slice to the last one. */
const SLICE_MS = 100;

export const SIEMENS_MOSAIC: Scanner = {
  equipment: {
    ...SIEMENS.equipment,
    ImageType: ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "ND", "MOSAIC"],
  },
  diffusion: ({ weighting }, geometry) => {
    const { elements } = siemensDiffusion(weighting);
    return {
      privateBlocks: [
        {
          group: 0x0019,
          creator: "SIEMENS MR HEADER",
          elements: { ...elements, 10: ["US", geometry.slices] },
        },
        {
          group: 0x0029,
          creator: "SIEMENS CSA HEADER",
          elements: { 8: ["CS", "IMAGE NUM 4"], 16: ["OB", csaHeader(fields(weighting, geometry))] },
        },
      ],
    };
  },
  pack: (slices, volume, geometry) => [mosaic(slices, volume, geometry)],
};

function fields({ b, direction }: Weighting, { slices, sliceAxis }: PhantomGeometry): CsaField[] {
  return [
    ["NumberOfImagesInMosaic", "US", [String(slices)]],
    ["SliceNormalVector", "FD", sliceAxis],
    ["B_value", "IS", [String(b)]],
    ["DiffusionDirectionality", "CS", [direction ? "DIRECTIONAL" : "NONE"]],
    ["DiffusionGradientDirection", "FD", direction ?? []],
    ["B_matrix", "FD", direction ? bMatrix(b, direction) : []],
    ["PhaseEncodingDirectionPositive", "IS", ["1"]],
    ["MosaicRefAcqTimes", "FD", Array.from({ length: slices }, (_, slice) => slice * SLICE_MS)],
  ];
}

function mosaic(slices: readonly FileDataset[], volume: number, geometry: PhantomGeometry): FileDataset {
  const { matrix, pixelSpacing, rowAxis, columnAxis } = geometry;
  const tiles = Math.ceil(Math.sqrt(slices.length));
  const first = slices[0]!;
  // the corner is that of the whole picture, as if it were one slice around the same centre
  const beside = (-(tiles - 1) * matrix * pixelSpacing) / 2;
  const corner = sum(
    first.ImagePositionPatient as unknown as Vector3,
    scaled(rowAxis, beside),
    scaled(columnAxis, beside),
  );
  return {
    ...first,
    InstanceNumber: volume + 1,
    Rows: tiles * matrix,
    Columns: tiles * matrix,
    ImagePositionPatient: corner,
    PixelData: tiled(slices, matrix, tiles),
  };
}

function tiled(slices: readonly FileDataset[], matrix: number, tiles: number): Buffer {
  const pixels = Buffer.alloc(BYTES * (tiles * matrix) ** 2);
  for (const [index, { PixelData }] of slices.entries()) {
    const left = (index % tiles) * matrix;
    const top = Math.floor(index / tiles) * matrix;
    for (let row = 0; row < matrix; row += 1) {
      const line = PixelData!.subarray(BYTES * row * matrix, BYTES * (row + 1) * matrix);
      pixels.set(line, BYTES * ((top + row) * tiles * matrix + left));
    }
  }
  return pixels;
}
