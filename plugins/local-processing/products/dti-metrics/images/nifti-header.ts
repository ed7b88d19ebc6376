// Understands the header of a NIfTI-1 image: size, type, scale, and where its voxels lie in the scanner.
import { Unsuitable } from "../contract/refusal.ts";
import type { StoredSignals, VoxelGrid } from "./diffusion-series.ts";

export const HEADER_BYTES = 348;

export interface StoredType {
  bytes: 1 | 2 | 4 | 8;
  view: (buffer: SharedArrayBuffer) => StoredSignals;
}

/** NIfTI-1 datatype codes (nifti1.h). Complex and colour images have no place in a diffusion series. */
const STORED_TYPES: Record<number, StoredType> = {
  2: { bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  4: { bytes: 2, view: (buffer) => new Int16Array(buffer) },
  8: { bytes: 4, view: (buffer) => new Int32Array(buffer) },
  16: { bytes: 4, view: (buffer) => new Float32Array(buffer) },
  64: { bytes: 8, view: (buffer) => new Float64Array(buffer) },
  256: { bytes: 1, view: (buffer) => new Int8Array(buffer) },
  512: { bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  768: { bytes: 4, view: (buffer) => new Uint32Array(buffer) },
};

export interface NiftiHeader {
  littleEndian: boolean;
  grid: VoxelGrid;
  volumes: number;
  type: StoredType;
  /** Where the voxels begin in the file, and how many bytes they have. */
  start: number;
  length: number;
  slope: number;
  intercept: number;
}

export const unreadable = (why: string): Unsuitable =>
  new Unsuitable("NIFTI_UNREADABLE", `NIfTI file: ${why}`);

/**
 * Geometry comes from the sform, else the qform, else the voxel size alone (nifti1.h, METHOD 3, 2, 1).
 *
 * @param bytes the first 348 of the file, or more
 * @throws Unsuitable NIFTI_UNREADABLE
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  if (bytes.length < HEADER_BYTES) throw unreadable("too short");
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const littleEndian = header.getInt32(0, true) === HEADER_BYTES;
  if (!littleEndian && header.getInt32(0, false) !== HEADER_BYTES) throw unreadable("not NIfTI-1");
  const short = (at: number) => header.getInt16(at, littleEndian);
  const float = (at: number) => header.getFloat32(at, littleEndian);

  const dimensions = short(40);
  const extent = [1, 2, 3, 4, 5, 6, 7].map((d) => (d <= dimensions ? Math.max(1, short(40 + 2 * d)) : 1));
  if (extent.slice(4).some((n) => n !== 1)) throw unreadable("more than four dimensions");
  const [nx, ny, nz, volumes] = extent as [number, number, number, number];
  const type = STORED_TYPES[short(70)];
  if (type === undefined) throw unreadable(`datatype ${short(70)} is not supported`);
  const start = float(108) || HEADER_BYTES + 4;
  if (!(start >= HEADER_BYTES)) throw unreadable("its voxels begin inside the header");
  const spacing = [float(80), float(84), float(88)].map((s) => Math.abs(s) || 1) as [number, number, number];
  return {
    littleEndian,
    grid: { size: [nx, ny, nz], spacing, affine: readAffine(short, float, spacing) },
    volumes,
    type,
    start,
    length: nx * ny * nz * volumes * type.bytes,
    slope: float(112) || 1,
    intercept: float(112) ? float(116) : 0,
  };
}

function readAffine(
  short: (at: number) => number,
  float: (at: number) => number,
  spacing: readonly [number, number, number],
): number[][] {
  const [sx, sy, sz] = spacing;
  if (short(254) > 0) {
    return [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => float(280 + 16 * row + 4 * column)));
  }
  if (short(252) <= 0) {
    return [
      [sx, 0, 0, 0],
      [0, sy, 0, 0],
      [0, 0, sz, 0],
    ];
  }
  const b = float(256);
  const c = float(260);
  const d = float(264);
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const handedness = float(76) < 0 ? -1 : 1;
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
  ] as const;
  return rotation.map((r, row) => [r[0] * sx, r[1] * sy, r[2] * sz * handedness, float(268 + 4 * row)]);
}
