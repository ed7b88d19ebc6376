// Tells by its first bytes what an upload is: an archive to walk through, or one file.
import { Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import type { ArchiveEntry, UnpackLimits } from "./archive-entry.ts";
import type { ArchiveFile } from "./archive-file.ts";
import { tarWalk } from "./tar-walk.ts";
import { zipWalk } from "./zip-walk.ts";

export type ArchiveKind = "zip" | "tar" | "tar.gz" | "file";

const TAR_BLOCK = 512;
const ZIP_STARTS = [0x04034b50, 0x06054b50, 0x08074b50];
const GZIP = 0x8b1f;

export async function archiveKind(file: ArchiveFile): Promise<ArchiveKind> {
  const head = await headOf(file);
  if (head.length >= 4 && ZIP_STARTS.includes(head.readUInt32LE(0))) return "zip";
  if (isTarHeader(head)) return "tar";
  if (isGzip(head)) return isTarHeader(await unpackedHead(file)) ? "tar.gz" : "file";
  return "file";
}

/** The files of an upload in their order. */
export function walkThrough(
  file: ArchiveFile,
  kind: ArchiveKind,
  limits: UnpackLimits,
): AsyncIterable<ArchiveEntry> {
  if (kind === "zip") return zipWalk(file, limits);
  return kind === "file" ? singleFile(file, limits) : tarWalk(file, kind === "tar.gz", limits);
}

async function* singleFile(file: ArchiveFile, limits: UnpackLimits): AsyncGenerator<ArchiveEntry> {
  limits.countEntry();
  const read = () => limits.counted(file.bytes());
  // what the sender called it is not kept
  yield { position: 1, path: "", read };
}

export const isGzip = (head: Buffer): boolean => head.length >= 2 && head.readUInt16LE(0) === GZIP;

/**
 * A block whose checksum is right (POSIX.1-2001, ustar interchange format). A block of zeros is the end of an
 * archive with nothing in it, and could be anything else as well.
 */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < TAR_BLOCK || block[0] === 0) return false;
  const stated = Number.parseInt(block.toString("latin1", 148, 156).replaceAll("\0", " ").trim(), 8);
  let sum = 0;
  for (let at = 0; at < TAR_BLOCK; at += 1) sum += at >= 148 && at < 156 ? 0x20 : block[at]!;
  return sum === stated;
}

async function headOf(file: ArchiveFile): Promise<Buffer> {
  const head = Buffer.alloc(TAR_BLOCK);
  return head.subarray(0, await file.read(head, 0));
}

async function unpackedHead(file: ArchiveFile): Promise<Buffer> {
  // the piece ends in the middle of the packed data, which is no error here
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const parts: Buffer[] = [];
  const begin = Readable.from(file.bytes(0, Math.min(file.size, 65_536)), { objectMode: false });
  begin.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of begin.pipe(gunzip)) {
      parts.push(chunk as Buffer);
      if (parts.reduce((sum, part) => sum + part.length, 0) >= TAR_BLOCK) break;
    }
  } catch {
    // damaged: whoever reads it as a file says so
  } finally {
    begin.destroy();
  }
  return Buffer.concat(parts);
}
