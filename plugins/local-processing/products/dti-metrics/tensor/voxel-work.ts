// Work on many voxels that several threads take from one heap, range by range.
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { createFreeWaterMap } from "./free-water.ts";
import type { GradientTable } from "./gradient-table.ts";
import { createTensorFit, type TensorFit } from "./tensor-fit.ts";

/** Large enough for sequential reading of the volumes, small enough that no thread waits long for the last one. */
export const RANGE = 2048;

interface CommonWork {
  /** In shared memory, like the voxel list and all results. */
  readonly series: DiffusionSeries;
  readonly table: GradientTable;
  readonly voxels: Int32Array;
  /** One number in shared memory: the first voxel that nobody has taken. */
  readonly next: Int32Array;
}

/** Fills the fit but for `zeroSignalVoxels`. */
export interface TensorWork extends CommonWork {
  readonly kind: "tensor";
  readonly reweightings: number;
  readonly fit: TensorFit;
}

export interface FreeWaterWork extends CommonWork {
  readonly kind: "free-water";
  readonly start: Pick<TensorFit, "tensor" | "logS0">;
  readonly map: Float32Array;
}

export type VoxelWork = TensorWork | FreeWaterWork;

/** @returns what counts up: of the tensor, voxels with a signal of zero or less */
type WorkRange = (from: number, to: number) => number;

/** @throws Unsuitable GRADIENT_TABLE */
export function prepare(work: VoxelWork): WorkRange {
  const { series, table, voxels } = work;
  if (work.kind === "tensor") {
    const fitRange = createTensorFit(series, table, voxels, work.reweightings);
    return (from, to) => fitRange(work.fit, from, to);
  }
  const mapRange = createFreeWaterMap(series, table, voxels, work.start);
  return (from, to) => {
    mapRange(work.map, from, to);
    return 0;
  };
}

/** Takes ranges until none is left. @param onTaken told how many voxels have been taken by all threads */
export function workThrough(
  { voxels, next }: VoxelWork,
  range: WorkRange,
  onTaken?: (voxels: number) => void,
): number {
  let count = 0;
  for (;;) {
    const from = Atomics.add(next, 0, RANGE);
    if (from >= voxels.length) return count;
    const to = Math.min(from + RANGE, voxels.length);
    count += range(from, to);
    onTaken?.(to);
  }
}
