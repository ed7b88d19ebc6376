// Reads a NIfTI-1 image as it streams by: its header, whether its length is what the header says, its checksum.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FileRefusal, UploadRefusal } from "./upload-problem.ts";

const HEADER_BYTES = 348;
/** Header, and the four bytes that say whether extensions follow (nifti1.h). */
const FIRST_VOXEL = 352;
const NIFTI2_HEADER_BYTES = 540;
const MAGIC_AT = 344;
const MAGIC = "n+1\0";
/** Bits of a voxel by datatype code (nifti1.h); colours and complex numbers are no diffusion images. */
const BITS: Readonly<Record<number, number>> = {
  ...{ 2: 8, 256: 8, 4: 16, 512: 16, 8: 32, 768: 32, 16: 32, 64: 64, 1024: 64, 1280: 64 },
};
/** Some programs pad the file. */
const PADDING = 65_536;
const MEGABYTE = 1_000_000;

export interface NiftiHeader {
  /** Of the unpacked file, at least. */
  readonly bytes: number;
  /** 1 for a single volume. */
  readonly volumes: number;
}

/** @param head the first 352 bytes of the unpacked file or more */
export function isNifti(head: Buffer): boolean {
  if (head.length < HEADER_BYTES) return false;
  const size = head.readInt32LE(0) === HEADER_BYTES || head.readInt32BE(0) === HEADER_BYTES;
  return size && head.toString("latin1", MAGIC_AT, MAGIC_AT + 3) === "n+1";
}

/**
 * Checks a NIfTI-1 header (nifti1.h; either byte order).
 * @throws FileRefusal `upload.nifti-invalid`
 */
export function readNiftiHeader(head: Buffer): NiftiHeader {
  if (head.length < FIRST_VOXEL) throw invalid("is shorter than a NIfTI header");
  const little = head.readInt32LE(0) === HEADER_BYTES;
  if (!little && head.readInt32BE(0) !== HEADER_BYTES) {
    const second = [head.readInt32LE(0), head.readInt32BE(0)].includes(NIFTI2_HEADER_BYTES);
    throw invalid(second ? "is NIfTI-2; convert it to NIfTI-1" : "has no NIfTI header");
  }
  if (head.toString("latin1", MAGIC_AT, MAGIC_AT + 4) !== MAGIC) {
    throw invalid("is not a single-file NIfTI-1 image (n+1)");
  }
  const short = (at: number) => (little ? head.readInt16LE(at) : head.readInt16BE(at));
  const float = (at: number) => (little ? head.readFloatLE(at) : head.readFloatBE(at));
  const dimensions = short(40);
  if (dimensions < 3 || dimensions > 7) throw invalid("has fewer than three dimensions, or more than seven");
  const extent = [1, 2, 3, 4, 5, 6, 7].map((d) => (d <= dimensions ? short(40 + 2 * d) : 1));
  if (extent.some((size) => size < 1)) throw invalid("has a dimension of zero or less");
  if (extent.slice(4).some((size) => size > 1)) throw invalid("has more than four dimensions");
  const bits = BITS[short(70)];
  if (bits === undefined) throw invalid("has a datatype that is no plain number");
  if (short(72) !== bits) throw invalid("has a datatype and a number of bits that contradict each other");
  const start = float(108);
  if (!(start >= FIRST_VOXEL && start <= FIRST_VOXEL + 16 * MEGABYTE && Number.isInteger(start))) {
    throw invalid("says that its voxels begin where they cannot");
  }
  const voxels = extent.reduce((product, size) => product * size, 1);
  return { bytes: start + (voxels * bits) / 8, volumes: extent[3]! };
}

const invalid = (why: string) => new FileRefusal("upload.nifti-invalid", `This image ${why}.`);

export interface NiftiImage extends NiftiHeader {
  /** SHA-256 of the file as it is kept, packed or not; lower-case hex. */
  readonly sha256: string;
}

/**
 * Follows the bytes of a .nii or .nii.gz to their end.
 * @param largest bytes an unpacked image may have
 * @throws FileRefusal `upload.nifti-invalid`, `upload.file-too-large`, or what reading throws
 */
export async function followNifti(
  bytes: AsyncIterable<Buffer>,
  gzipped: boolean,
  largest: number,
): Promise<NiftiImage> {
  const hash = createHash("sha256");
  const hashed = tap(bytes, (chunk) => hash.update(chunk));
  const header = await followImage(gzipped ? gunzipped(hashed) : hashed, largest);
  return { ...header, sha256: hash.digest("hex") };
}

async function followImage(image: AsyncIterable<Buffer>, largest: number): Promise<NiftiHeader> {
  let head = Buffer.alloc(0);
  let header: NiftiHeader | undefined;
  let size = 0;
  for await (const chunk of image) {
    size += chunk.length;
    if (!header) {
      head = Buffer.concat([head, chunk]);
      if (head.length < FIRST_VOXEL) continue;
      header = readNiftiHeader(head);
      head = Buffer.alloc(0);
      if (header.bytes > largest) {
        throw new FileRefusal("upload.file-too-large", `This image is larger than ${largest / MEGABYTE} MB.`);
      }
    }
    // a bomb ends here, however much is still packed in it
    if (size > header.bytes + PADDING) throw invalid("is longer than its header says");
  }
  if (!header) throw invalid("is shorter than a NIfTI header");
  if (size < header.bytes) throw invalid("is shorter than its header says");
  return header;
}

async function* tap(bytes: AsyncIterable<Buffer>, see: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    see(chunk);
    yield chunk;
  }
}

async function* gunzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let reason: unknown;
  const source = Readable.from(bytes);
  const gunzip = createGunzip();
  source.on("error", (error) => {
    reason = error;
    gunzip.destroy(error);
  });
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer;
  } catch (error) {
    // what reading the archive said counts, else the packed image is damaged
    if (reason instanceof FileRefusal || reason instanceof UploadRefusal) throw reason;
    if (error instanceof FileRefusal || error instanceof UploadRefusal) throw error;
    throw invalid("cannot be unpacked");
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
