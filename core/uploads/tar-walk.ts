// Walks through a TAR archive, packed by gzip or not, without ever going back in it.
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Extract, extract, type Header } from "tar-stream";
import type { ArchiveEntry, UnpackLimits } from "./archive-entry.ts";
import type { ArchiveFile } from "./archive-file.ts";
import { FileRefusal, UploadRefusal } from "./upload-problem.ts";

const FILE_TYPES = new Set(["file", "contiguous-file"]);

/** @throws UploadRefusal `upload.archive-damaged`, or what the limits refuse */
export async function* tarWalk(
  file: ArchiveFile,
  gzipped: boolean,
  limits: UnpackLimits,
): AsyncGenerator<ArchiveEntry> {
  const tar = extract();
  const feeding = feed(file, gzipped, tar, limits).catch((error: Error) => {
    tar.destroy(error);
  });
  try {
    let position = 0;
    for await (const entry of tar) {
      limits.countEntry();
      // a stream that is left in the middle would end the whole walk, so the iterator is never closed
      const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      const { type, name } = entry.header;
      if (type !== "directory") {
        position += 1;
        const read = () => limits.counted(rest(chunks));
        yield { position, path: name.replaceAll("\\", "/"), ...refusalOf(type), read };
      }
      // left alone or given up: what is left must flow for the next one to come
      for await (const chunk of rest(chunks)) limits.countBytes(chunk.length);
    }
  } catch (error) {
    if (error instanceof FileRefusal) throw error;
    damaged(error);
  } finally {
    tar.destroy();
    await feeding;
  }
}

/** What a limit has refused stays that, wherever it comes out. */
function damaged(error: unknown): never {
  if (error instanceof UploadRefusal) throw error;
  const message = "The TAR archive is damaged or incomplete. Pack it again and upload it once more.";
  throw new UploadRefusal("upload.archive-damaged", message);
}

function refusalOf(type: Header["type"] | null): Pick<ArchiveEntry, "refused"> {
  if (FILE_TYPES.has(type ?? "file")) return {};
  return { refused: new FileRefusal("upload.special-file", "This is a link or a device, not a file.") };
}

/** What an iterator still has; leaving the loop does not close it. */
async function* rest(chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (;;) {
    const { value, done } = await chunks.next().catch(damaged);
    if (done) return;
    yield value;
  }
}

/** Brings the bytes of the archive to the parser, no faster than it takes them. */
async function feed(
  archive: ArchiveFile,
  gzipped: boolean,
  tar: Extract,
  limits: UnpackLimits,
): Promise<void> {
  const file = Readable.from(archive.bytes(), { objectMode: false });
  // an error of either comes out of the last one
  const source = gzipped ? pipeline(file, createGunzip(), () => undefined) : file;
  const closed = new Promise<void>((resolve) => tar.once("close", () => resolve()));
  try {
    for await (const chunk of source) {
      if (tar.destroying) return;
      limits.countArchiveBytes((chunk as Buffer).length);
      if (tar.write(chunk)) continue;
      await Promise.race([closed, new Promise<void>((resolve) => tar.once("drain", () => resolve()))]);
    }
    tar.end(null);
  } finally {
    file.destroy();
  }
}
