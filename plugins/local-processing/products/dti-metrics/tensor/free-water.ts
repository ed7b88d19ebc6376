// Maps the free-water fraction of a multi-shell series.
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { createFreeWaterVoxel } from "./free-water-voxel.ts";
import type { GradientTable } from "./gradient-table.ts";
import { fitTensor } from "./tensor-fit.ts";

/** Above this mean diffusivity (um2/ms) a voxel is water alone, and a tissue tensor is undefined. */
const PURE_WATER_MD = 2.7;

/**
 * Free-water fraction 0..1, a whole volume, 0 outside the voxel list.
 *
 * @param series only the volumes that `decideFreeWater` allows, with their table
 * @param onProgress called with 0..1
 */
export function mapFreeWater(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
  onProgress?: (done: number) => void,
): Float32Array {
  const start = fitTensor(series, table, voxels, 1);
  const voxel = createFreeWaterVoxel(table);
  const map = new Float32Array(series.voxelsPerVolume);
  const signals = new Float64Array(table.volumes);
  for (let k = 0; k < voxels.length; k++) {
    const i = voxels[k]!;
    const meanDiffusivity = (start.tensor[6 * k]! + start.tensor[6 * k + 1]! + start.tensor[6 * k + 2]!) / 3;
    if (meanDiffusivity >= PURE_WATER_MD) {
      map[i] = 1;
      continue;
    }
    for (let v = 0; v < table.volumes; v++) {
      const stored = series.stored[v * series.voxelsPerVolume + i]!;
      signals[v] = Math.max(0, stored * series.slope + series.intercept);
    }
    map[i] = voxel.solve(signals, start.tensor, 6 * k, start.logS0[k]!);
    if (k % 2048 === 0) onProgress?.(k / voxels.length);
  }
  return map;
}
