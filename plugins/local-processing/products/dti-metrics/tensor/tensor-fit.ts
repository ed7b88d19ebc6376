// Fits the diffusion tensor voxel by voxel: ordinary least squares on the log signal, then reweighted.
import { Unsuitable } from "../contract/refusal.ts";
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { packedIndex, packedLength, solveSymmetric } from "./cholesky.ts";
import type { GradientTable } from "./gradient-table.ts";

/** Six tensor elements and ln S0. */
const UNKNOWNS = 7;

/** Voxels copied together from the volume-major file, so that reading the series stays sequential. */
const CHUNK = 4096;

/** One entry per fitted voxel, in the order of the voxel list. Tensor in um2/ms, image (FSL) frame. */
export interface TensorFit {
  /** xx yy zz xy xz yz, six values a voxel. */
  tensor: Float64Array;
  logS0: Float64Array;
  /** Sum over the volumes of (measured - predicted signal) squared. */
  squaredResidual: Float64Array;
  /** Voxels in which at least one signal was zero or less. */
  zeroSignalVoxels: number;
}

/**
 * The design matrix, seven values a volume: ln S = row . (Dxx Dyy Dzz Dxy Dxz Dyz lnS0).
 * b is taken in ms/um2, which keeps the tensor near 1 and the normal equations well conditioned.
 */
export function designMatrix(table: GradientTable): Float64Array {
  const design = new Float64Array(UNKNOWNS * table.volumes);
  for (let v = 0; v < table.volumes; v++) {
    const b = table.bValues[v]! / 1000;
    const x = table.directions[3 * v]!;
    const y = table.directions[3 * v + 1]!;
    const z = table.directions[3 * v + 2]!;
    const row = [-b * x * x, -b * y * y, -b * z * z, -2 * b * x * y, -2 * b * x * z, -2 * b * y * z, 1];
    design.set(row, UNKNOWNS * v);
  }
  return design;
}

/** Predicted log signal of a volume without its ln S0 term. */
export function logAttenuation(
  design: Float64Array,
  volume: number,
  tensor: Float64Array,
  at: number,
): number {
  const q = UNKNOWNS * volume;
  return (
    design[q]! * tensor[at]! +
    design[q + 1]! * tensor[at + 1]! +
    design[q + 2]! * tensor[at + 2]! +
    design[q + 3]! * tensor[at + 3]! +
    design[q + 4]! * tensor[at + 4]! +
    design[q + 5]! * tensor[at + 5]!
  );
}

/** Products row[a] * row[c] of every volume, packed: what a weighted normal matrix is summed from. */
function rowProducts(design: Float64Array, volumes: number): Float64Array {
  const length = packedLength(UNKNOWNS);
  const products = new Float64Array(length * volumes);
  for (let v = 0; v < volumes; v++) {
    for (let a = 0; a < UNKNOWNS; a++) {
      for (let c = 0; c <= a; c++) {
        products[length * v + packedIndex(a, c)] = design[UNKNOWNS * v + a]! * design[UNKNOWNS * v + c]!;
      }
    }
  }
  return products;
}

/** The unweighted solution as a matrix, unknowns x volumes; it is the same for every voxel. */
function pseudoInverse(design: Float64Array, products: Float64Array, volumes: number): Float64Array {
  const length = packedLength(UNKNOWNS);
  const normal = new Float64Array(length);
  for (let i = 0; i < products.length; i++) normal[i % length]! += products[i]!;
  const inverse = new Float64Array(UNKNOWNS * volumes);
  const column = new Float64Array(UNKNOWNS);
  for (let v = 0; v < volumes; v++) {
    column.set(design.subarray(UNKNOWNS * v, UNKNOWNS * (v + 1)));
    if (!solveSymmetric(normal.slice(), column, UNKNOWNS)) {
      throw new Unsuitable("GRADIENT_TABLE", "the directions do not determine a tensor");
    }
    for (let a = 0; a < UNKNOWNS; a++) inverse[a * volumes + v] = column[a]!;
  }
  return inverse;
}

/** Natural logarithms; a signal of zero or less takes the smallest positive one of its voxel. */
function logSignals(signals: Float64Array, at: number, volumes: number, out: Float64Array): boolean {
  let smallest = Number.POSITIVE_INFINITY;
  let zeros = false;
  for (let v = 0; v < volumes; v++) {
    const signal = signals[at + v]!;
    if (!(signal > 0)) zeros = true;
    else if (signal < smallest) smallest = signal;
  }
  const floor = Number.isFinite(smallest) ? smallest : 1;
  for (let v = 0; v < volumes; v++) {
    const signal = signals[at + v]!;
    out[v] = Math.log(signal > 0 ? signal : floor);
  }
  return zeros;
}

/** Room for the fit of so many voxels, in memory that threads can share. */
export function emptyFit(voxels: number): TensorFit {
  const numbers = (count: number) => new Float64Array(new SharedArrayBuffer(8 * count));
  return {
    tensor: numbers(6 * voxels),
    logS0: numbers(voxels),
    squaredResidual: numbers(voxels),
    zeroSignalVoxels: 0,
  };
}

/** Fits the voxels `from` to `to` of the list. @returns in how many of them a signal was zero or less */
export type FitRange = (fit: TensorFit, from: number, to: number) => number;

/**
 * Prepares a fit; every voxel is fitted by itself, so that ranges can be shared out.
 *
 * Start by ordinary least squares on ln S, then `reweightings` passes weighted by the squared predicted
 * signal (Veraart 2013 NeuroImage 81:335). With 0 and 2 passes the result equals MRtrix3
 * `dwi2tensor -ols` and `-ols -iter 2`.
 *
 * @param voxels positions in one volume
 * @throws Unsuitable GRADIENT_TABLE when the directions do not determine a tensor
 */
export function createTensorFit(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
  reweightings: number,
): FitRange {
  const volumes = table.volumes;
  const design = designMatrix(table);
  const products = rowProducts(design, volumes);
  const inverse = pseudoInverse(design, products, volumes);
  const packed = packedLength(UNKNOWNS);
  const signals = new Float64Array(CHUNK * volumes);
  const logs = new Float64Array(volumes);
  const normal = new Float64Array(packed);
  const right = new Float64Array(UNKNOWNS);
  const unknowns = new Float64Array(UNKNOWNS);

  const solveUnweighted = () => {
    for (let a = 0; a < UNKNOWNS; a++) {
      let sum = 0;
      for (let v = 0; v < volumes; v++) sum += inverse[a * volumes + v]! * logs[v]!;
      unknowns[a] = sum;
    }
  };
  const solveWeighted = (): boolean => {
    normal.fill(0);
    right.fill(0);
    for (let v = 0; v < volumes; v++) {
      // S0 scales every weight alike, so it is left out.
      const weight = Math.exp(2 * logAttenuation(design, v, unknowns, 0));
      const weightedLog = weight * logs[v]!;
      const p = packed * v;
      const q = UNKNOWNS * v;
      for (let i = 0; i < packed; i++) normal[i]! += weight * products[p + i]!;
      for (let a = 0; a < UNKNOWNS; a++) right[a]! += weightedLog * design[q + a]!;
    }
    if (!solveSymmetric(normal, right, UNKNOWNS)) return false;
    unknowns.set(right);
    return true;
  };

  const fitChunk = (fit: TensorFit, start: number, count: number): number => {
    let zeros = 0;
    for (let v = 0; v < volumes; v++) {
      const base = v * series.voxelsPerVolume;
      for (let j = 0; j < count; j++) {
        const stored = series.stored[base + voxels[start + j]!]!;
        signals[j * volumes + v] = stored * series.slope + series.intercept;
      }
    }
    for (let j = 0; j < count; j++) {
      const at = j * volumes;
      if (logSignals(signals, at, volumes, logs)) zeros++;
      solveUnweighted();
      for (let pass = 0; pass < reweightings; pass++) {
        if (!solveWeighted()) break;
      }
      const k = start + j;
      fit.tensor.set(unknowns.subarray(0, 6), 6 * k);
      fit.logS0[k] = unknowns[6]!;
      let squared = 0;
      for (let v = 0; v < volumes; v++) {
        const predicted = Math.exp(logAttenuation(design, v, unknowns, 0) + unknowns[6]!);
        squared += (signals[at + v]! - predicted) ** 2;
      }
      fit.squaredResidual[k] = squared;
    }
    return zeros;
  };
  return (fit, from, to) => {
    let zeros = 0;
    for (let start = from; start < to; start += CHUNK)
      zeros += fitChunk(fit, start, Math.min(CHUNK, to - start));
    return zeros;
  };
}

/** Fits all voxels of a list in this thread; see `createTensorFit`. */
export function fitTensor(
  series: DiffusionSeries,
  table: GradientTable,
  voxels: Int32Array,
  reweightings: number,
): TensorFit {
  const fitRange = createTensorFit(series, table, voxels, reweightings);
  const fit = emptyFit(voxels.length);
  fit.zeroSignalVoxels = fitRange(fit, 0, voxels.length);
  return fit;
}

/** Signal of one volume as the fit predicts it, one value per fitted voxel, in the unit of the series. */
export function predictVolume(fit: TensorFit, design: Float64Array, volume: number, out: Float64Array): void {
  for (let k = 0; k < fit.logS0.length; k++) {
    out[k] = Math.exp(logAttenuation(design, volume, fit.tensor, 6 * k) + fit.logS0[k]!);
  }
}
