// Maps the free-water fraction of a multi-shell series.
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { createFreeWaterVoxel } from "./free-water-voxel.ts";
import type { GradientTable } from "./gradient-table.ts";
import { fitTensor, type TensorFit } from "./tensor-fit.ts";

/** Above this mean diffusivity (um2/ms) a voxel is water alone, and a tissue tensor is undefined. */
const PURE_WATER_MD = 2.7;

/** Reweighting passes of the fit that the search starts from. */
export const START_REWEIGHTINGS = 1;

/** Fills the map, a whole volume, for the voxels `from` to `to` of the list. */
export type MapRange = (map: Float32Array, from: number, to: number) => void;

/**
 * Prepares the search; every voxel is searched by itself, so that ranges can be shared out.
 *
 * @param series only the volumes that `decideFreeWater` allows, with their table
 * @param start the tensors of all voxels of the list
 */
export function createFreeWaterMap(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
  start: Pick<TensorFit, "tensor" | "logS0">,
): MapRange {
  const voxel = createFreeWaterVoxel(table);
  const signals = new Float64Array(table.volumes);
  return (map, from, to) => {
    for (let k = from; k < to; k++) {
      const i = voxels[k]!;
      const trace = start.tensor[6 * k]! + start.tensor[6 * k + 1]! + start.tensor[6 * k + 2]!;
      if (trace / 3 >= PURE_WATER_MD) {
        map[i] = 1;
        continue;
      }
      for (let v = 0; v < table.volumes; v++) {
        const stored = series.stored[v * series.voxelsPerVolume + i]!;
        signals[v] = Math.max(0, stored * series.slope + series.intercept);
      }
      map[i] = voxel.solve(signals, start.tensor, 6 * k, start.logS0[k]!);
    }
  };
}

/** Free-water fraction 0..1, a whole volume, 0 outside the voxel list, made in this thread. */
export function mapFreeWater(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
): Float32Array {
  const start = fitTensor(series, table, voxels, START_REWEIGHTINGS);
  const map = new Float32Array(series.voxelsPerVolume);
  createFreeWaterMap(series, table, voxels, start)(map, 0, voxels.length);
  return map;
}
