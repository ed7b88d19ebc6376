// Finds slices whose signal collapsed in one volume, usually because the head moved during the diffusion pulse.
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { B0_LIMIT, findShells, type GradientTable } from "../tensor/gradient-table.ts";
import { medianOf } from "../tensor/map-statistics.ts";
import { designMatrix, predictVolume, type TensorFit } from "../tensor/tensor-fit.ts";

/** A slice with fewer masked voxels has too noisy a mean to be judged. */
const FEWEST_VOXELS = 150;
/** A shell with fewer volumes has no meaningful median; each volume is then compared with its own level. */
const FEWEST_VOLUMES = 4;
const LARGEST_Z = -5;
const SMALLEST_LOSS = 0.08;
/** Keeps very clean data from flagging harmless differences. */
const SMALLEST_SPREAD = 0.005;
/** Makes the median absolute deviation estimate a standard deviation. */
const MAD_TO_SD = 1.4826;

export interface SliceDropout {
  volume: number;
  slice: number;
  /** Slice signal as a share of what the tensor and the other volumes of the shell let expect. */
  ratio: number;
  robustZ: number;
}

export interface SliceSignals {
  dropouts: SliceDropout[];
  /** Pairs of slice and diffusion-weighted volume that were judged. */
  tested: number;
  /** Relative signal, index volume * slices + slice; NaN where a slice has too little tissue. */
  relative: Float64Array;
  slices: number;
}

/**
 * Compares the mean signal of each slice with the tensor's prediction, robustly.
 *
 * The ratio is divided by its median over the volumes of the same shell in that slice, because a single
 * tensor over several shells predicts each shell with a constant offset that is no drop-out.
 */
export function findSliceDropouts(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
  fit: TensorFit,
): SliceSignals {
  const [nx, ny, slices] = series.grid.size;
  const sliceOf = Int32Array.from(voxels, (i) => Math.floor(i / (nx * ny)));
  const voxelsInSlice = new Int32Array(slices);
  for (const slice of sliceOf) voxelsInSlice[slice]!++;
  const relative = measuredToPredicted(series, table, voxels, sliceOf, fit);
  const judged = [...voxelsInSlice.keys()].filter((slice) => voxelsInSlice[slice]! >= FEWEST_VOXELS);
  for (let slice = 0; slice < slices; slice++) {
    if (judged.includes(slice)) continue;
    for (let v = 0; v < table.volumes; v++) relative[v * slices + slice] = Number.NaN;
  }
  divideByLevel(relative, table, judged, slices);

  const weighted = [...table.bValues.keys()].filter((v) => table.bValues[v]! > B0_LIMIT);
  const dropouts: SliceDropout[] = [];
  for (const slice of judged) {
    const losses = weighted.map((v) => relative[v * slices + slice]! - 1);
    const spread = Math.max(SMALLEST_SPREAD, MAD_TO_SD * medianOf(losses.map(Math.abs)));
    weighted.forEach((volume, position) => {
      const loss = losses[position]!;
      const robustZ = loss / spread;
      if (robustZ < LARGEST_Z && loss < -SMALLEST_LOSS) {
        dropouts.push({ volume, slice, ratio: 1 + loss, robustZ });
      }
    });
  }
  return { dropouts, tested: judged.length * weighted.length, relative, slices };
}

/** Sum of the measured over sum of the predicted signal, index volume * slices + slice. */
function measuredToPredicted(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
  sliceOf: Int32Array,
  fit: TensorFit,
): Float64Array {
  const slices = series.grid.size[2];
  const design = designMatrix(table);
  const prediction = new Float64Array(voxels.length);
  const ratios = new Float64Array(table.volumes * slices);
  for (let v = 0; v < table.volumes; v++) {
    const measured = new Float64Array(slices);
    const predicted = new Float64Array(slices);
    const base = v * series.voxelsPerVolume;
    predictVolume(fit, design, v, prediction);
    for (let k = 0; k < voxels.length; k++) {
      measured[sliceOf[k]!]! += series.stored[base + voxels[k]!]! * series.slope + series.intercept;
      predicted[sliceOf[k]!]! += prediction[k]!;
    }
    for (let slice = 0; slice < slices; slice++) {
      ratios[v * slices + slice] = measured[slice]! / predicted[slice]!;
    }
  }
  return ratios;
}

/** Divides each ratio by the level that its shell, or for a small shell its own volume, lets expect. */
function divideByLevel(ratios: Float64Array, table: GradientTable, judged: number[], slices: number): void {
  for (const shell of findShells(table)) {
    if (shell.volumes.length >= FEWEST_VOLUMES) {
      for (const slice of judged) {
        const level = medianOf(shell.volumes.map((v) => ratios[v * slices + slice]!));
        for (const v of shell.volumes) ratios[v * slices + slice]! /= level;
      }
      continue;
    }
    for (const v of shell.volumes) {
      const level = medianOf(judged.map((slice) => ratios[v * slices + slice]!));
      for (const slice of judged) ratios[v * slices + slice]! /= level;
    }
  }
}
