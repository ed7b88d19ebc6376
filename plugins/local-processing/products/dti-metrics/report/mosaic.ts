// Draws slices of a map side by side as one PNG picture.
import { encode } from "fast-png";
import { BLACK, type Colour, difference } from "./colour-map.ts";
import type { DisplayBox, DisplayView } from "./display-axes.ts";

export interface Picture {
  png: Buffer;
  width: number;
  height: number;
}

/** A picture of slices in a row with the slice heights in mm, left to right. */
export interface Mosaic extends Picture {
  heights: number[];
}

/** Width of a tile in pixels; enough for print at the size the report uses. */
const TILE_WIDTH = 180;
const GAP = 2;

const pngOf = (width: number, height: number, data: Uint8Array): Picture => ({
  png: Buffer.from(encode({ width, height, data, channels: 3, depth: 8 })),
  width,
  height,
});

/**
 * One row of slices, interpolated between voxels in colour, in true proportions.
 *
 * @param slices display slices, in the order of the tiles
 * @param colourOf colour of a voxel, by its position in the stored volume
 */
export function drawMosaic(
  view: DisplayView,
  box: DisplayBox,
  slices: readonly number[],
  colourOf: (voxel: number) => Colour,
): Mosaic {
  const mmPerPixel = ((box.x[1] - box.x[0] + 1) * view.spacing[0]) / TILE_WIDTH;
  const height = Math.round(((box.y[1] - box.y[0] + 1) * view.spacing[1]) / mmPerPixel);
  const width = slices.length * TILE_WIDTH + (slices.length - 1) * GAP;
  const pixels = new Uint8Array(3 * width * height);
  const inside = (position: number, count: number) => Math.min(count - 1, Math.max(0, position));
  slices.forEach((z, tile) => {
    const colourAt = (x: number, y: number) =>
      colourOf(view.voxelAt(inside(x, view.size[0]), inside(y, view.size[1]), z));
    for (let row = 0; row < height; row++) {
      const y = box.y[0] + ((row + 0.5) * mmPerPixel) / view.spacing[1] - 0.5;
      const y0 = Math.floor(y);
      for (let column = 0; column < TILE_WIDTH; column++) {
        const x = box.x[0] + ((column + 0.5) * mmPerPixel) / view.spacing[0] - 0.5;
        const x0 = Math.floor(x);
        const at = 3 * (row * width + tile * (TILE_WIDTH + GAP) + column);
        const corners = [
          colourAt(x0, y0),
          colourAt(x0 + 1, y0),
          colourAt(x0, y0 + 1),
          colourAt(x0 + 1, y0 + 1),
        ];
        blend(corners, x - x0, y - y0, pixels, at);
      }
    }
  });
  return { ...pngOf(width, height, pixels), heights: slices.map(view.heightOf) };
}

/** Bilinear mix of four corner colours. */
function blend(corners: readonly Colour[], tx: number, ty: number, pixels: Uint8Array, at: number): void {
  const [a, b, c, d] = corners as readonly [Colour, Colour, Colour, Colour];
  for (let channel = 0 as 0 | 1 | 2; channel < 3; channel++) {
    const upper = a[channel] * (1 - tx) + b[channel] * tx;
    const lower = c[channel] * (1 - tx) + d[channel] * tx;
    pixels[at + channel] = Math.round(upper * (1 - ty) + lower * ty);
  }
}

/** Relative slice signals as a picture, one pixel each: volumes to the right, slices upwards. */
export function drawSliceSignals(
  relative: Float64Array,
  slices: number,
  [low, high]: readonly [number, number],
): Picture {
  const volumes = relative.length / slices;
  const pixels = new Uint8Array(3 * volumes * slices);
  for (let v = 0; v < volumes; v++) {
    for (let slice = 0; slice < slices; slice++) {
      const value = relative[v * slices + slice]!;
      const colour = Number.isNaN(value) ? [205, 210, 216] : difference((value - low) / (high - low));
      pixels.set(colour.map(Math.round), 3 * ((slices - 1 - slice) * volumes + v));
    }
  }
  return pngOf(volumes, slices, pixels);
}

/** A map inside the mask on a colour scale; black outside. @param window values of the scale's two ends */
export function scaledColours(
  map: Float32Array,
  mask: Uint8Array,
  [low, high]: readonly [number, number],
  scale: (share: number) => Colour,
): (voxel: number) => Colour {
  return (voxel) => (mask[voxel] ? scale((map[voxel]! - low) / (high - low)) : BLACK);
}
