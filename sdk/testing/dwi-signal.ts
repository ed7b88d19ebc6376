// The pictures of a phantom: the tensor model at each voxel, with the noise of a magnitude image.
import { type Spot, spotAt } from "./brain-model.ts";
import type { Weighting } from "./gradient-scheme.ts";
import { alongHead, type PhantomGeometry, patientPoint } from "./phantom-geometry.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { dot, type Vector3 } from "./vector3.ts";

/** What is at each pixel of one slice, row by row; undefined is air. */
export type SliceModel = readonly (Spot | undefined)[];

/** BitsStored (0028,0101) is 12. */
const MAX_VALUE = 4095;

/** The slices lie along the head: it is tilted as they are. */
export function sliceModel(geometry: PhantomGeometry, slice: number): SliceModel {
  const { matrix } = geometry;
  return Array.from({ length: matrix * matrix }, (_, pixel) => {
    const point = patientPoint(geometry, pixel % matrix, Math.floor(pixel / matrix), slice);
    return spotAt(alongHead(point, geometry));
  });
}

/**
 * Signals of one slice under one weighting: S0 exp(-b gDg), Rician noise.
 * @param noise standard deviation in each of the two channels
 * @returns 16 bit little endian, row by row
 */
export function sliceSignal(
  model: SliceModel,
  weighting: Weighting,
  geometry: PhantomGeometry,
  noise: number,
  random: SeededRandom,
): Uint8Array {
  const { b, direction } = weighting;
  const gradient = direction && alongHead(direction, geometry);
  const values = new Uint16Array(model.length);
  for (let pixel = 0; pixel < model.length; pixel += 1) {
    const spot = model[pixel];
    const signal = spot ? spot.tissue.s0 * Math.exp(-b * diffusivity(spot, gradient)) : 0;
    const real = signal + noise * random.normal();
    const imaginary = noise * random.normal();
    values[pixel] = Math.min(MAX_VALUE, Math.round(Math.hypot(real, imaginary)));
  }
  return new Uint8Array(values.buffer);
}

/** Diffusivity along the gradient in mm2/s; without one the mean of all directions. */
function diffusivity({ tissue, direction }: Spot, gradient: Vector3 | undefined): number {
  if (!gradient) return (tissue.axial + 2 * tissue.radial) / 3;
  const cosine = dot(direction, gradient);
  return tissue.radial + (tissue.axial - tissue.radial) * cosine * cosine;
}
