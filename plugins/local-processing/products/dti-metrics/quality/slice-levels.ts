// Mean log signal of each slice in each volume, and which slices have enough tissue for it to mean something.
import type { DiffusionSeries } from "../images/diffusion-series.ts";

/** A slice with fewer masked voxels has too noisy a mean to be judged. */
const FEWEST_VOXELS = 150;

export interface SliceLevels {
  /** Index volume * slices + slice. */
  readonly levels: Float64Array;
  readonly slices: number;
  /** Masked voxels of each slice. */
  readonly counts: Int32Array;
  readonly judged: readonly number[];
}

/** As in the tensor fit a signal of zero or less takes the smallest positive one of its voxel. */
export function sliceLevels(series: DiffusionSeries, voxels: Int32Array): SliceLevels {
  const [nx, ny, slices] = series.grid.size;
  const { stored, slope, intercept, volumes, voxelsPerVolume } = series;
  const counts = new Int32Array(slices);
  const sliceOf = Int32Array.from(voxels, (i) => Math.floor(i / (nx * ny)));
  for (const slice of sliceOf) counts[slice]!++;
  const floors = Float64Array.from(voxels, (i) => {
    let floor = Number.POSITIVE_INFINITY;
    for (let v = 0; v < volumes; v++) {
      const signal = stored[v * voxelsPerVolume + i]! * slope + intercept;
      if (signal > 0 && signal < floor) floor = signal;
    }
    return Number.isFinite(floor) ? floor : 1;
  });
  const levels = new Float64Array(volumes * slices);
  for (let v = 0; v < volumes; v++) {
    for (let k = 0; k < voxels.length; k++) {
      const signal = stored[v * voxelsPerVolume + voxels[k]!]! * slope + intercept;
      levels[v * slices + sliceOf[k]!]! += Math.log(signal > 0 ? signal : floors[k]!);
    }
    for (let slice = 0; slice < slices; slice++) levels[v * slices + slice]! /= counts[slice]!;
  }
  const judged = [...counts.keys()].filter((slice) => counts[slice]! >= FEWEST_VOXELS);
  return { levels, slices, counts, judged };
}
