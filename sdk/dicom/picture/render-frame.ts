// One frame of an image as a picture for people: its window, its shape on a screen, its size.
import type { DatasetView } from "../dataset-view.ts";
import type { FileSource } from "../file-window.ts";
import { Tag } from "../tags.ts";
import { CannotRender } from "./cannot-render.ts";
import { paletteColours, rgbOf } from "./colours.ts";
import { encodePicture, type PictureFormat } from "./encode-picture.ts";
import { type FrameSamples, findStoredFrames, readSamples, type StoredFrames } from "./frame-samples.ts";
import { cut, type Picture, scaled } from "./picture.ts";
import { type Mosaic, mosaicOf } from "./shown-frames.ts";
import {
  fittingWindow,
  frameMacro,
  greyOf,
  rescaleOf,
  storedWindow,
  type Window,
  type WindowFunction,
} from "./window.ts";

export interface RenderOptions {
  /** From 1 on; `middle` for the one in the middle. */
  readonly frame: number | "middle";
  /** Pixels of the longer side; what the picture has to fit into; or `stored`: as large as the frame. */
  readonly size: number | Viewport | "stored";
  /** `stored`: as the object says, or as its values lie where it says nothing; `fit`: as they lie. */
  readonly window: (Window & { readonly shape?: WindowFunction }) | "stored" | "fit";
  readonly format: PictureFormat;
  /** Of a JPEG, from 1 to 100. */
  readonly quality?: number;
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export interface RenderedFrame {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** From 1 on. */
  readonly frame: number;
  /** How many frames there are. */
  readonly frames: number;
  /** Undefined for colours. */
  readonly window: Window | undefined;
}

/** An image whose header was read. */
export type OpenImage = StoredFrames & { readonly mosaic: Mosaic | undefined };

const PIXEL_ASPECT_RATIO = 0x00280034;
/** Pixels that are longer than this are told wrongly. */
const LONGEST_PIXEL = 8;
/** Larger pictures than this are scaled down, also where nobody asked for it. */
const LARGEST_SIDE = 4096;

/** @throws CannotRender, MalformedDataset or TruncatedDataset */
export async function openImage(file: FileSource): Promise<OpenImage> {
  const stored = await findStoredFrames(file);
  return { ...stored, mosaic: mosaicOf(stored.header.dataset) };
}

/** Reads the bytes of the one frame alone. @throws CannotRender */
export async function renderFrame(
  file: FileSource,
  image: OpenImage,
  options: RenderOptions,
): Promise<RenderedFrame> {
  const { mosaic, header } = image;
  const frames = mosaic?.slices ?? image.frames.length;
  const frame = options.frame === "middle" ? Math.ceil(frames / 2) : options.frame;
  if (frame < 1 || frame > frames) {
    throw new CannotRender("no-such-frame", `The image has the frames 1 to ${frames}.`);
  }
  const index = mosaic ? 0 : frame - 1;
  const samples = await readSamples(file, image, index);
  const { picture, window } = await developed(file, image, index, samples, options.window);
  const part = mosaic ? tileOf(picture, mosaic, frame - 1) : picture;
  const { width, height } = screenSize(part, pixelHeight(header.dataset, index), options.size);
  const bytes = await encodePicture(scaled(part, width, height), options.format, options.quality);
  return { bytes, width, height, frame, frames, window };
}

async function developed(
  file: FileSource,
  { header, shape }: OpenImage,
  index: number,
  samples: FrameSamples,
  wanted: RenderOptions["window"],
): Promise<{ picture: Picture; window: Window | undefined }> {
  const { dataset } = header;
  const size = { width: shape.columns, height: shape.rows };
  if (shape.samples === 3) {
    const pixels = rgbOf(samples, dataset.numbers(Tag.BitsStored, "US")[0] ?? shape.bitsAllocated);
    return { picture: { ...size, channels: 3, pixels }, window: undefined };
  }
  if (samples.photometric === "PALETTE COLOR") {
    const pixels = await paletteColours(file, header, samples);
    return { picture: { ...size, channels: 3, pixels }, window: undefined };
  }
  const rescale = rescaleOf(dataset, index);
  const stored = storedWindow(dataset, index);
  const asked = wanted === "stored" ? stored.window : wanted === "fit" ? undefined : wanted;
  const window = asked ?? fittingWindow(dataset, samples.samples, rescale);
  const curve = typeof wanted === "object" ? (wanted.shape ?? stored.shape) : stored.shape;
  const grey = greyOf(window, curve);
  const isInverted = samples.photometric === "MONOCHROME1";
  const pixels = new Uint8ClampedArray(samples.samples.length);
  for (let at = 0; at < pixels.length; at += 1) {
    const value = grey(samples.samples[at]! * rescale.slope + rescale.intercept);
    pixels[at] = isInverted ? 255 - value : value;
  }
  const { center, width } = window;
  return {
    picture: { ...size, channels: 1, pixels: new Uint8Array(pixels.buffer) },
    window: { center, width },
  };
}

function tileOf(picture: Picture, { side }: Mosaic, slice: number): Picture {
  const width = picture.width / side;
  const height = picture.height / side;
  return cut(picture, (slice % side) * width, Math.floor(slice / side) * height, width, height);
}

/** How much higher than wide one pixel is: PixelSpacing (0028,0030) or PixelAspectRatio (0028,0034). */
function pixelHeight(dataset: DatasetView, index: number): number {
  const spacing = frameMacro(dataset, index, Tag.PixelMeasuresSequence).numbers(Tag.PixelSpacing, "DS");
  const [rows = 1, columns = 1] = spacing.length >= 2 ? spacing : dataset.numbers(PIXEL_ASPECT_RATIO, "IS");
  const ratio = rows / columns;
  return ratio >= 1 / LONGEST_PIXEL && ratio <= LONGEST_PIXEL ? ratio : 1;
}

function screenSize({ width, height }: Picture, tall: number, size: RenderOptions["size"]) {
  const factor = factorOf(width, height * tall, size);
  const whole = (length: number) => Math.max(1, Math.round(length * factor));
  return { width: whole(width), height: whole(height * tall) };
}

function factorOf(width: number, height: number, size: RenderOptions["size"]): number {
  const longest = Math.max(width, height);
  if (size === "stored") return Math.min(1, LARGEST_SIDE / longest);
  if (typeof size === "number") return size / longest;
  return Math.min(size.width / width, size.height / height);
}
