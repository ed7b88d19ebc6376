// A body with a report in it that is never in memory as a whole: texts, and the file in base64 between them.
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type HttpBody, Permanent, type ResultArtifact } from "@thalamus/sdk";

/** A file with its checksum: the artifact of a result, or a document. */
export type SentFile = Pick<ResultArtifact, "path" | "bytes" | "sha256">;

/** A text, the report's bytes, or the report in base64. */
type Piece = Buffer | "file" | "base64";

/** A multiple of 3, so that pieces of base64 fit together. */
const BLOCK_BYTES = 192 * 1024;

/**
 * Stands for the report in a text that is to be filled: letters only, so that no form escapes it, and made anew for each
 * delivery, so that no value can hold it.
 */
export const newPlaceholder = (): string => `report${randomBytes(24).toString("hex")}`;

export class StreamedBody implements HttpBody {
  readonly bytes: number;
  readonly #pieces: readonly Piece[];
  readonly #artifact: SentFile;

  private constructor(pieces: readonly Piece[], artifact: SentFile) {
    this.#pieces = pieces;
    this.#artifact = artifact;
    this.bytes = pieces.reduce((sum, piece) => sum + lengthOf(piece, artifact), 0);
  }

  /** The report itself. */
  static ofFile(artifact: SentFile): StreamedBody {
    return new StreamedBody(["file"], artifact);
  }

  /** @param text with the placeholder wherever the report in base64 shall be */
  static ofText(text: string, placeholder: string, artifact: SentFile): StreamedBody {
    const texts = text.split(placeholder).map((part) => Buffer.from(part));
    const pieces = texts.flatMap((part, at): Piece[] => (at === 0 ? [part] : ["base64", part]));
    return new StreamedBody(pieces, artifact);
  }

  /** @throws Permanent `deliver-rest.report-changed` when the file is no longer what was stored */
  async *stream(): AsyncIterable<Uint8Array> {
    for (const piece of this.#pieces) {
      if (Buffer.isBuffer(piece)) {
        if (piece.length > 0) yield piece;
      } else if (piece === "file") yield* this.#blocks();
      else for await (const block of this.#blocks()) yield Buffer.from(block.toString("base64"), "latin1");
    }
  }

  /** Reads the file once. @throws Permanent `deliver-rest.report-changed` */
  async verify(): Promise<void> {
    for await (const _ of this.#blocks());
  }

  /** Blocks of a fixed size but for the last; the end is not given out when the checksum is another. */
  async *#blocks(): AsyncIterable<Buffer> {
    const { path, sha256, bytes } = this.#artifact;
    const hash = createHash("sha256");
    let rest: Buffer = Buffer.alloc(0);
    let read = 0;
    try {
      for await (const chunk of createReadStream(path, {
        highWaterMark: BLOCK_BYTES,
      }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        read += chunk.length;
        if (read > bytes) throw changed();
        const joined: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const whole = joined.length - (joined.length % BLOCK_BYTES);
        for (let at = 0; at < whole; at += BLOCK_BYTES) yield joined.subarray(at, at + BLOCK_BYTES);
        rest = joined.subarray(whole);
      }
    } catch (error) {
      // the text of an error of the file system names the file
      if ((error as NodeJS.ErrnoException).syscall !== undefined) throw changed();
      throw error;
    }
    if (hash.digest("hex") !== sha256) throw changed();
    if (rest.length > 0) yield rest;
  }
}

function lengthOf(piece: Piece, { bytes }: SentFile): number {
  if (Buffer.isBuffer(piece)) return piece.length;
  return piece === "file" ? bytes : 4 * Math.ceil(bytes / 3);
}

const changed = (): Permanent =>
  new Permanent(
    "deliver-rest.report-changed",
    "The report on the disk is missing or no longer what was stored.",
  );
