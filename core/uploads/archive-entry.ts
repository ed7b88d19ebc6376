// One file of an upload, whatever it came in, and the limits that hold for all of them together.
import type { UploadSettings } from "../config/upload-settings.ts";
import { FileRefusal, UploadRefusal } from "./upload-problem.ts";

export interface ArchiveEntry {
  /** 1 is the first one. */
  readonly position: number;
  /** Path in the archive with slashes; may hold anything, so it goes into no log and no file name. */
  readonly path: string;
  /** Why the file cannot be read at all: a link, a device, encrypted. */
  readonly refused?: FileRefusal;
  /** Its unpacked bytes, once; @throws FileRefusal when they are damaged */
  read(): AsyncIterable<Buffer>;
}

/** Walks through the files of an upload in their order; folders are no files. */
export type ArchiveWalk = AsyncIterable<ArchiveEntry>;

const MEGABYTE = 1_000_000;
/** Below this much nobody is harmed, and small files of zeros pack very well. */
const EXPANSION_COUNTS_FROM = 100 * MEGABYTE;

/** A header, a long name and padding in a TAR. */
const HEADERS_OF_A_FILE = 4096;

/** Counts what comes out of an archive, and refuses it before it does harm. */
export class UnpackLimits {
  readonly #settings: UploadSettings;
  readonly #packedBytes: number;
  #entries = 0;
  #bytes = 0;
  #archiveBytes = 0;

  /** @param packedBytes size of the upload */
  constructor(settings: UploadSettings, packedBytes: number) {
    this.#settings = settings;
    this.#packedBytes = packedBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws UploadRefusal `upload.too-many-files` */
  countEntry(): void {
    this.#entries += 1;
    if (this.#entries > this.#settings.mostFiles) {
      const message = `The archive holds more than ${this.#settings.mostFiles} files and folders.`;
      throw new UploadRefusal("upload.too-many-files", `${message} Split it into several uploads.`);
    }
  }

  /** @throws UploadRefusal `upload.unpacks-too-large` or `upload.bomb` */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
    this.#check(this.#bytes, this.#settings.unpackedMegabytes * MEGABYTE);
  }

  /**
   * Bytes of an archive as its reader gets them, unpacked: names, padding and what follows its end cost time, too.
   * @throws UploadRefusal `upload.unpacks-too-large` or `upload.bomb`
   */
  countArchiveBytes(bytes: number): void {
    this.#archiveBytes += bytes;
    const { unpackedMegabytes, mostFiles } = this.#settings;
    this.#check(this.#archiveBytes, unpackedMegabytes * MEGABYTE + mostFiles * HEADERS_OF_A_FILE);
  }

  #check(bytes: number, most: number): void {
    const { unpackedMegabytes, mostExpansion } = this.#settings;
    if (bytes > most) {
      const message = `The files are larger than ${unpackedMegabytes} MB when unpacked.`;
      throw new UploadRefusal("upload.unpacks-too-large", `${message} Split them into several uploads.`);
    }
    if (bytes > EXPANSION_COUNTS_FROM && bytes > this.#packedBytes * mostExpansion) {
      const message = `The archive unpacks to more than ${mostExpansion} times its size.`;
      throw new UploadRefusal("upload.bomb", `${message} Pack the files without such compression.`);
    }
  }

  /**
   * The bytes of one file, counted.
   */
  async *counted(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const largest = this.#settings.largestFileMegabytes * MEGABYTE;
    let size = 0;
    for await (const chunk of bytes) {
      size += chunk.length;
      this.countBytes(chunk.length);
      if (size > largest) {
        const message = `This file is larger than ${this.#settings.largestFileMegabytes} MB.`;
        throw new FileRefusal("upload.file-too-large", message);
      }
      yield chunk;
    }
  }
}
