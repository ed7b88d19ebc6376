// How many bytes of pixel data an image must have, and whether they came.
import type { DatasetView } from "./dataset-view.ts";
import { uint16 } from "./element-header.ts";
import type { TransferSyntax } from "./transfer-syntaxes.ts";

/** PixelData (7FE0,0010). */
export const PIXEL_DATA = 0x7fe00010;
/**
 * Where pixels can be: PixelDataProviderURL (0028,7FE0), FloatPixelData (7FE0,0008),
 * DoubleFloatPixelData (7FE0,0009), PixelData (7FE0,0010).
 */
export const PIXEL_DATA_TAGS: ReadonlySet<number> = new Set([0x00287fe0, 0x7fe00008, 0x7fe00009, PIXEL_DATA]);
const SAMPLES_PER_PIXEL = 0x00280002;
const PHOTOMETRIC_INTERPRETATION = 0x00280004;
const NUMBER_OF_FRAMES = 0x00280008;
const ROWS = 0x00280010;
const COLUMNS = 0x00280011;
const BITS_ALLOCATED = 0x00280100;

/** What the length is computed from. */
export const PIXEL_DATA_NEEDS: ReadonlySet<number> = new Set([
  SAMPLES_PER_PIXEL,
  PHOTOMETRIC_INTERPRETATION,
  NUMBER_OF_FRAMES,
  ROWS,
  COLUMNS,
  BITS_ALLOCATED,
]);

type Values = ReadonlyMap<number, Uint8Array>;

/**
 * @param values raw values of `PIXEL_DATA_NEEDS` of the top level
 * @param present length of the value, `UNDEFINED_LENGTH` when it is in fragments, undefined when there is none
 * @returns what is missing, in words; undefined when nothing is or when the object has no pixel module
 */
export function missingNativePixelData(
  values: Values,
  present: number | undefined,
  syntax: TransferSyntax,
): string | undefined {
  const expected = expectedPixelBytes(values, syntax.littleEndian);
  if (expected === undefined) return undefined;
  if (present === undefined) return "PixelData (7FE0,0010) is missing";
  if (syntax.encapsulated || present >= expected) return undefined;
  return `PixelData (7FE0,0010) has ${present} of ${expected} bytes`;
}

/**
 * PS3.5 8.1.1: samples of all frames, packed without gaps.
 * @returns bytes, or undefined when the object has no image pixel module
 */
function expectedPixelBytes(values: Values, littleEndian: boolean): number | undefined {
  const short = (tag: number): number | undefined => {
    const value = values.get(tag);
    return value && value.length >= 2 ? uint16(value, 0, littleEndian) : undefined;
  };
  const rows = short(ROWS);
  const columns = short(COLUMNS);
  const bits = short(BITS_ALLOCATED);
  if (rows === undefined || columns === undefined || bits === undefined) return undefined;
  const samples = samplesPerPixel(text(values, PHOTOMETRIC_INTERPRETATION), short(SAMPLES_PER_PIXEL) ?? 1);
  return Math.ceil((rows * columns * samples * bits * frames(text(values, NUMBER_OF_FRAMES))) / 8);
}

/**
 * PS3.5 8.1.1, of one frame of an object whose header is in memory.
 * @returns undefined when the object has no image pixel module
 */
export function nativeFrameBits(dataset: DatasetView): number | undefined {
  const [rows] = dataset.numbers(ROWS, "US");
  const [columns] = dataset.numbers(COLUMNS, "US");
  const [bits] = dataset.numbers(BITS_ALLOCATED, "US");
  if (rows === undefined || columns === undefined || bits === undefined) return undefined;
  const [samples = 1] = dataset.numbers(SAMPLES_PER_PIXEL, "US");
  return rows * columns * samplesPerPixel(dataset.ascii(PHOTOMETRIC_INTERPRETATION) ?? "", samples) * bits;
}

/** PS3.3 C.7.6.3.1.2: these two share the chroma of two neighbours, two samples a pixel instead of three. */
const samplesPerPixel = (photometric: string, samples: number): number =>
  photometric === "YBR_FULL_422" || photometric === "YBR_PARTIAL_422" ? 2 : samples;

function frames(value: string): number {
  const count = Number.parseInt(value, 10);
  return count > 0 ? count : 1;
}

const text = (values: Values, tag: number): string =>
  Buffer.from(values.get(tag) ?? [])
    .toString("latin1")
    .replace(/[\0 ]+$/, "");
