// Reads the header of a NIfTI-1 image, packed or not, without unpacking more than the header.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";

const HEADER_BYTES = 348;
const NIFTI2_HEADER_BYTES = 540;
const GZIP = Buffer.from([0x1f, 0x8b]);
/** Bytes of a voxel by datatype code (nifti1.h); colours and complex numbers are no diffusion images. */
const VOXEL_BYTES: Readonly<Record<number, number>> = {
  ...{ 2: 1, 256: 1, 4: 2, 512: 2, 8: 4, 768: 4, 16: 4, 64: 8, 1024: 8, 1280: 8 },
};
/** mm by the code of xyzt_units (nifti1.h); nothing said means mm. */
const UNIT_MM: Readonly<Record<number, number>> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };

export interface NiftiHeader {
  /** Sizes of the dimensions in use, voxels; four of them for a series of volumes. */
  readonly extent: readonly number[];
  /** mm along the first three dimensions. */
  readonly voxel: readonly number[];
  /** 1 for a single volume. */
  readonly volumes: number;
}

/** Why a header is of no use, in words. */
export class BadNifti extends Error {
  override readonly name = "BadNifti";
}

/**
 * @param path absolute
 * @throws BadNifti when it is no NIfTI-1 image (nifti1.h; either byte order), or what the disk says
 */
export async function readNiftiHeader(path: string): Promise<NiftiHeader> {
  const begin = await beginOf(path);
  const packed = begin.subarray(0, 2).equals(GZIP);
  const head = packed ? await unpackedBegin(path) : begin;
  const { bytes, ...header } = parseHeader(head);
  if (!packed && (await stat(path)).size < bytes) throw new BadNifti("is shorter than its header says");
  return header;
}

async function beginOf(path: string): Promise<Buffer> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** Stops at the end of the header: what else is packed in the file is never unpacked. */
async function unpackedBegin(path: string): Promise<Buffer> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of source.pipe(gunzip)) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size >= HEADER_BYTES) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new BadNifti("cannot be unpacked");
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  return Buffer.concat(parts);
}

function parseHeader(head: Buffer): NiftiHeader & { readonly bytes: number } {
  if (head.length < HEADER_BYTES) throw new BadNifti("is shorter than a NIfTI header");
  const little = head.readInt32LE(0) === HEADER_BYTES;
  if (!little && head.readInt32BE(0) !== HEADER_BYTES) {
    const second = [head.readInt32LE(0), head.readInt32BE(0)].includes(NIFTI2_HEADER_BYTES);
    throw new BadNifti(second ? "is NIfTI-2; convert it to NIfTI-1" : "has no NIfTI header");
  }
  const short = (at: number) => (little ? head.readInt16LE(at) : head.readInt16BE(at));
  const float = (at: number) => (little ? head.readFloatLE(at) : head.readFloatBE(at));
  if (head.toString("latin1", 344, 347) !== "n+1")
    throw new BadNifti("is not a single-file NIfTI-1 image (n+1)");
  const dimensions = short(40);
  if (dimensions < 1 || dimensions > 7) throw new BadNifti("says that it has no dimensions");
  const sizes = Array.from({ length: dimensions }, (_, index) => short(42 + 2 * index));
  if (sizes.some((size) => size < 1)) throw new BadNifti("has a dimension of zero or less");
  const voxelBytes = VOXEL_BYTES[short(70)];
  if (voxelBytes === undefined) throw new BadNifti("has a datatype that is no plain number");
  const scale = UNIT_MM[head.readUInt8(123) & 7] ?? 1;
  const voxels = sizes.reduce((product, size) => product * size, 1);
  return {
    extent: sizes,
    voxel: [1, 2, 3].map((axis) => Math.abs(float(76 + 4 * axis)) * scale),
    volumes: sizes[3] ?? 1,
    bytes: float(108) + voxels * voxelBytes,
  };
}
