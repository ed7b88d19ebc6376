// Which stored values become which greys: rescaling, the window of the object, of a person, or of the values themselves.
import type { DatasetView } from "../dataset-view.ts";
import { Tag } from "../tags.ts";
import type { Samples } from "./frame-samples.ts";

/** WindowCenter (0028,1050) and WindowWidth (0028,1051), in rescaled values. */
export interface Window {
  readonly center: number;
  readonly width: number;
}

/** RescaleSlope (0028,1053) and RescaleIntercept (0028,1052). */
export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** VOILUTFunction (0028,1056); all others are taken for LINEAR. */
export type WindowFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

const VOI_LUT_FUNCTION = 0x00281056;
const FRAME_VOI_LUT_SEQUENCE = 0x00289132;
const PIXEL_PADDING_VALUE = 0x00280120;
/** So many values tell as well as all of them where most of them lie. */
const MOST_LOOKED_AT = 20_000;
/** Beyond these parts of the values lie single bright vessels and the air. */
const [DARKEST, BRIGHTEST] = [0.005, 0.995] as const;

/** The macro of a functional group for one frame: of the frame itself, of all frames, or the data set (PS3.3 C.7.6.16). */
export function frameMacro(dataset: DatasetView, frame: number, sequence: number): DatasetView {
  const ofFrame = dataset.items(Tag.PerFrameFunctionalGroupsSequence)[frame]?.items(sequence)[0];
  return ofFrame ?? dataset.items(Tag.SharedFunctionalGroupsSequence)[0]?.items(sequence)[0] ?? dataset;
}

/** @param frame from 0 on */
export function rescaleOf(dataset: DatasetView, frame: number): Rescale {
  const macro = frameMacro(dataset, frame, Tag.PixelValueTransformationSequence);
  const [slope = 1] = macro.numbers(Tag.RescaleSlope, "DS");
  const [intercept = 0] = macro.numbers(Tag.RescaleIntercept, "DS");
  return slope === 0 ? { slope: 1, intercept } : { slope, intercept };
}

/** The first window that the object tells. @param frame from 0 on */
export function storedWindow(
  dataset: DatasetView,
  frame: number,
): { readonly window: Window | undefined; readonly shape: WindowFunction } {
  const macro = frameMacro(dataset, frame, FRAME_VOI_LUT_SEQUENCE);
  const [center] = macro.numbers(Tag.WindowCenter, "DS");
  const [width] = macro.numbers(Tag.WindowWidth, "DS");
  const said = macro.ascii(VOI_LUT_FUNCTION);
  const shape = said === "LINEAR_EXACT" || said === "SIGMOID" ? said : "LINEAR";
  const isUsable = center !== undefined && width !== undefined && width > 0;
  return { window: isUsable ? { center, width } : undefined, shape };
}

/** From the darkest to the brightest of most values; of pictures with 256 greys all of them. */
export function fittingWindow(dataset: DatasetView, samples: Samples, rescale: Rescale): Window {
  const { slope, intercept } = rescale;
  const isPicture = dataset.numbers(Tag.BitsStored, "US")[0] === 8 && slope === 1 && intercept === 0;
  if (isPicture && dataset.numbers(Tag.PixelRepresentation, "US")[0] !== 1)
    return { center: 128, width: 256 };
  const step = Math.max(1, Math.floor(samples.length / MOST_LOOKED_AT));
  const signed = dataset.numbers(Tag.PixelRepresentation, "US")[0] === 1;
  const [padding] = dataset.numbers(PIXEL_PADDING_VALUE, signed ? "SS" : "US");
  const seen: number[] = [];
  for (let at = 0; at < samples.length; at += step) {
    const value = samples[at]!;
    if (value !== padding) seen.push(value * slope + intercept);
  }
  const sorted = Float64Array.from(seen).sort();
  if (sorted.length === 0) return { center: 0.5, width: 1 };
  const low = sorted[Math.floor(DARKEST * (sorted.length - 1))]!;
  const high = sorted[Math.ceil(BRIGHTEST * (sorted.length - 1))]!;
  // the grey of `low` is black and that of `high` is white (PS3.3 C.11.2.1.2.1)
  return { center: (low + high + 1) / 2, width: Math.max(1, high - low + 1) };
}

/** The grey of a rescaled value, 0 to 255 (PS3.3 C.11.2.1.2, C.11.2.1.3). */
export function greyOf({ center, width }: Window, shape: WindowFunction): (value: number) => number {
  if (shape === "SIGMOID") return (value) => 255 / (1 + Math.exp((-4 * (value - center)) / width));
  if (shape === "LINEAR_EXACT") return (value) => ((value - center) / width + 0.5) * 255;
  // one value is left of the slope: it parts black from white
  if (width <= 1) return (value) => (value > center - 0.5 ? 255 : 0);
  return (value) => ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
}
