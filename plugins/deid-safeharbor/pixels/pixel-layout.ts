// How the samples of a picture are arranged, and which stored value is shown as black (PS3.3 C.7.6.3, PS3.5 8.1).
import { type DatasetView, Tag } from "@thalamus/sdk/dicom";
import { PixelTag } from "./pixel-tags.ts";

/** Frames beyond this are not decompressed. */
const LARGEST_FRAME_BYTES = 256 * 1024 ** 2;

export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly photometric: string;
  /** 1, or 3 for colours. */
  readonly samples: number;
  /** 8, 16 or 32. */
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Each colour has a plane of its own: PlanarConfiguration (0028,0006) is 1. */
  readonly planar: boolean;
  /** Two neighbours share their colour, four bytes for two pixels: YBR_FULL_422, YBR_PARTIAL_422. */
  readonly sharedColour: boolean;
  /** Bytes of an uncompressed frame. */
  readonly frameBytes: number;
  /** What is shown as black, one value for each sample, within the bits that are stored. */
  readonly black: readonly number[];
}

/** Why pixels cannot be masked, in words that a person may read. */
export interface Unmaskable {
  readonly reason: string;
}

const COLOURS = new Set(["RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_RCT", "YBR_ICT"]);
const GREYS = new Set(["MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"]);

export function pixelLayoutOf(dataset: DatasetView): PixelLayout | Unmaskable {
  const number = (tag: number, absent: number) => dataset.numbers(tag, "US")[0] ?? absent;
  const rows = number(Tag.Rows, 0);
  const columns = number(Tag.Columns, 0);
  if (rows === 0 || columns === 0) return { reason: "the object has no picture" };
  const photometric = (dataset.ascii(Tag.PhotometricInterpretation) ?? "").trim();
  const samples = number(Tag.SamplesPerPixel, 1);
  const known = samples === 1 ? GREYS : COLOURS;
  if (!known.has(photometric) || (samples !== 1 && samples !== 3)) {
    return { reason: "its PhotometricInterpretation (0028,0004) is not one that can be masked" };
  }
  const bitsAllocated = number(Tag.BitsAllocated, 0);
  const bitsStored = number(Tag.BitsStored, bitsAllocated);
  const highBit = number(Tag.HighBit, bitsStored - 1);
  if (![8, 16, 32].includes(bitsAllocated)) return { reason: "its samples are not of 8, 16 or 32 bits" };
  if (bitsStored < 1 || highBit >= bitsAllocated || highBit + 1 < bitsStored) {
    return { reason: "BitsStored (0028,0101) and HighBit (0028,0102) contradict BitsAllocated (0028,0100)" };
  }
  const sharedColour = photometric.endsWith("_422");
  if (sharedColour && (columns % 2 !== 0 || bitsAllocated !== 8)) {
    return { reason: "neighbours share their colour in a way that cannot be masked" };
  }
  const frames = framesOf(dataset);
  if (frames === undefined) return { reason: "its NumberOfFrames (0028,0008) is no number" };
  const frameBytes = rows * columns * (sharedColour ? 2 : samples) * (bitsAllocated / 8);
  const signed = number(Tag.PixelRepresentation, 0) === 1;
  return {
    ...{ rows, columns, photometric, samples, bitsAllocated, bitsStored, highBit, signed, sharedColour },
    ...{ frameBytes, frames },
    planar: samples > 1 && !sharedColour && number(PixelTag.PlanarConfiguration, 0) === 1,
    black: blackOf(photometric, bitsStored, signed, dataset),
  };
}

/** Bytes of uncompressed pixel data behind the last frame, the padding to even length apart. */
export function unclaimedBytes({ frameBytes, frames }: PixelLayout, pixelBytes: number): number {
  const total = frameBytes * frames;
  return Math.max(0, pixelBytes - total - (total % 2));
}

/** Whether a frame is small enough to be decompressed in memory. */
export const fitsInMemory = ({ frameBytes }: PixelLayout): boolean => frameBytes <= LARGEST_FRAME_BYTES;

/**
 * As everywhere else an absent or empty NumberOfFrames (0028,0008), and 0, mean one frame.
 * @returns undefined when it is no number
 */
export function framesOf(dataset: DatasetView): number | undefined {
  const text = dataset.ascii(Tag.NumberOfFrames) || "1";
  return /^[+]?\d{1,9} *$/.test(text) ? Math.max(1, Number(text)) : undefined;
}

function blackOf(
  photometric: string,
  bitsStored: number,
  signed: boolean,
  dataset: DatasetView,
): readonly number[] {
  const half = 2 ** (bitsStored - 1);
  switch (photometric) {
    case "MONOCHROME1":
      return [signed ? half - 1 : 2 * half - 1];
    case "MONOCHROME2":
      return [signed ? -half : 0];
    case "PALETTE COLOR":
      return [Math.min(Math.max(darkestEntry(dataset), 0), (signed ? half : 2 * half) - 1)];
    case "YBR_FULL":
    case "YBR_FULL_422":
      return [0, half, half];
    case "YBR_PARTIAL_422":
      // PS3.3 C.7.6.3.1.2: luminance begins at 16.
      return [16, half, half];
    default:
      // RGB; also what YBR_RCT and YBR_ICT are once they are decompressed.
      return [0, 0, 0];
  }
}

/**
 * The stored value whose colour is darkest (PS3.3 C.7.6.3.1.5). Where the tables are too long to be in a header or
 * are segmented it is the first value they map: then a region gets one colour, though not surely black.
 */
function darkestEntry(dataset: DatasetView): number {
  const descriptor = dataset.numbers(PixelTag.RedPaletteColorLookupTableDescriptor, "US");
  const [, firstMapped = 0, bits = 16] = descriptor;
  const tables = [
    PixelTag.RedPaletteColorLookupTableData,
    PixelTag.GreenPaletteColorLookupTableData,
    PixelTag.BluePaletteColorLookupTableData,
  ].map((tag) => tableOf(dataset, tag, bits));
  const length = Math.min(...tables.map((table) => table.length));
  let darkest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let entry = 0; entry < length; entry += 1) {
    const light = tables.reduce((sum, table) => sum + table[entry]!, 0);
    if (light < least) [darkest, least] = [entry, light];
  }
  return firstMapped + darkest;
}

/** OW is no number to the view; written by byte order it is a table of words, or of bytes when entries have 8 bits. */
function tableOf(dataset: DatasetView, tag: number, bits: number): readonly number[] {
  const element = dataset.elements().find((one) => one.tag === tag);
  if (!element) return [];
  const { value, encoding } = element;
  if (bits === 8) return [...value];
  const words = new DataView(value.buffer, value.byteOffset, value.length);
  return Array.from({ length: value.length >> 1 }, (_, at) => words.getUint16(2 * at, encoding.littleEndian));
}
