// Solves the two-compartment model of one voxel: a tissue tensor beside freely diffusing water.
import { packedIndex, packedLength, solveSymmetric } from "./cholesky.ts";
import type { GradientTable } from "./gradient-table.ts";
import { designMatrix, logAttenuation } from "./tensor-fit.ts";

/** Diffusivity of water at 37 degrees C in um2/ms. */
export const WATER_DIFFUSIVITY = 3;

/** The tissue share is never let below 2 %: its tensor would be undefined. */
const LARGEST_FRACTION = 0.98;

/** Six tensor elements, S0, f. */
const UNKNOWNS = 8;

export interface FreeWaterVoxel {
  /**
   * Fits one voxel.
   * @param signals one value a volume
   * @param tensor six elements of an ordinary tensor fit, read from `at`; the starting point
   * @returns free-water fraction f, 0..0.98
   */
  solve: (signals: Float64Array, tensor: Float64Array, at: number, logS0: number) => number;
}

/**
 * S = S0 [(1 - f) exp(-b g'Dg) + f exp(-3 b)]: search over f with a weighted log-linear tissue fit, then
 * Levenberg-Marquardt on all eight unknowns (Hoy 2014 NeuroImage 103:323; Neto Henriques 2017 ReScience 3(1)).
 *
 * @param table only the volumes that the model is fitted to
 */
export function createFreeWaterVoxel(table: GradientTable): FreeWaterVoxel {
  const n = table.volumes;
  const design = designMatrix(table);
  const water = Float64Array.from(table.bValues, (b) => Math.exp((-b / 1000) * WATER_DIFFUSIVITY));
  const normal = new Float64Array(packedLength(UNKNOWNS));
  const damped = new Float64Array(packedLength(UNKNOWNS));
  const right = new Float64Array(UNKNOWNS);
  const step = new Float64Array(UNKNOWNS);
  const jacobian = new Float64Array(UNKNOWNS);
  const tissue = new Float64Array(7);
  const bestTissue = new Float64Array(7);
  const current = new Float64Array(UNKNOWNS);
  const candidate = new Float64Array(UNKNOWNS);

  /** Weighted log-linear tissue tensor at a fixed f; the misfit, or Infinity when it cannot be solved. */
  const fitTissue = (y: Float64Array, f: number, s0: number, weightsFrom: Float64Array): number => {
    normal.fill(0);
    right.fill(0);
    for (let v = 0; v < n; v++) {
      const corrected = (y[v]! - f * s0 * water[v]!) / (1 - f);
      const log = Math.log(Math.max(corrected, 1e-3 * s0));
      const weight = Math.exp(2 * logAttenuation(design, v, weightsFrom, 0));
      const q = 7 * v;
      for (let a = 0, i = 0; a < 7; a++) {
        const weighted = weight * design[q + a]!;
        right[a]! += weighted * log;
        for (let c = 0; c <= a; c++, i++) normal[i]! += weighted * design[q + c]!;
      }
    }
    if (!solveSymmetric(normal, right, 7)) return Number.POSITIVE_INFINITY;
    tissue.set(right.subarray(0, 7));
    let misfit = 0;
    for (let v = 0; v < n; v++) {
      const predicted = (1 - f) * Math.exp(logAttenuation(design, v, tissue, 0) + tissue[6]!);
      misfit += (y[v]! - predicted - f * s0 * water[v]!) ** 2;
    }
    return misfit;
  };

  const misfitOf = (y: Float64Array, p: Float64Array): number => {
    let misfit = 0;
    for (let v = 0; v < n; v++) {
      const tissueDecay = Math.exp(logAttenuation(design, v, p, 0));
      misfit += (y[v]! - p[6]! * ((1 - p[7]!) * tissueDecay + p[7]! * water[v]!)) ** 2;
    }
    return misfit;
  };

  /** Three passes of ten values of f, each pass ten times finer around the best of the last. */
  const searchFraction = (y: Float64Array, s0: number): number => {
    let low = 0;
    let high = 0.95;
    let best = 0;
    let bestMisfit = Number.POSITIVE_INFINITY;
    for (let pass = 0; pass < 3; pass++) {
      const width = (high - low) / 9;
      for (let k = 0; k < 10; k++) {
        const f = low + k * width;
        const misfit = fitTissue(y, f, s0, bestTissue);
        const meanDiffusivity = (tissue[0]! + tissue[1]! + tissue[2]!) / 3;
        if (misfit < bestMisfit && meanDiffusivity > 0.05) {
          bestMisfit = misfit;
          best = f;
          bestTissue.set(tissue);
        }
      }
      low = Math.max(0, best - width);
      high = Math.min(LARGEST_FRACTION, best + width);
    }
    return best;
  };

  /** Normal equations of the linearised model at the current point. */
  const linearise = (y: Float64Array) => {
    normal.fill(0);
    right.fill(0);
    const s0 = current[6]!;
    const f = current[7]!;
    for (let v = 0; v < n; v++) {
      const tissueDecay = Math.exp(logAttenuation(design, v, current, 0));
      const decay = (1 - f) * tissueDecay + f * water[v]!;
      for (let a = 0; a < 6; a++) jacobian[a] = s0 * (1 - f) * tissueDecay * design[7 * v + a]!;
      jacobian[6] = decay;
      jacobian[7] = s0 * (water[v]! - tissueDecay);
      const residual = y[v]! - s0 * decay;
      for (let a = 0, i = 0; a < UNKNOWNS; a++) {
        right[a]! += jacobian[a]! * residual;
        for (let c = 0; c <= a; c++, i++) normal[i]! += jacobian[a]! * jacobian[c]!;
      }
    }
  };

  const polish = (y: Float64Array) => {
    let damping = 1e-3;
    let misfit = misfitOf(y, current);
    for (let round = 0; round < 12; round++) {
      linearise(y);
      let gain = 0;
      for (let attempt = 0; attempt < 4 && gain === 0; attempt++) {
        damped.set(normal);
        step.set(right);
        for (let a = 0; a < UNKNOWNS; a++) damped[packedIndex(a, a)]! *= 1 + damping;
        if (solveSymmetric(damped, step, UNKNOWNS)) {
          for (let a = 0; a < UNKNOWNS; a++) candidate[a] = current[a]! + step[a]!;
          candidate[7] = Math.min(LARGEST_FRACTION, Math.max(0, candidate[7]!));
          const next = misfitOf(y, candidate);
          if (next < misfit) {
            gain = (misfit - next) / misfit;
            misfit = next;
            current.set(candidate);
          }
        }
        damping = gain > 0 ? Math.max(1e-7, damping / 10) : damping * 10;
      }
      if (!(gain > 1e-7)) return;
    }
  };

  return {
    solve(signals, tensor, at, logS0) {
      for (let a = 0; a < 6; a++) bestTissue[a] = tensor[at + a]!;
      bestTissue[6] = logS0;
      const s0 = Math.exp(logS0);
      const f = searchFraction(signals, s0);
      current.set(bestTissue.subarray(0, 6));
      current[6] = s0;
      current[7] = f;
      polish(signals);
      return current[7]!;
    },
  };
}
