// Colours of the pictures: direction-encoded FA, grey and heat scales, the slice signal scale.

/** Red, green, blue, 0..255 each. */
export type Colour = readonly [number, number, number];

export const BLACK: Colour = [0, 0, 0];

/** FA of a very coherent tract shows at full brightness, not only FA = 1. */
const COLOUR_FA_GAIN = 1.25;

type Stop = readonly [position: number, colour: Colour];

/** A scale between colour stops; positions outside 0..1 take the end colours. */
function scaleOf(stops: readonly Stop[]): (share: number) => Colour {
  return (share) => {
    const t = Math.min(1, Math.max(0, share || 0));
    const next = Math.max(
      1,
      stops.findIndex(([position]) => position >= t),
    );
    const [from, a] = stops[next - 1]!;
    const [to, b] = stops[next]!;
    const f = (t - from) / (to - from);
    return [a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f, a[2] + (b[2] - a[2]) * f];
  };
}

export const greyStops: readonly Stop[] = [
  [0, [0, 0, 0]],
  [1, [255, 255, 255]],
];

/** After matplotlib's "inferno": brightness rises evenly, so it also reads without colour. */
export const heatStops: readonly Stop[] = [
  [0, [0, 0, 4]],
  [0.25, [87, 16, 110]],
  [0.5, [188, 55, 84]],
  [0.75, [249, 142, 9]],
  [1, [252, 255, 164]],
];

/** Blue below, white at and red above the expected signal. */
export const differenceStops: readonly Stop[] = [
  [0, [33, 102, 172]],
  [0.5, [247, 247, 247]],
  [1, [178, 24, 43]],
];

export const grey = scaleOf(greyStops);
export const heat = scaleOf(heatStops);
export const difference = scaleOf(differenceStops);

/**
 * Direction-encoded colour (Pajevic & Pierpaoli 1999 MRM 42:526): red left-right, green front-back, blue
 * up-down, brightness by FA.
 *
 * @param direction unit vector in the scanner frame, read from `at`
 */
export function directionColour(direction: Float32Array, at: number, fa: number): Colour {
  const brightness = 255 * Math.min(1, fa * COLOUR_FA_GAIN);
  return [
    Math.abs(direction[at]!) * brightness,
    Math.abs(direction[at + 1]!) * brightness,
    Math.abs(direction[at + 2]!) * brightness,
  ];
}
