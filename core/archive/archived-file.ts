// A received file that is open for reading; whoever reads it never learns where it lies.
import { type FileHandle, open } from "node:fs/promises";
import { type ArchivedFile, InstanceUnreadable } from "@thalamus/sdk";

const PIECE_BYTES = 262_144;

/** @param path absolute */
export async function openArchived(path: string): Promise<ArchivedFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    throw unreadable(error);
  }
  try {
    const { size } = await handle.stat();
    return new OpenFile(handle, size);
  } catch (error) {
    await handle.close();
    throw unreadable(error);
  }
}

class OpenFile implements ArchivedFile {
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    try {
      const { bytesRead } = await this.#handle.read(into, 0, into.length, at);
      return bytesRead;
    } catch (error) {
      throw unreadable(error);
    }
  }

  async *bytes(from: number, to: number): AsyncIterable<Uint8Array> {
    let at = from;
    while (at < to) {
      // a buffer of its own for each piece: who gets it may still be writing it when the next one is read
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - at));
      const count = await this.read(piece, at);
      if (count === 0) throw new InstanceUnreadable("the file of an instance is shorter than it should be");
      at += count;
      yield piece.subarray(0, count);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

/** The text of a file system's error names the path. */
function unreadable(error: unknown): InstanceUnreadable {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  return new InstanceUnreadable(`the file of an instance cannot be read (${code})`);
}
