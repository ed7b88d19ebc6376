// Image files for tests, with known pixels, in any syntax, and the pictures that are made of them.
import { decode } from "fast-png";
import { compressedFrameShape, openFrameCodec } from "../../codecs/index.ts";
import { type Dataset, elementHead, encodeDataset } from "../../dataset-writer.ts";
import { readHeader } from "../../file-header.ts";
import { encodeFileMeta } from "../../file-meta.ts";
import type { FileSource } from "../../file-window.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../transfer-syntaxes.ts";
import { openImage, type RenderedFrame, type RenderOptions, renderFrame } from "../index.ts";

/** Elements that the writer of the SDK does not know: tag, value representation, value. */
export type MoreElements = readonly (readonly [tag: number, vr: string, value: Buffer])[];

export interface RawImage {
  readonly header: Dataset;
  readonly more?: MoreElements;
  readonly pixels: Buffer;
  readonly syntax?: string;
}

const PIXEL_DATA = 0x7fe00010;

export function imageFile({ header, more = [], pixels, syntax }: RawImage): Buffer {
  const value = Buffer.concat([pixels, Buffer.alloc(pixels.length % 2)]);
  return fileOf(syntax ?? EXPLICIT_VR_LITTLE_ENDIAN, header, more, [
    elementHead(PIXEL_DATA, "OW", value.length),
    value,
  ]);
}

/** Each frame compressed by the codec of the syntax, with an empty table of offsets. */
export async function compressedFile({ header, more = [], pixels, syntax = "" }: RawImage): Promise<Buffer> {
  const { dataset } = await readHeader(sourceOf(imageFile({ header, pixels })));
  const shape = compressedFrameShape(dataset)!;
  const head = elementHead(PIXEL_DATA, "OB", 0);
  head.writeUInt32LE(0xffffffff, 8);
  const parts: Buffer[] = [head, fragment(Buffer.alloc(0))];
  for (let at = 0; at < pixels.length; at += shape.frameBytes) {
    const codec = await openFrameCodec(syntax, shape);
    parts.push(fragment(codec.encode(pixels.subarray(at, at + shape.frameBytes))));
  }
  return fileOf(syntax, header, more, [...parts, Buffer.from("feffdde000000000", "hex")]);
}

function fragment(bytes: Buffer): Buffer {
  const head = Buffer.from("feff00e000000000", "hex");
  head.writeUInt32LE(bytes.length + (bytes.length % 2), 4);
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
}

function fileOf(syntax: string, header: Dataset, more: MoreElements, pixels: readonly Buffer[]): Buffer {
  const meta = encodeFileMeta({ sopClassUid: "1.2.3", sopInstanceUid: "1.2.3.4", transferSyntaxUid: syntax });
  const added = more.map(([tag, vr, value]) => Buffer.concat([elementHead(tag, vr, value.length), value]));
  return Buffer.concat([meta, encodeDataset(header), ...added, ...pixels]);
}

/** A file in memory that counts how much of it is read. */
export function sourceOf(bytes: Uint8Array): FileSource & { read: FileSource["read"]; readBytes: number } {
  const source = {
    size: bytes.length,
    readBytes: 0,
    read: async (into: Uint8Array, at: number) => {
      const piece = bytes.subarray(at, at + into.length);
      into.set(piece);
      source.readBytes += piece.length;
      return piece.length;
    },
  };
  return source;
}

export async function rendered(
  file: Uint8Array,
  options: Partial<RenderOptions> = {},
): Promise<RenderedFrame> {
  const source = sourceOf(file);
  const image = await openImage(source);
  return renderFrame(source, image, { frame: 1, size: 64, window: "stored", format: "png", ...options });
}

/** The pixels of a PNG, one array for each of them. */
export function pixelsOf({ bytes }: Pick<RenderedFrame, "bytes">): number[][] {
  const { data, channels } = decode(bytes);
  return Array.from({ length: data.length / channels }, (_, pixel) =>
    [...data.subarray(pixel * channels, (pixel + 1) * channels)].map(Number),
  );
}
