// Masks compressed pixels frame by frame: decompresses, blackens, compresses again, and proves that it came out so.
import type { ByteRange, FileSource } from "@thalamus/sdk/dicom";
import { CodecFailed, openFrameCodec } from "@thalamus/sdk/dicom/codecs";
import { Permanent } from "@thalamus/sdk/errors";
import { blacken, blackSpans } from "./black-spans.ts";
import type { PixelMask } from "./mask-plan.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { emptyUnusedBits } from "./unused-bits.ts";

const ITEM = 0xe000fffe;
const SEQUENCE_DELIMITER = 0xe0ddfffe;

/** PS3.5 A.4: an empty offset table, a fragment for each frame, and the delimiter. */
export async function* maskedFragments(
  file: FileSource,
  frames: readonly (readonly ByteRange[])[],
  transferSyntaxUid: string,
  layout: PixelLayout,
  mask: PixelMask,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // What a codec gives is interleaved, whatever the header says of planes.
  const frame: PixelLayout = { ...layout, planar: false, frames: 1 };
  const spans = blackSpans(frame, mask.regions);
  yield itemHead(ITEM, 0);
  for (const ranges of frames) {
    signal.throwIfAborted();
    const compressed = await maskedFrame(await readFragments(file, ranges), transferSyntaxUid, frame, spans);
    yield itemHead(ITEM, compressed.length + (compressed.length % 2));
    yield compressed;
    if (compressed.length % 2 === 1) yield Uint8Array.of(0);
  }
  yield itemHead(SEQUENCE_DELIMITER, 0);
}

/** Opens the codec for itself, since another file's broken frame may have ended it meanwhile. */
async function maskedFrame(
  source: Buffer,
  transferSyntaxUid: string,
  frame: PixelLayout,
  spans: ReturnType<typeof blackSpans>,
): Promise<Buffer> {
  try {
    const codec = await openFrameCodec(transferSyntaxUid, frame);
    const pixels = codec.decode(source);
    emptyUnusedBits(pixels, frame);
    blacken(pixels, 0, spans, frame);
    const compressed = codec.encode(pixels);
    proveSame(codec.decode(compressed), pixels, frame);
    return compressed;
  } catch (error) {
    if (!(error instanceof CodecFailed)) throw error;
    throw new Permanent("deid-safeharbor.mask-failed", `A frame of the pixel data ${error.message}`);
  }
}

/** Nothing that the mask should have removed, and no other pixel than before, is in what is written. */
function proveSame(written: Buffer, wanted: Buffer, layout: PixelLayout): void {
  emptyUnusedBits(written, layout);
  if (written.equals(wanted)) return;
  throw new Permanent(
    "deid-safeharbor.mask-failed",
    "A masked frame does not come out of its compression as it went in",
  );
}

async function readFragments(file: FileSource, ranges: readonly ByteRange[]): Promise<Buffer> {
  const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const bytes = Buffer.allocUnsafeSlow(total);
  let at = 0;
  for (const { from, to } of ranges) {
    if ((await file.read(bytes.subarray(at, at + to - from), from)) < to - from) {
      throw new Permanent("deid-safeharbor.mask-failed", "The file ends inside of its pixel data");
    }
    at += to - from;
  }
  return bytes;
}

function itemHead(tag: number, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(tag, 0);
  head.writeUInt32LE(length, 4);
  return head;
}
