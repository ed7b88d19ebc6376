// Files that are read from any offset, and the last piece of one that was read.

/** A file, or something like it, that can be read from any offset. */
export interface FileSource {
  /** In bytes. */
  readonly size: number;
  /** Its first bytes, or all of them, where they are in memory anyway. */
  readonly loaded?: Buffer;
  /** @returns how many bytes were read, fewer than asked for only at the end */
  read(into: Uint8Array, at: number): Promise<number>;
}

/** How much is read at once, at least. */
export const WINDOW_BYTES = 65_536;

/** Bytes that can be read from any offset. */
export interface Source {
  readonly size: number;
  /** @returns at least `count` bytes from `offset` on, fewer only at the end */
  bytesAt(offset: number, count: number): Promise<Buffer>;
}

/** A file and the last piece of it that was read; elements keep views of older pieces. */
export class FileWindow implements Source {
  readonly size: number;
  readonly #file: FileSource;
  #start = 0;
  #bytes: Buffer;

  constructor(file: FileSource) {
    this.#file = file;
    this.size = file.size;
    this.#bytes = file.loaded ?? Buffer.alloc(0);
  }

  async bytesAt(offset: number, count: number): Promise<Buffer> {
    const end = Math.min(offset + count, this.size);
    const inside = offset >= this.#start && end <= this.#start + this.#bytes.length;
    if (!inside) {
      const buffer = Buffer.allocUnsafe(Math.max(count, WINDOW_BYTES));
      const bytesRead = await this.#file.read(buffer, offset);
      this.#start = offset;
      this.#bytes = buffer.subarray(0, bytesRead);
    }
    return this.#bytes.subarray(offset - this.#start);
  }
}
