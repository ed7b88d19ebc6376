// Which codec reads and writes a transfer syntax, and with which pixels it can (PS3.5 8.2, A.4).
import type { FrameShape } from "./frame-shape.ts";

export type CodecName = "Rle" | "Jpeg" | "JpegLs" | "Jpeg2000" | "HtJpeg2000";

/** Syntaxes whose every stream is lossless; a stream of the first-order predictor is one of Process 14, too. */
const LOSSLESS: ReadonlyMap<string, CodecName> = new Map<string, CodecName>([
  ["1.2.840.10008.1.2.5", "Rle"],
  ["1.2.840.10008.1.2.4.57", "Jpeg"],
  ["1.2.840.10008.1.2.4.70", "Jpeg"],
  ["1.2.840.10008.1.2.4.80", "JpegLs"],
  ["1.2.840.10008.1.2.4.90", "Jpeg2000"],
  ["1.2.840.10008.1.2.4.201", "HtJpeg2000"],
  ["1.2.840.10008.1.2.4.202", "HtJpeg2000"],
]);

/** Baseline, Extended, JPEG-LS Near-lossless, JPEG 2000 and its high-throughput form. */
const LOSSY: ReadonlyMap<string, CodecName> = new Map<string, CodecName>([
  ["1.2.840.10008.1.2.4.50", "Jpeg"],
  ["1.2.840.10008.1.2.4.51", "Jpeg"],
  ["1.2.840.10008.1.2.4.81", "JpegLs"],
  ["1.2.840.10008.1.2.4.91", "Jpeg2000"],
  ["1.2.840.10008.1.2.4.203", "HtJpeg2000"],
]);

const LARGEST_FRAME_BYTES = 256 * 1024 ** 2;

export const codecOf = (transferSyntaxUid: string): CodecName | undefined =>
  LOSSLESS.get(transferSyntaxUid) ?? LOSSY.get(transferSyntaxUid);

/** Transforms of colours that only JPEG 2000 and its kin undo. */
const isWaveletColour = (photometric: string): boolean =>
  photometric === "YBR_RCT" || photometric === "YBR_ICT";

/** @returns false for video, JPEG XL and unknown syntaxes, and for pixels that the codec of the syntax does not take */
export function canDecode(transferSyntaxUid: string, shape: FrameShape): boolean {
  const codec = codecOf(transferSyntaxUid);
  if (!codec || shape.frameBytes > LARGEST_FRAME_BYTES) return false;
  if (codec !== "Rle" && shape.bitsAllocated > 16) return false;
  return !isWaveletColour(shape.photometric) || codec.endsWith("Jpeg2000");
}

/**
 * Whether a decompressed frame can be compressed again with no other value than before.
 * @returns false for lossy and video syntaxes, and for pixels that the codec of the syntax does not take
 */
export function canEncode(transferSyntaxUid: string, shape: FrameShape): boolean {
  const codec = LOSSLESS.get(transferSyntaxUid);
  const { photometric, bitsAllocated, samples } = shape;
  if (!codec || photometric.endsWith("_422") || photometric === "YBR_ICT") return false;
  if (codec === "Rle") return photometric !== "YBR_RCT";
  if (bitsAllocated > 16) return false;
  // This encoder always transforms colours, which is what YBR_RCT means and RGB and YBR_FULL deny.
  if (codec === "HtJpeg2000") return samples === 1 || photometric === "YBR_RCT";
  return photometric !== "YBR_RCT" || codec === "Jpeg2000";
}

/** Whether lossy JPEG gives RGB of these colours: what they were called before does not matter then. */
export const becomesRgb = (transferSyntaxUid: string, { samples, photometric }: FrameShape): boolean =>
  samples === 3 && LOSSY.get(transferSyntaxUid) === "Jpeg" && photometric !== "RGB";

/** PhotometricInterpretation (0028,0004) of frames once they are decompressed. */
export function decodedPhotometric(transferSyntaxUid: string, shape: FrameShape): string {
  const { photometric } = shape;
  return isWaveletColour(photometric) || becomesRgb(transferSyntaxUid, shape) ? "RGB" : photometric;
}
