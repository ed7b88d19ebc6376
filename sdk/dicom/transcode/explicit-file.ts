// Gives a PS3.10 file in Explicit VR Little Endian with uncompressed pixels, piece by piece.
import { CodecFailed } from "../codecs/index.ts";
import { MalformedDataset, TruncatedDataset } from "../dataset-errors.ts";
import { readHeader, readMeta } from "../file-header.ts";
import { type FileSource, FileWindow } from "../file-window.ts";
import { Inflater } from "../inflater.ts";
import { Tag } from "../tags.ts";
import { knownTransferSyntax } from "../transfer-syntaxes.ts";
import { CannotTranscode } from "./cannot-transcode.ts";
import { openDecodedPixels } from "./decoded-frames.ts";
import { explicitDataset } from "./explicit-dataset.ts";
import { explicitMeta } from "./explicit-meta.ts";

const PIECE_BYTES = 64 * 1024;

/**
 * The same object in Explicit VR Little Endian (PS3.5 A.2): every value as it was, pixels uncompressed, sequences with
 * lengths. Elements without a value representation get that of PS3.6, or of the vendor's dictionary when their private
 * creator is known, else UN.
 *
 * Pixels of lossless syntaxes are bit for bit those that were compressed. Lossy ones come out as they are, and
 * LossyImageCompression (0028,2110) says so. Left out: group lengths, offset tables, compressed icons.
 *
 * Memory: the longest sequence, or one frame twice; 64 KB of a deflated object.
 *
 * @param signal ends it between two frames
 * @returns pieces of a few bytes up to a frame, each valid until the next one is asked for
 * @throws CannotTranscode; the signal's reason
 */
export async function* explicitFile(file: FileSource, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const source = new FileWindow(file);
    const { meta, transferSyntax, end } = await readMeta(source);
    if (!knownTransferSyntax(transferSyntax.uid)) {
      throw new CannotTranscode("unknown-compression", "is in a transfer syntax that is not known here");
    }
    yield explicitMeta(meta);
    if (transferSyntax.deflated) {
      yield* inflated(file, end, signal);
      return;
    }
    const header = await readHeader(file);
    const signed = header.dataset.numbers(Tag.PixelRepresentation, "US")[0] === 1;
    const pixels = transferSyntax.encapsulated ? await openDecodedPixels(file, header, signal) : undefined;
    const dataset = explicitDataset({ source, from: end, encoding: transferSyntax, signed, pixels });
    for await (const piece of dataset) {
      signal.throwIfAborted();
      yield piece;
    }
  } catch (error) {
    const isDamaged =
      error instanceof MalformedDataset || error instanceof TruncatedDataset || error instanceof CodecFailed;
    throw isDamaged ? new CannotTranscode("damaged", `is damaged: ${error.message}`) : error;
  }
}

/** What is deflated is Explicit VR Little Endian already (PS3.5 A.5). */
async function* inflated(file: FileSource, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  const inflater = new Inflater((bytes) => pieces.push(bytes.slice()));
  const window = Buffer.alloc(PIECE_BYTES);
  for (let at = from; at < file.size; ) {
    signal.throwIfAborted();
    const count = await file.read(window, at);
    if (count === 0) break;
    inflater.feed(window.subarray(0, count));
    at += count;
    yield* pieces;
    pieces = [];
  }
  inflater.end();
  yield* pieces;
}
