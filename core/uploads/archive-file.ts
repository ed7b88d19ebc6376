// The bytes of an archive for random access: one file, or the parts it was sent in, one after the other.
import { type FileHandle, open } from "node:fs/promises";

/** Read at once. */
const PIECE_BYTES = 262_144;

interface Part {
  readonly handle: FileHandle;
  /** Of its first byte in the whole. */
  readonly from: number;
  readonly to: number;
}

/** Parts stay as they were sent: nothing is copied together. */
export class ArchiveFile implements AsyncDisposable {
  readonly size: number;
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.size = parts.at(-1)?.to ?? 0;
  }

  /** @param paths absolute, in their order; @throws an error of the file system */
  static async open(paths: readonly string[]): Promise<ArchiveFile> {
    const parts: Part[] = [];
    try {
      let from = 0;
      for (const path of paths) {
        const handle = await open(path, "r");
        parts.push({ handle, from, to: from });
        const to = from + (await handle.stat()).size;
        parts[parts.length - 1] = { handle, from, to };
        from = to;
      }
      return new ArchiveFile(parts);
    } catch (error) {
      for (const { handle } of parts) await handle.close();
      throw error;
    }
  }

  /** @returns how many bytes were read; fewer than fit only at the end */
  async read(into: Buffer, position: number): Promise<number> {
    let done = 0;
    for (const { handle, from, to } of this.#parts) {
      while (done < into.length && position + done >= from && position + done < to) {
        const at = position + done;
        const wanted = Math.min(into.length - done, to - at);
        const { bytesRead } = await handle.read(into, done, wanted, at - from);
        // cut short behind our back: whoever reads finds that its archive is damaged
        if (bytesRead === 0) return done;
        done += bytesRead;
      }
    }
    return done;
  }

  /** @param to exclusive */
  async *bytes(from = 0, to = this.size): AsyncGenerator<Buffer> {
    for (let at = from; at < to; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - at));
      const count = await this.read(piece, at);
      if (count === 0) return;
      yield piece.subarray(0, count);
      at += count;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { handle } of this.#parts) await handle.close();
  }
}
