// Pictures of 8 bits, grey or in colours, and how they are brought to the size of a screen.

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1, or 3 for red, green and blue. */
  readonly channels: 1 | 3;
  /** Line by line from the top, colours interleaved. */
  readonly pixels: Uint8Array;
}

/** Part of a picture. */
export function cut(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const { channels, pixels, width: whole } = picture;
  const part = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row += 1) {
    const from = ((top + row) * whole + left) * channels;
    part.set(pixels.subarray(from, from + width * channels), row * width * channels);
  }
  return { width, height, channels, pixels: part };
}

/** Larger ones are drawn between the pixels; in smaller ones each pixel is the mean of those it covers. */
export function scaled(picture: Picture, width: number, height: number): Picture {
  const { channels } = picture;
  if (width === picture.width && height === picture.height) return picture;
  const across = weights(picture.width, width);
  const narrow = new Float32Array(width * picture.height * channels);
  for (let row = 0; row < picture.height; row += 1) {
    const line = { from: row * picture.width * channels, step: channels };
    mix(picture.pixels, line, across, narrow, { from: row * width * channels, step: channels }, channels);
  }
  const down = weights(picture.height, height);
  const pixels = new Uint8ClampedArray(width * height * channels);
  const step = width * channels;
  for (let at = 0; at < step; at += 1) {
    mix(narrow, { from: at, step }, down, pixels, { from: at, step }, 1);
  }
  return { width, height, channels, pixels: new Uint8Array(pixels.buffer) };
}

interface Line {
  readonly from: number;
  readonly step: number;
}

/** For each new pixel the first old one that counts, and how much it and those after it count. */
interface Weights {
  readonly first: Int32Array;
  readonly parts: readonly Float32Array[];
}

/** A triangle around the middle of each new pixel, as wide as two pixels of the coarser grid. */
function weights(from: number, to: number): Weights {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  const first = new Int32Array(to);
  const parts = Array.from({ length: to }, (_, index) => {
    const middle = (index + 0.5) * ratio - 0.5;
    const begin = Math.max(0, Math.ceil(middle - reach));
    const end = Math.min(from - 1, Math.floor(middle + reach));
    const part = Float32Array.from({ length: end - begin + 1 }, (_one, at) =>
      Math.max(0, 1 - Math.abs(begin + at - middle) / reach),
    );
    const sum = part.reduce((total, one) => total + one, 0);
    first[index] = begin;
    return part.map((one) => one / sum);
  });
  return { first, parts };
}

function mix(
  source: Uint8Array | Float32Array,
  old: Line,
  { first, parts }: Weights,
  target: Float32Array | Uint8ClampedArray,
  fresh: Line,
  channels: number,
): void {
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index]!;
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = 0;
      let at = old.from + first[index]! * old.step + channel;
      for (let one = 0; one < part.length; one += 1, at += old.step) sum += source[at]! * part[one]!;
      target[fresh.from + index * fresh.step + channel] = sum;
    }
  }
}
