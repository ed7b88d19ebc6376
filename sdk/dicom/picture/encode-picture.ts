// Pictures as files that browsers show.
import { encode } from "fast-png";
import type { Picture } from "./picture.ts";

export type PictureFormat = "jpeg" | "png";

const QUALITY = 85;
/** Worse ones need quantization steps beyond 255, which baseline JPEG does not have (ITU-T T.81 B.2.4.1). */
const WORST_QUALITY = 24;

/** @param quality of a JPEG, from 1 to 100 */
export async function encodePicture(
  picture: Picture,
  format: PictureFormat,
  quality = QUALITY,
): Promise<Uint8Array> {
  const { width, height, channels, pixels } = picture;
  if (format === "png") return encode({ width, height, channels, depth: 8, data: pixels });
  const { default: codecs } = await import("dcmjs-codecs");
  const { NativeCodecs, Context } = codecs;
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync();
  const context = new Context({
    ...{ width, height, samplesPerPixel: channels, bitsAllocated: 8, bitsStored: 8 },
    ...{ pixelRepresentation: 0, planarConfiguration: 0, decodedBuffer: pixels },
    photometricInterpretation: channels === 1 ? "MONOCHROME2" : "RGB",
  });
  const encoded = NativeCodecs.encodeJpeg(context, {
    lossy: true,
    quality: Math.max(quality, WORST_QUALITY),
  }).getEncodedBuffer();
  // what the codec gives lies in its memory
  return Uint8Array.from(encoded ?? []);
}
