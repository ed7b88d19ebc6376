// Reads the samples of one frame by its place in the file, decompressed, and nothing of the other frames.
import {
  CodecFailed,
  canDecode,
  codecOf,
  compressedFrameShape,
  decodedPhotometric,
  type FrameShape,
  openFrameCodec,
} from "../codecs/index.ts";
import type { DatasetView } from "../dataset-view.ts";
import { type FileHeader, readHeader } from "../file-header.ts";
import type { FileSource } from "../file-window.ts";
import { type ByteRange, findFrames, findPixelData, type PixelDataPlace } from "../pixel-data-place.ts";
import { Tag } from "../tags.ts";
import { CannotRender } from "./cannot-render.ts";

export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** Where the frames of an image lie. */
export interface StoredFrames {
  readonly header: FileHeader;
  readonly shape: FrameShape;
  readonly place: PixelDataPlace;
  readonly frames: readonly (readonly ByteRange[])[];
}

export interface FrameSamples {
  /** Line by line from the top; colours interleaved. */
  readonly samples: Samples;
  /** PhotometricInterpretation (0028,0004) of the samples as they are now. */
  readonly photometric: string;
}

/** A larger frame is no picture for a browser. */
const LARGEST_FRAME_BYTES = 128 * 1024 ** 2;

/** @throws CannotRender, MalformedDataset or TruncatedDataset */
export async function findStoredFrames(file: FileSource): Promise<StoredFrames> {
  const header = await readHeader(file);
  if (header.transferSyntax.deflated) {
    throw new CannotRender("unsupported", "The file is deflated as a whole; the hub does not show it.");
  }
  const place = await findPixelData(file, header);
  if (!place) throw new CannotRender("no-pixels", "The object has no picture in it.");
  const shape = shapeOf(header, place);
  const frames = await findFrames(file, header, place);
  if (!frames) throw new CannotRender("damaged", "The image does not tell where its frames begin.");
  return { header, shape, place, frames };
}

function shapeOf({ dataset, transferSyntax }: FileHeader, place: PixelDataPlace): FrameShape {
  const shape = compressedFrameShape(dataset);
  const isShared = !place.encapsulated && shape?.photometric.endsWith("_422") === true;
  if (!shape || isShared || place.tag !== Tag.PixelData) {
    throw new CannotRender("unsupported", "The pixels are of a kind that the hub does not show.");
  }
  if (shape.frameBytes > LARGEST_FRAME_BYTES) {
    throw new CannotRender("too-large", "One frame of the image is larger than 128 MB.");
  }
  if (place.encapsulated && !canDecode(transferSyntax.uid, shape)) {
    const known = codecOf(transferSyntax.uid) !== undefined;
    const why = known ? "with pixels that the hub cannot decompress" : "which the hub cannot decompress";
    throw new CannotRender(
      "unknown-compression",
      `The image is compressed (${transferSyntax.name}), ${why}.`,
    );
  }
  return shape;
}

/**
 * @param index of the stored frame, from 0 on
 * @throws CannotRender
 */
export async function readSamples(
  file: FileSource,
  stored: StoredFrames,
  index: number,
): Promise<FrameSamples> {
  const { header, shape, place, frames } = stored;
  const ranges = frames[index];
  if (!ranges) throw new CannotRender("no-such-frame", `The image has the frames 1 to ${frames.length}.`);
  const bytes = await readRanges(file, ranges);
  const { uid } = header.transferSyntax;
  if (place.encapsulated) {
    const decoded = await decompressed(bytes, uid, shape);
    return {
      samples: storedBits(header.dataset, typed(decoded, shape), shape),
      photometric: decodedPhotometric(uid, shape),
    };
  }
  const samples = storedBits(header.dataset, typed(littleEndian(bytes, shape, place), shape), shape);
  const isPlanar = shape.samples === 3 && header.dataset.numbers(Tag.PlanarConfiguration, "US")[0] === 1;
  return { samples: isPlanar ? interleaved(samples) : samples, photometric: shape.photometric };
}

async function readRanges(file: FileSource, ranges: readonly ByteRange[]): Promise<Buffer> {
  const size = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  if (size > LARGEST_FRAME_BYTES)
    throw new CannotRender("too-large", "One frame of the image is larger than 128 MB.");
  // samples must not begin at an odd place of a buffer that is shared
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { from, to } of ranges) at += await file.read(bytes.subarray(at, at + to - from), from);
  if (at < size) throw new CannotRender("damaged", "The file ends inside of this frame.");
  return bytes;
}

async function decompressed(bytes: Buffer, uid: string, shape: FrameShape): Promise<Buffer> {
  try {
    const codec = await openFrameCodec(uid, shape);
    return codec.decode(bytes);
  } catch (error) {
    if (!(error instanceof CodecFailed)) throw error;
    throw new CannotRender("damaged", `This frame ${error.message}.`);
  }
}

function littleEndian(
  bytes: Buffer,
  { bitsAllocated }: FrameShape,
  { encoding, vr }: PixelDataPlace,
): Buffer {
  if (encoding.littleEndian) return bytes;
  if (bitsAllocated === 32) return bytes.swap32();
  const isInWords = bitsAllocated === 16 || vr === "OW";
  if (isInWords && bytes.length % 2 === 1) {
    throw new CannotRender("unsupported", "The frames of the image share words; the hub does not show them.");
  }
  return isInWords ? bytes.swap16() : bytes;
}

function typed(bytes: Buffer, { bitsAllocated, signed }: FrameShape): Samples {
  const { byteOffset, length } = bytes;
  const buffer = bytes.buffer as ArrayBuffer;
  if (bitsAllocated === 8) return new (signed ? Int8Array : Uint8Array)(buffer, byteOffset, length);
  if (bitsAllocated === 16) return new (signed ? Int16Array : Uint16Array)(buffer, byteOffset, length / 2);
  return new (signed ? Int32Array : Uint32Array)(buffer, byteOffset, length / 4);
}

/** Bits around the stored ones may hold an overlay (PS3.5 8.1.1); they are no part of the value. */
function storedBits(dataset: DatasetView, samples: Samples, shape: FrameShape): Samples {
  const { bitsAllocated, highBit, signed } = shape;
  const [told = bitsAllocated] = dataset.numbers(Tag.BitsStored, "US");
  const bitsStored = Math.min(told, highBit + 1);
  if (bitsStored === bitsAllocated || bitsStored < 1) return samples;
  // the highest bit goes to the top of a number of 32 bits, and the value comes back with its sign
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  for (let at = 0; at < samples.length; at += 1) {
    const lifted = samples[at]! << up;
    samples[at] = signed ? lifted >> down : lifted >>> down;
  }
  return samples;
}

/** PlanarConfiguration (0028,0006) 1: all reds, all greens, all blues. */
function interleaved(planes: Samples): Samples {
  const pixels = planes.length / 3;
  const mixed = new (planes.constructor as new (length: number) => Samples)(planes.length);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      mixed[3 * pixel + colour] = planes[colour * pixels + pixel]!;
    }
  }
  return mixed;
}
