// The bytes of an image, unpacked where they are packed, as they come from the disk.
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UnreadableNifti } from "./unreadable-nifti.ts";

const CHUNK_BYTES = 256 * 1024;

/** What stands before packed data (RFC 1952): two magic bytes, method, flags, time. */
const GZIP_HEAD = 10;

export interface Packing {
  readonly gzipped: boolean;
  /** The gzip header tells more than that it is one: a name, a comment, a time. */
  readonly tellsMore: boolean;
}

/** @param path absolute */
export async function packingOf(path: string): Promise<Packing> {
  await using file = await open(path, "r");
  const head = Buffer.alloc(GZIP_HEAD);
  await file.read(head, 0, GZIP_HEAD, 0);
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
  return { gzipped, tellsMore: gzipped && (head[3] !== 0 || head.readUInt32LE(4) !== 0) };
}

/**
 * @param hash is told the bytes of the file as they stand, when all of it is read
 * @throws UnreadableNifti when it cannot be unpacked
 */
export async function* imageBytes(
  path: string,
  { gzipped }: Pick<Packing, "gzipped">,
  signal: AbortSignal,
  hash?: Hash,
): AsyncGenerator<Buffer> {
  const file = fileBytes(path, signal, hash);
  if (!gzipped) {
    yield* file;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const read = pipeline(file, gunzip, { signal });
  // told below, where whoever reads is
  read.catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    await read;
    // bytes behind the packed ones are no part of the image, but of the file
    for await (const _ of file);
  } catch (error) {
    signal.throwIfAborted();
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code.startsWith("Z_")) throw new UnreadableNifti("it cannot be unpacked");
    throw error;
  } finally {
    gunzip.destroy();
  }
}

async function* fileBytes(path: string, signal: AbortSignal, hash: Hash | undefined): AsyncGenerator<Buffer> {
  for await (const read of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    signal.throwIfAborted();
    const chunk = read as Buffer;
    hash?.update(chunk);
    yield chunk;
  }
}
