// Reads NIfTI-1 images and writes maps on the same grid, without any free text.
import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { Unsuitable } from "../contract/refusal.ts";
import type { DiffusionSeries, StoredSignals, VoxelGrid } from "./diffusion-series.ts";

/** Larger images do not fit into the memory the product asks for (product.json, resources). */
export const LARGEST_IMAGE_BYTES = 1.2e9;

const HEADER_BYTES = 348;
const GZIP_MAGIC = 0x1f8b;

interface StoredType {
  bytes: number;
  view: (buffer: ArrayBuffer) => StoredSignals;
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

/** Bytes of a .nii or .nii.gz file, unpacked; refuses what would not fit into memory. */
function readBytes(path: string, limit: number): Buffer {
  const bytes = readFileSync(path);
  if (bytes.length < 2 || bytes.readUInt16BE(0) !== GZIP_MAGIC) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: limit + 1e6 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit);
    throw new Unsuitable("NIFTI_UNREADABLE", "the compressed NIfTI file is damaged");
  }
}

const tooLarge = (limit: number) =>
  new Unsuitable("SERIES_TOO_LARGE", `the image is larger than ${(limit / 1e9).toFixed(1)} GB`);

/**
 * Reads a NIfTI-1 file (.nii or .nii.gz, either byte order).
 *
 * Geometry comes from the sform, else the qform, else the voxel size alone (nifti1.h, METHOD 3, 2, 1).
 *
 * @param limit largest image in bytes
 * @throws Unsuitable NIFTI_UNREADABLE or SERIES_TOO_LARGE
 */
export function readNifti(path: string, limit = LARGEST_IMAGE_BYTES): DiffusionSeries {
  const bytes = readBytes(path, limit);
  const unreadable = (why: string) => new Unsuitable("NIFTI_UNREADABLE", `NIfTI file: ${why}`);
  if (bytes.length < HEADER_BYTES + 4) throw unreadable("too short");
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const little = header.getInt32(0, true) === HEADER_BYTES;
  if (!little && header.getInt32(0, false) !== HEADER_BYTES) throw unreadable("not NIfTI-1");
  const short = (at: number) => header.getInt16(at, little);
  const float = (at: number) => header.getFloat32(at, little);

  const dimensions = short(40);
  const extent = [1, 2, 3, 4, 5, 6, 7].map((d) => (d <= dimensions ? Math.max(1, short(40 + 2 * d)) : 1));
  if (extent.slice(4).some((n) => n !== 1)) throw unreadable("more than four dimensions");
  const [nx, ny, nz, volumes] = extent as [number, number, number, number];
  const type = STORED_TYPES[short(70)];
  if (type === undefined) throw unreadable(`datatype ${short(70)} is not supported`);
  const length = nx * ny * nz * volumes * type.bytes;
  if (length > limit) throw tooLarge(limit);
  const start = float(108) || HEADER_BYTES + 4;
  if (bytes.length < start + length) throw unreadable("truncated");

  // A copy, because typed arrays need an aligned start and the header is 352 bytes long.
  const buffer = new ArrayBuffer(length);
  const body = Buffer.from(buffer);
  bytes.copy(body, 0, start, start + length);
  if (!little && type.bytes === 2) body.swap16();
  if (!little && type.bytes === 4) body.swap32();
  if (!little && type.bytes === 8) body.swap64();
  const spacing = [float(80), float(84), float(88)].map((s) => Math.abs(s) || 1) as [number, number, number];
  return {
    grid: { size: [nx, ny, nz], spacing, affine: readAffine(short, float, spacing) },
    volumes,
    voxelsPerVolume: nx * ny * nz,
    stored: type.view(buffer),
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

/**
 * A map as a compressed NIfTI-1 file.
 *
 * The header is written from nothing but the grid, so descrip, aux_file and db_name are blank: converters
 * leave times and names in them.
 *
 * @param map one value a voxel, or several volumes one after the other
 */
export function encodeNifti(grid: VoxelGrid, map: Float32Array | Uint8Array): Buffer {
  const [nx, ny, nz] = grid.size;
  const volumes = map.length / (nx * ny * nz);
  if (!Number.isInteger(volumes)) throw new Error(`map of ${map.length} values on ${nx}x${ny}x${nz}`);
  const header = Buffer.alloc(HEADER_BYTES + 4);
  const isFloat = map instanceof Float32Array;
  header.writeInt32LE(HEADER_BYTES, 0);
  for (const [d, value] of [volumes > 1 ? 4 : 3, nx, ny, nz, volumes, 1, 1, 1].entries())
    header.writeInt16LE(value, 40 + 2 * d);
  header.writeInt16LE(isFloat ? 16 : 2, 70);
  header.writeInt16LE(isFloat ? 32 : 8, 72);
  for (const [d, value] of [1, ...grid.spacing, 1, 1, 1, 1].entries()) header.writeFloatLE(value, 76 + 4 * d);
  header.writeFloatLE(HEADER_BYTES + 4, 108);
  header.writeFloatLE(1, 112);
  header.writeUInt8(2, 123); // xyzt_units: millimetres
  header.writeInt16LE(1, 254); // sform_code: scanner
  for (const [r, row] of grid.affine.entries()) {
    for (const [c, value] of row.entries()) header.writeFloatLE(value, 280 + 16 * r + 4 * c);
  }
  header.write("n+1\0", 344, "latin1");
  return gzipSync(Buffer.concat([header, Buffer.from(map.buffer, map.byteOffset, map.byteLength)]), {
    level: 1,
  });
}
