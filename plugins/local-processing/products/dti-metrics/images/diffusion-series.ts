// A diffusion series in memory: voxel grid and stored signals, as every part of the product reads them.

/** Geometry of one volume. */
export interface VoxelGrid {
  /** Voxels along i, j, k. */
  size: readonly [number, number, number];
  /** Voxel edge lengths in mm. */
  spacing: readonly [number, number, number];
  /** Three rows of four: voxel index (i, j, k, 1) to scanner position in mm (RAS+). */
  affine: readonly (readonly number[])[];
}

export type StoredSignals =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Volumes one after the other; the signal is stored * slope + intercept. */
export interface DiffusionSeries {
  grid: VoxelGrid;
  volumes: number;
  voxelsPerVolume: number;
  stored: StoredSignals;
  slope: number;
  intercept: number;
}

/** Volume of one voxel in millilitres. */
export const voxelMl = (grid: VoxelGrid): number =>
  (grid.spacing[0] * grid.spacing[1] * grid.spacing[2]) / 1000;

/** A series of some volumes only, in memory that threads can share; the same object when nothing is left out. */
export function takeVolumes(series: DiffusionSeries, volumes: readonly number[]): DiffusionSeries {
  if (volumes.length === series.volumes && volumes.every((v, i) => v === i)) return series;
  const length = series.voxelsPerVolume;
  const { BYTES_PER_ELEMENT } = series.stored;
  const bytes = new SharedArrayBuffer(length * volumes.length * BYTES_PER_ELEMENT);
  const stored = new (series.stored.constructor as new (buffer: SharedArrayBuffer) => StoredSignals)(bytes);
  volumes.forEach((v, position) => {
    stored.set(series.stored.subarray(v * length, (v + 1) * length), position * length);
  });
  return { ...series, volumes: volumes.length, stored };
}

/** Mean signal of some volumes, one value a voxel. */
export function meanVolume(series: DiffusionSeries, volumes: readonly number[]): Float32Array {
  const mean = new Float32Array(series.voxelsPerVolume);
  for (const v of volumes) {
    const base = v * series.voxelsPerVolume;
    for (let i = 0; i < mean.length; i++) mean[i]! += series.stored[base + i]!;
  }
  for (let i = 0; i < mean.length; i++) {
    mean[i] = (mean[i]! / volumes.length) * series.slope + series.intercept;
  }
  return mean;
}

/** Positions of the voxels that a mask holds, in rising order, in memory that threads can share. */
export function voxelsOf(mask: Uint8Array): Int32Array {
  let count = 0;
  for (const value of mask) if (value) count++;
  const voxels = new Int32Array(new SharedArrayBuffer(4 * count));
  let next = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]) voxels[next++] = i;
  return voxels;
}

/**
 * Voxels of a list whose six face neighbours all lie in the mask (the mask eroded by one voxel). What lies
 * on the edge of the volume is left out too, because half of its neighbourhood was not measured.
 */
export function interiorVoxels(mask: Uint8Array, voxels: Int32Array, grid: VoxelGrid): Int32Array {
  const [nx, ny, nz] = grid.size;
  const slice = nx * ny;
  return voxels.filter((i) => {
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    const z = Math.floor(i / slice);
    if (x === 0 || y === 0 || z === 0 || x === nx - 1 || y === ny - 1 || z === nz - 1) return false;
    return Boolean(
      mask[i - 1] && mask[i + 1] && mask[i - nx] && mask[i + nx] && mask[i - slice] && mask[i + slice],
    );
  });
}
