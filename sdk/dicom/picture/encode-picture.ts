// Pictures as files that browsers show.
import { encode } from "fast-png";
import type { Picture } from "./picture.ts";

export type PictureFormat = "jpeg" | "png";

const QUALITY = 85;

export async function encodePicture(picture: Picture, format: PictureFormat): Promise<Uint8Array> {
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
  const encoded = NativeCodecs.encodeJpeg(context, { lossy: true, quality: QUALITY }).getEncodedBuffer();
  // what the codec gives lies in its memory
  return Uint8Array.from(encoded ?? []);
}
