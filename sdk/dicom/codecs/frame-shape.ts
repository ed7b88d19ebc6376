// How the samples of one frame are arranged (PS3.3 C.7.6.3.1, PS3.5 8.1), which a codec must know.
import type { DatasetView } from "../dataset-view.ts";
import { Tag } from "../tags.ts";

export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  /** 1, or 3 for colours. */
  readonly samples: number;
  /** 8, 16 or 32. */
  readonly bitsAllocated: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** PhotometricInterpretation (0028,0004) */
  readonly photometric: string;
  /** Bytes of the frame when it is not compressed. */
  readonly frameBytes: number;
}

const GREYS: ReadonlySet<string> = new Set(["MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"]);
const COLOURS: ReadonlySet<string> = new Set(["RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT"]);

/**
 * The shape of the frames of compressed pixel data, where each pixel has all of its samples.
 * @returns undefined when the header describes none that can be decompressed
 */
export function compressedFrameShape(dataset: DatasetView): FrameShape | undefined {
  const number = (tag: number, absent: number) => dataset.numbers(tag, "US")[0] ?? absent;
  const rows = number(Tag.Rows, 0);
  const columns = number(Tag.Columns, 0);
  const samples = number(Tag.SamplesPerPixel, 1);
  const bitsAllocated = number(Tag.BitsAllocated, 0);
  const highBit = number(Tag.HighBit, number(Tag.BitsStored, bitsAllocated) - 1);
  const photometric = (dataset.ascii(Tag.PhotometricInterpretation) ?? "").trim();
  const isKnown = samples === 1 ? GREYS.has(photometric) : samples === 3 && COLOURS.has(photometric);
  if (!isKnown || rows === 0 || columns === 0 || ![8, 16, 32].includes(bitsAllocated)) return undefined;
  if (highBit < 0 || highBit >= bitsAllocated) return undefined;
  return {
    ...{ rows, columns, samples, bitsAllocated, highBit, photometric },
    signed: number(Tag.PixelRepresentation, 0) === 1,
    frameBytes: rows * columns * samples * (bitsAllocated / 8),
  };
}
