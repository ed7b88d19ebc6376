// Reads NIfTI-1 images and writes maps on the same grid, without any free text.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { Unsuitable } from "../contract/refusal.ts";
import type { DiffusionSeries, VoxelGrid } from "./diffusion-series.ts";
import { HEADER_BYTES, type NiftiHeader, parseNiftiHeader, unreadable } from "./nifti-header.ts";

/** Larger images do not fit into the memory the product asks for (product.json, resources). */
export const LARGEST_IMAGE_BYTES = 1.2e9;

const GZIP_MAGIC = 0x1f8b;
const PIECE_BYTES = 1024 * 1024;
/** What may follow the voxels in a compressed file, of which a few bytes can become very many. */
const MOST_AFTER = 1e6;

const tooLarge = (limit: number) =>
  new Unsuitable("SERIES_TOO_LARGE", `the image is larger than ${(limit / 1e9).toFixed(1)} GB`);

/**
 * Reads a NIfTI-1 file (.nii or .nii.gz, either byte order), piece by piece, into memory that threads can share.
 *
 * @param limit largest image in bytes
 * @throws Unsuitable NIFTI_UNREADABLE or SERIES_TOO_LARGE
 */
export async function readNifti(path: string, limit = LARGEST_IMAGE_BYTES): Promise<DiffusionSeries> {
  const compressed = await isCompressed(path);
  const image = new ArrivingImage(limit, compressed ? MOST_AFTER : Number.POSITIVE_INFINITY);
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const take = async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) image.take(piece);
  };
  try {
    if (compressed) await pipeline(file, createGunzip({ chunkSize: PIECE_BYTES }), take);
    else await pipeline(file, take);
  } catch (error) {
    const isDamaged = String((error as NodeJS.ErrnoException).code).startsWith("Z_");
    throw isDamaged ? unreadable("its compression is damaged") : error;
  }
  return image.series();
}

async function isCompressed(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.readUInt16BE() === GZIP_MAGIC;
}

/** A file while it is read: the header first, then room for the voxels, which fills up. */
class ArrivingImage {
  readonly #limit: number;
  readonly #mostAfter: number;
  #head = Buffer.alloc(0);
  #header: NiftiHeader | undefined;
  #voxels = new SharedArrayBuffer(0);
  #body: Buffer<SharedArrayBuffer> = Buffer.from(this.#voxels);
  #position = 0;

  /** @param mostAfter bytes that may follow the voxels */
  constructor(limit: number, mostAfter: number) {
    this.#limit = limit;
    this.#mostAfter = mostAfter;
  }

  take(piece: Buffer): void {
    if (!this.#header) {
      this.#head = Buffer.concat([this.#head, piece]);
      if (this.#head.length < HEADER_BYTES) return;
      this.#open(parseNiftiHeader(this.#head));
      this.#fill(this.#head);
      this.#head = Buffer.alloc(0);
    } else this.#fill(piece);
  }

  #open(header: NiftiHeader): void {
    if (header.length > this.#limit) throw tooLarge(this.#limit);
    this.#header = header;
    this.#voxels = new SharedArrayBuffer(header.length);
    this.#body = Buffer.from(this.#voxels);
  }

  #fill(piece: Buffer): void {
    const { start, length } = this.#header!;
    const from = Math.max(0, start - this.#position);
    const to = Math.max(0, this.#position - start);
    if (from < piece.length && to < length) piece.copy(this.#body, to, from);
    this.#position += piece.length;
    if (this.#position > start + length + this.#mostAfter)
      throw unreadable("more follows its voxels than belongs there");
  }

  series(): DiffusionSeries {
    if (!this.#header) throw unreadable("too short");
    const { grid, volumes, type, littleEndian, start, length, slope, intercept } = this.#header;
    if (this.#position < start + length) throw unreadable("truncated");
    if (!littleEndian && type.bytes === 2) this.#body.swap16();
    if (!littleEndian && type.bytes === 4) this.#body.swap32();
    if (!littleEndian && type.bytes === 8) this.#body.swap64();
    const stored = type.view(this.#voxels);
    return { grid, volumes, voxelsPerVolume: stored.length / volumes, stored, slope, intercept };
  }
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
