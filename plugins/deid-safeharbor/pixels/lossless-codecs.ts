// Decompresses a frame and compresses it again in the same lossless transfer syntax (PS3.5 8.2, A.4).
import { Permanent } from "@thalamus/sdk";
import type { PixelLayout } from "./pixel-layout.ts";

type CodecName = "Rle" | "Jpeg" | "JpegLs" | "Jpeg2000" | "HtJpeg2000";

/** Syntaxes whose every stream is lossless; a stream of the first-order predictor is one of Process 14, too. */
const CODECS: ReadonlyMap<string, CodecName> = new Map<string, CodecName>([
  ["1.2.840.10008.1.2.5", "Rle"],
  ["1.2.840.10008.1.2.4.57", "Jpeg"],
  ["1.2.840.10008.1.2.4.70", "Jpeg"],
  ["1.2.840.10008.1.2.4.80", "JpegLs"],
  ["1.2.840.10008.1.2.4.90", "Jpeg2000"],
  ["1.2.840.10008.1.2.4.201", "HtJpeg2000"],
  ["1.2.840.10008.1.2.4.202", "HtJpeg2000"],
]);
const PROGRESSION_RPCL = 2;
const LOSSLESS = { lossy: false, predictor: 1, pointTransform: 0 } as const;

/** @returns false for lossy and video syntaxes, and for pixels that the codec of the syntax does not take */
export function canRewrite(transferSyntaxUid: string, layout: PixelLayout): boolean {
  const codec = CODECS.get(transferSyntaxUid);
  const { photometric, bitsAllocated, sharedColour } = layout;
  if (!codec || sharedColour || photometric === "YBR_ICT") return false;
  if (codec === "Rle") return photometric !== "YBR_RCT";
  if (bitsAllocated > 16) return false;
  // This encoder always transforms colours, which is what YBR_RCT means and RGB and YBR_FULL deny.
  if (codec === "HtJpeg2000") return layout.samples === 1 || photometric === "YBR_RCT";
  return photometric !== "YBR_RCT" || codec === "Jpeg2000";
}

/** Works on one frame at a time; samples are little endian, colours interleaved. */
export interface FrameCodec {
  /** @throws Permanent `deid-safeharbor.mask-failed` */
  decode(compressed: Uint8Array): Buffer;
  /** @throws Permanent `deid-safeharbor.mask-failed` */
  encode(frame: Uint8Array): Buffer;
}

export async function openFrameCodec(transferSyntaxUid: string, layout: PixelLayout): Promise<FrameCodec> {
  const codec = CODECS.get(transferSyntaxUid);
  if (!codec || !canRewrite(transferSyntaxUid, layout)) throw failed("cannot be compressed again");
  // 4 MB of WebAssembly that most studies never need.
  const { default: codecs } = await import("dcmjs-codecs");
  const { NativeCodecs, Context } = codecs;
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync();
  const rpcl = transferSyntaxUid.endsWith(".202") ? { progressionOrder: PROGRESSION_RPCL } : {};
  const work = (name: `${"decode" | "encode"}${CodecName}`, buffers: FrameBuffers) => {
    try {
      return NativeCodecs[name](new Context({ ...attributesOf(layout), ...buffers }), {
        ...LOSSLESS,
        ...rpcl,
      });
    } catch {
      // What a codec says may be anything of the stream. Its memory may be broken, so the next one gets a new one.
      NativeCodecs.release();
      throw failed(name.startsWith("decode") ? "cannot be decompressed" : "cannot be compressed again");
    }
  };
  return {
    decode: (encodedBuffer) => {
      const decoded = bufferOf(work(`decode${codec}`, { encodedBuffer }).getDecodedBuffer());
      if (decoded.length !== layout.frameBytes) throw failed("is not of the size that its header tells");
      return decoded;
    },
    encode: (decodedBuffer) => bufferOf(work(`encode${codec}`, { decodedBuffer }).getEncodedBuffer()),
  };
}

type FrameBuffers = { readonly encodedBuffer: Uint8Array } | { readonly decodedBuffer: Uint8Array };

function attributesOf(layout: PixelLayout) {
  const { rows, columns, samples, bitsAllocated, highBit, signed, photometric } = layout;
  return {
    ...{ width: columns, height: rows, samplesPerPixel: samples, bitsAllocated },
    // Bits below the lowest stored one are zero, but they are part of a sample all the same.
    bitsStored: highBit + 1,
    pixelRepresentation: signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: nameForEncoder(photometric),
  };
}

/** The JPEG 2000 encoder transforms colours when they are called RGB; DICOM means YBR_RCT by that (PS3.5 8.2.4). */
const NAMES: Readonly<Record<string, string>> = { YBR_RCT: "RGB", RGB: "YBR_FULL" };
const nameForEncoder = (photometric: string): string => NAMES[photometric] ?? photometric;

/** A copy of its own: what the codec gives may lie in its memory, and samples must not begin at an odd place. */
function bufferOf(bytes: Uint8Array | undefined = new Uint8Array()): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

function failed(what: string): Permanent {
  return new Permanent("deid-safeharbor.mask-failed", `A frame of the pixel data ${what}`);
}
