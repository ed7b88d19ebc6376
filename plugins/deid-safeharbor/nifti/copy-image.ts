// Copies an image: a clean header, the voxels as they are, and nothing before, between or behind; in small memory.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { ElementChange } from "../elements/element-change.ts";
import { TargetWriter } from "../elements/target-writer.ts";
import { imageBytes, packingOf } from "./image-bytes.ts";
import { cleanHeader, FIRST_VOXEL, headerChanges, type ImageHeader, MOST_PADDING } from "./image-header.ts";
import { UnreadableNifti } from "./unreadable-nifti.ts";

/** Images of diffusion are noise for the most part: more effort makes them hardly smaller. */
const GZIP_LEVEL = 4;

export interface CopiedPart {
  /** Lower-case hex. */
  readonly sourceSha256: string;
  readonly outputSha256: string;
  /** Of the copy. */
  readonly bytes: number;
  readonly changes: readonly ElementChange[];
}

/**
 * @param target absolute path of a file that is not there yet; packed when the source is, without name and time; it is
 * removed again when anything fails
 * @throws UnreadableNifti
 */
export async function copyImage(
  source: string,
  target: string,
  flushed: boolean,
  signal: AbortSignal,
): Promise<CopiedPart> {
  const packing = await packingOf(source);
  const hash = createHash("sha256");
  const changes: ElementChange[] = [];
  if (packing.tellsMore) changes.push({ path: "gzip header", action: "empty", rule: "nifti.gzip" });
  const writer = new TargetWriter(target);
  try {
    const clean = Readable.from(cleanBytes(imageBytes(source, packing, signal, hash), changes));
    const write = async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await writer.writeAsync(chunk);
    };
    if (packing.gzipped) await pipeline(clean, createGzip({ level: GZIP_LEVEL }), write, { signal });
    else await pipeline(clean, write, { signal });
    const outputSha256 = await writer.finish(flushed);
    return { sourceSha256: hash.digest("hex"), outputSha256, bytes: writer.bytes, changes };
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** Follows the source to its end, so that its checksum is that of the whole file. */
async function* cleanBytes(source: AsyncIterable<Buffer>, changes: ElementChange[]): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  let header: ImageHeader | undefined;
  let at = 0;
  for await (const read of source) {
    let chunk = read;
    if (!header) {
      head = Buffer.concat([head, chunk]);
      if (head.length < FIRST_VOXEL) continue;
      header = cleanHeader(head);
      changes.push(...headerChanges(header));
      yield header.clean;
      chunk = head;
      at = 0;
    }
    const end = header.voxelsAt + header.voxelBytes;
    const from = Math.max(0, header.voxelsAt - at);
    const to = Math.min(chunk.length, end - at);
    if (to > from) yield chunk.subarray(from, to);
    at += chunk.length;
    if (at > end + MOST_PADDING) throw new UnreadableNifti("it is longer than its header says");
  }
  const end = header ? header.voxelsAt + header.voxelBytes : FIRST_VOXEL;
  if (at < end) throw new UnreadableNifti("it is shorter than its header says");
  if (at > end) changes.push({ path: "behind the voxels", action: "remove", rule: "nifti.extension" });
}
