// Walks through a ZIP archive by its central directory and unpacks one file after the other.
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import type { ArchiveEntry, UnpackLimits } from "./archive-entry.ts";
import type { ArchiveFile } from "./archive-file.ts";
import { FileRefusal, UploadRefusal } from "./upload-problem.ts";

const UTF8_NAME = 0x0800;
const STORED = 0;
const DEFLATED = 8;
/** Upper half of the external attributes when a Unix system packed the file (APPNOTE 4.4.2, 4.4.15). */
const UNIX = 3;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;

/** @throws UploadRefusal `upload.archive-damaged`, or what the limits refuse */
export async function* zipWalk(file: ArchiveFile, limits: UnpackLimits): AsyncGenerator<ArchiveEntry> {
  // names are checked by our own rules: a strange one must not end the walk
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const reader = new ArchiveReader(file);
  const zip = await fromRandomAccessReaderPromise(reader, file.size, options).catch(damaged);
  try {
    let position = 0;
    const entries = zip.eachEntry()[Symbol.asyncIterator]();
    for (;;) {
      const { value: entry, done } = await entries.next().catch(damaged);
      if (done) return;
      limits.countEntry();
      const name = nameOf(entry);
      if (name.endsWith("/")) continue;
      position += 1;
      let read = 0;
      const count = (chunk: Buffer) => {
        read += chunk.length;
      };
      yield {
        position,
        path: name,
        ...refusalOf(entry),
        read: () => limits.counted(unpack(zip, entry, count)),
      };
      // what nobody looked at counts as the directory has it; it cannot be more, for that is checked
      limits.countBytes(Math.max(0, entry.uncompressedSize - read));
    }
  } finally {
    zip.close();
  }
}

/** What the parser reads from; whoever opened the file closes it. */
class ArchiveReader extends RandomAccessReader {
  readonly #file: ArchiveFile;

  constructor(file: ArchiveFile) {
    super();
    this.#file = file;
  }

  override createReadStream({ start, end }: { start: number; end: number }): Readable {
    return Readable.from(this.#file.bytes(start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    const into = buffer.subarray(offset, offset + length);
    this.#file.read(into, position).then((count) => callback(null, count), callback);
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}

function damaged(): never {
  const message = "The ZIP archive is damaged or incomplete. Pack it again and upload it once more.";
  throw new UploadRefusal("upload.archive-damaged", message);
}

/** Old names are in whatever code page the packing system had; they are only compared, so latin1 will do. */
function nameOf(entry: Entry): string {
  const utf8 = (entry.generalPurposeBitFlag & UTF8_NAME) !== 0;
  // a few Windows programs write backslashes
  return entry.fileNameRaw.toString(utf8 ? "utf8" : "latin1").replaceAll("\\", "/");
}

function refusalOf(entry: Entry): Pick<ArchiveEntry, "refused"> {
  const refused = (code: string, message: string) => ({ refused: new FileRefusal(code, message) });
  if (entry.isEncrypted()) {
    return refused("upload.encrypted", "This file is encrypted. Pack it without a password.");
  }
  const mode = entry.versionMadeBy >>> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & FILE_TYPE;
  if (type !== 0 && type !== REGULAR) {
    return refused("upload.special-file", "This is a link or a device, not a file.");
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    return refused("upload.compression", "This file is packed by a method other than deflate.");
  }
  return {};
}

/** yauzl checks the sizes that the directory promises; the checksum is checked here. */
async function* unpack(zip: ZipFile, entry: Entry, count: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      sum = crc32(chunk as Buffer, sum);
      count(chunk as Buffer);
      yield chunk as Buffer;
    }
  } catch (error) {
    if (error instanceof UploadRefusal || error instanceof FileRefusal) throw error;
    throw new FileRefusal("upload.file-damaged", "This file cannot be unpacked.");
  }
  if (sum !== entry.crc32) {
    throw new FileRefusal("upload.file-damaged", "This file differs from its checksum in the archive.");
  }
}
