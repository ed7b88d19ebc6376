// Reads any stretch of an archive that is laid out but stands on no disk: headers from memory, content from the files.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { HttpBody } from "@thalamus/sdk";
import type { Piece, ZipLayout } from "./zip-layout.ts";

const CHUNK_BYTES = 1 << 18;

/** Some of an archive. */
export interface Stretch {
  readonly from: number;
  readonly bytes: number;
}

/**
 * Of equal size but the last.
 * @returns at least one; numbered from 1 by who sends them
 */
export function stretchesOf({ bytes }: Pick<ZipLayout, "bytes">, partBytes: number): Stretch[] {
  const count = Math.max(1, Math.ceil(bytes / partBytes));
  return Array.from({ length: count }, (_, index) => {
    const from = index * partBytes;
    return { from, bytes: Math.min(partBytes, bytes - from) };
  });
}

/** As the body of a request; it can be sent more than once. */
export const bodyOf = (layout: ZipLayout, stretch: Stretch): HttpBody => ({
  bytes: stretch.bytes,
  stream: () => readStretch(layout, stretch),
});

/** @returns SHA-256, lower-case hex */
export async function hashOf(layout: ZipLayout, stretch: Stretch, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readStretch(layout, stretch)) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest("hex");
}

export async function* readStretch(layout: ZipLayout, { from, bytes }: Stretch): AsyncGenerator<Uint8Array> {
  const to = from + bytes;
  for (const piece of layout.pieces) {
    if (piece.at + piece.bytes <= from) continue;
    if (piece.at >= to) return;
    const begin = Math.max(0, from - piece.at);
    const end = Math.min(piece.bytes, to - piece.at);
    if (end > begin) yield* readPiece(piece, begin, end);
  }
}

async function* readPiece(piece: Piece, begin: number, end: number): AsyncGenerator<Uint8Array> {
  if ("header" in piece) {
    yield piece.header.subarray(begin, end);
    return;
  }
  const file = await open(piece.path, "r");
  try {
    for (let at = begin; at < end; ) {
      const wanted = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
      const { bytesRead } = await file.read(wanted, 0, wanted.length, at);
      // the request would wait for bytes that never come
      if (bytesRead === 0) throw new Error("a file of the copy is shorter than it was");
      at += bytesRead;
      yield wanted.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
