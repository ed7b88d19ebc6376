// The proof's own reader of images: what stands in a header and around it, and the checksum of the voxels.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";

/** The proof cannot read the image: it counts as a failed proof. */
export class NoImage extends Error {
  override readonly name = "NoImage";
}

/** nifti1.h; the proof's own table. */
export const TEXT_FIELDS: readonly (readonly [name: string, at: number, bytes: number])[] = [
  ["data_type", 4, 10],
  ["db_name", 14, 18],
  ["extents", 32, 4],
  ["session_error", 36, 2],
  ["glmax, glmin", 140, 8],
  ["descrip", 148, 80],
  ["aux_file", 228, 24],
  ["intent_name", 328, 16],
];
export const HEAD_BYTES = 352;
/** More than that around the voxels is not looked through for values; it is in no copy anyway. */
const MOST_AROUND = 1_000_000;

export interface ReadImage {
  /** Header and the four bytes behind it. */
  readonly head: Buffer;
  readonly voxelsAt: number;
  /** Lower-case hex. */
  readonly voxelSha256: string;
  /** All bytes of the unpacked image. */
  readonly bytes: number;
  readonly voxelBytes: number;
  /** Between header and voxels, and behind the voxels. */
  readonly around: Buffer;
}

/** @param see is told all bytes, in pieces that overlap, so that nothing falls between them */
export async function readImage(path: string, see?: (bytes: Buffer) => void): Promise<ReadImage> {
  const hash = createHash("sha256");
  const around: Buffer[] = [];
  let head = Buffer.alloc(0);
  let place: { voxelsAt: number; voxelBytes: number } | undefined;
  let rest = Buffer.alloc(0);
  let at = 0;
  for await (const read of unpacked(path)) {
    const piece = Buffer.concat([rest, read]);
    see?.(piece);
    rest = piece.subarray(Math.max(0, piece.length - OVERLAP));
    let chunk = read;
    if (!place) {
      head = Buffer.concat([head, read]);
      if (head.length < HEAD_BYTES) continue;
      place = placeOf(head);
      chunk = head;
      head = Buffer.from(head.subarray(0, HEAD_BYTES));
      at = 0;
    }
    const { voxelsAt, voxelBytes } = place;
    const from = clamp(voxelsAt - at, chunk.length);
    const to = clamp(voxelsAt + voxelBytes - at, chunk.length);
    hash.update(chunk.subarray(from, to));
    const begin = clamp(HEAD_BYTES - at, from);
    const kept = around.reduce((sum, one) => sum + one.length, 0);
    if (kept < MOST_AROUND)
      around.push(Buffer.from(chunk.subarray(begin, from)), Buffer.from(chunk.subarray(to)));
    at += chunk.length;
  }
  if (!place || at < place.voxelsAt + place.voxelBytes) throw new NoImage("the image ends too early");
  const parts = Buffer.concat(around).subarray(0, MOST_AROUND);
  return { head, ...place, voxelSha256: hash.digest("hex"), bytes: at, around: parts };
}

/** The same for a file as it stands. */
export async function eachPiece(path: string, see: (bytes: Buffer) => void): Promise<void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const piece = Buffer.concat([rest, chunk as Buffer]);
    see(piece);
    rest = piece.subarray(Math.max(0, piece.length - OVERLAP));
  }
}

const CHUNK_BYTES = 1 << 18;
const OVERLAP = 2048;
const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));

async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!gzipHeadOf(path)) {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  file.on("error", (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw code.startsWith("Z_") ? new NoImage("the image cannot be unpacked") : error;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

const LONGEST_GZIP_HEAD = 65_536;

/** The begin of a packed file; undefined when it is not packed (RFC 1952). */
export function gzipHeadOf(path: string): Buffer | undefined {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(LONGEST_GZIP_HEAD);
    const size = readSync(file, head, 0, head.length, 0);
    return head[0] === 0x1f && head[1] === 0x8b ? head.subarray(0, size) : undefined;
  } finally {
    closeSync(file);
  }
}

function placeOf(head: Buffer): { voxelsAt: number; voxelBytes: number } {
  const isBig = head.readInt32BE(0) === 348;
  const short = (at: number) => (isBig ? head.readInt16BE(at) : head.readInt16LE(at));
  const voxelsAt = isBig ? head.readFloatBE(108) : head.readFloatLE(108);
  let voxelBytes = short(72) / 8;
  for (let index = 1; index <= short(40); index += 1) voxelBytes *= short(40 + 2 * index);
  if (!Number.isSafeInteger(voxelsAt) || !Number.isSafeInteger(voxelBytes) || voxelsAt < HEAD_BYTES)
    throw new NoImage("the header says nothing of voxels");
  return { voxelsAt, voxelBytes };
}
