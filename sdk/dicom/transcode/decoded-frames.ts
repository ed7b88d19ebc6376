// The frames of compressed pixel data, decompressed one by one.
import {
  CodecFailed,
  canDecode,
  compressedFrameShape,
  decodedPhotometric,
  type FrameShape,
  openFrameCodec,
} from "../codecs/index.ts";
import { elementHead } from "../dataset-writer.ts";
import type { FileHeader } from "../file-header.ts";
import type { FileSource } from "../file-window.ts";
import { type ByteRange, endOfPixelData, findFrames, findPixelData } from "../pixel-data-place.ts";
import { Tag } from "../tags.ts";
import { encodeValue } from "../value-encoding.ts";
import { CannotTranscode } from "./cannot-transcode.ts";

const LONGEST = 0xfffffffe;

/** Compressed pixel data as uncompressed. */
export interface DecodedPixels {
  /** PixelData (7FE0,0010), head and value, a frame at a time. */
  element(): AsyncGenerator<Uint8Array>;
  /** Elements of the header that tell something else once the pixels are decompressed. */
  readonly replaced: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Where the source goes on behind its pixel data. */
  readonly end: number;
}

/**
 * @returns undefined when the object has no pixel data
 * @throws CannotTranscode
 */
export async function openDecodedPixels(
  file: FileSource,
  header: FileHeader,
  signal: AbortSignal,
): Promise<DecodedPixels | undefined> {
  const place = await findPixelData(file, header);
  if (!place) return undefined;
  const { uid, name } = header.transferSyntax;
  const shape = compressedFrameShape(header.dataset);
  if (!shape || !place.encapsulated || !canDecode(uid, shape)) {
    throw new CannotTranscode("unknown-compression", `has pixels that cannot be decompressed (${name})`);
  }
  const frames = await findFrames(file, header, place);
  if (!frames) throw new CannotTranscode("damaged", "does not tell where its frames begin");
  const size = frames.length * shape.frameBytes;
  if (size > LONGEST)
    throw new CannotTranscode("unknown-compression", "is larger than 4 GB without compression");
  return {
    element: () => pixelElement(file, frames, uid, shape, signal),
    replaced: replacedElements(header, shape),
    end: await endOfPixelData(file, place),
  };
}

async function* pixelElement(
  file: FileSource,
  frames: readonly (readonly ByteRange[])[],
  uid: string,
  shape: FrameShape,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const size = frames.length * shape.frameBytes;
  yield elementHead(Tag.PixelData, shape.bitsAllocated > 8 ? "OW" : "OB", size + (size % 2));
  for (const ranges of frames) {
    signal.throwIfAborted();
    yield await decodedFrame(file, ranges, uid, shape);
  }
  if (size % 2 === 1) yield Uint8Array.of(0);
}

async function decodedFrame(file: FileSource, ranges: readonly ByteRange[], uid: string, shape: FrameShape) {
  const compressed = Buffer.allocUnsafeSlow(ranges.reduce((sum, { from, to }) => sum + to - from, 0));
  let at = 0;
  for (const { from, to } of ranges) {
    at += await file.read(compressed.subarray(at, at + to - from), from);
  }
  if (at < compressed.length) throw new CannotTranscode("damaged", "ends inside of its pixel data");
  try {
    const codec = await openFrameCodec(uid, shape);
    return codec.decode(compressed);
  } catch (error) {
    if (!(error instanceof CodecFailed)) throw error;
    throw new CannotTranscode("damaged", `has a frame that ${error.message}`);
  }
}

/** Colours come out interleaved and without the transform of their compression; what was lost is lost for good. */
function replacedElements({ transferSyntax, dataset }: FileHeader, shape: FrameShape) {
  const replaced = new Map<number, readonly Uint8Array[]>();
  const put = (tag: number, vr: string, value: Uint8Array) =>
    replaced.set(tag, [elementHead(tag, vr, value.length), value]);
  const text = (keyword: string, value: string) => encodeValue(keyword, "CS", value, false);
  const photometric = decodedPhotometric(transferSyntax.uid, shape);
  if (photometric !== shape.photometric) {
    put(Tag.PhotometricInterpretation, "CS", text("PhotometricInterpretation", photometric));
  }
  if (dataset.has(Tag.PlanarConfiguration)) put(Tag.PlanarConfiguration, "US", Buffer.alloc(2));
  if (transferSyntax.lossy === "always") {
    put(Tag.LossyImageCompression, "CS", text("LossyImageCompression", "01"));
  }
  return replaced;
}
