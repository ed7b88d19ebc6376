// Describes the values of a map over a set of voxels: moments, percentiles, histogram.

/** All values in the unit of the map; NaN when no voxel has a finite value. */
export interface MapStatistics {
  n: number;
  mean: number;
  /** Sample standard deviation over the voxels (n - 1). */
  sd: number;
  median: number;
  p5: number;
  p25: number;
  p75: number;
  p95: number;
}

/** A quantile of sorted values by linear interpolation (Hyndman & Fan 1996, type 7); NaN when empty. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = share * (sorted.length - 1);
  const lower = Math.floor(position);
  const upper = Math.min(sorted.length - 1, lower + 1);
  return sorted[lower]! + (sorted[upper]! - sorted[lower]!) * (position - lower);
}

/** Median of values in any order; NaN when empty. */
export const medianOf = (values: ArrayLike<number>): number =>
  quantile(Float64Array.from(values).sort(), 0.5);

/** Statistics of the finite values of a map in some voxels. */
export function describeMap(map: Float32Array, voxels: Int32Array): MapStatistics {
  const values = Float64Array.from(voxels, (i) => map[i]!)
    .filter((value) => Number.isFinite(value))
    .sort();
  const n = values.length;
  const mean = n > 0 ? values.reduce((sum, value) => sum + value, 0) / n : Number.NaN;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    n,
    mean,
    sd: n > 0 ? Math.sqrt(squares / Math.max(1, n - 1)) : Number.NaN,
    median: quantile(values, 0.5),
    p5: quantile(values, 0.05),
    p25: quantile(values, 0.25),
    p75: quantile(values, 0.75),
    p95: quantile(values, 0.95),
  };
}

/** Share of voxels in each of `bins` equal classes of [low, high); voxels outside are not counted. */
export function histogramOf(
  map: Float32Array,
  voxels: Int32Array,
  [low, high]: readonly [number, number],
  bins: number,
): number[] {
  const counts = new Array<number>(bins).fill(0);
  let counted = 0;
  for (const i of voxels) {
    const value = map[i]!;
    if (!(value >= low && value < high)) continue;
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    counts[bin]!++;
    counted++;
  }
  return counts.map((count) => (counted > 0 ? count / counted : 0));
}
