// Decompresses one frame at a time, and compresses it again in a lossless transfer syntax (PS3.5 8.2, A.4).
import { becomesRgb, canDecode, canEncode, codecOf } from "./codec-of-syntax.ts";
import type { FrameShape } from "./frame-shape.ts";
import { decodeRleFrame } from "./rle-frame.ts";
import { whyNotWhole } from "./whole-stream.ts";

const PROGRESSION_RPCL = 2;
const LOSSLESS = { lossy: false, predictor: 1, pointTransform: 0 } as const;

/** A frame cannot be decompressed or compressed; the text says what and holds nothing of the stream. */
export class CodecFailed extends Error {
  override readonly name = "CodecFailed";
}

/** Works on one frame at a time; samples are little endian, colours interleaved. */
export interface FrameCodec {
  /** @throws CodecFailed */
  decode(compressed: Uint8Array): Buffer;
  /** @throws CodecFailed also where `canEncode` says no */
  encode(frame: Uint8Array): Buffer;
}

/**
 * A broken frame ends the codecs of all, so that a codec should be opened for each frame; that costs nothing.
 * @throws CodecFailed when frames of the syntax cannot be decompressed at all
 */
export async function openFrameCodec(transferSyntaxUid: string, shape: FrameShape): Promise<FrameCodec> {
  const codec = codecOf(transferSyntaxUid);
  if (!codec || !canDecode(transferSyntaxUid, shape)) throw new CodecFailed("cannot be decompressed here");
  // 4 MB of WebAssembly that most studies never need.
  const { default: codecs } = await import("dcmjs-codecs");
  const { NativeCodecs, Context } = codecs;
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync();
  const options = {
    ...LOSSLESS,
    ...(transferSyntaxUid.endsWith(".202") && { progressionOrder: PROGRESSION_RPCL }),
    ...(becomesRgb(transferSyntaxUid, shape) && { convertColorspaceToRgb: true }),
  };
  const work = (name: `${"decode" | "encode"}${typeof codec}`, buffers: FrameBuffers) => {
    try {
      return NativeCodecs[name](new Context({ ...attributesOf(shape), ...buffers }), options);
    } catch {
      // What a codec says may be anything of the stream. Its memory may be broken, so the next one gets a new one.
      NativeCodecs.release();
      throw new CodecFailed(`cannot be ${name.startsWith("decode") ? "de" : ""}compressed`);
    }
  };
  return {
    decode: (encodedBuffer) => {
      const problem = whyNotWhole(codec, encodedBuffer, shape);
      if (problem) throw new CodecFailed(problem);
      const decoded =
        codec === "Rle"
          ? decodeRleFrame(encodedBuffer, shape)
          : bufferOf(work(`decode${codec}`, { encodedBuffer }).getDecodedBuffer());
      if (decoded?.length === shape.frameBytes) return decoded;
      throw new CodecFailed("is not of the size that its header tells");
    },
    encode: (decodedBuffer) => {
      if (!canEncode(transferSyntaxUid, shape)) throw new CodecFailed("cannot be compressed without loss");
      return bufferOf(work(`encode${codec}`, { decodedBuffer }).getEncodedBuffer());
    },
  };
}

type FrameBuffers = { readonly encodedBuffer: Uint8Array } | { readonly decodedBuffer: Uint8Array };

function attributesOf({ rows, columns, samples, bitsAllocated, highBit, signed, photometric }: FrameShape) {
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
