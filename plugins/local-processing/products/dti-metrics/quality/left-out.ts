// A linear least-squares fit that tells for each value how far it is from what the others let expect.
import { packedIndex, packedLength, solveSymmetric } from "../tensor/cholesky.ts";

export interface LeftOut {
  /** Value minus what the fit to all other values predicts; of values that take no part likewise. */
  readonly errors: Float64Array;
  /** Variance of each error, in units of that of a single value. */
  readonly variances: Float64Array;
  /** Sum of the squared residuals of the values that take part, over how many there are beyond the unknowns. */
  readonly variance: number;
}

/**
 * @param rows one row of the design for each value, all of the same length
 * @param takesPart which values are fitted
 * @returns undefined when the rows do not determine the unknowns, or leave nothing over
 */
export function leftOutErrors(
  rows: readonly Float64Array[],
  values: Float64Array,
  takesPart: (value: number) => boolean,
): LeftOut | undefined {
  const unknowns = rows[0]?.length ?? 0;
  const taking = rows.map((_, n) => takesPart(n));
  const spare = taking.filter(Boolean).length - unknowns;
  if (spare < 1) return undefined;
  const normal = new Float64Array(packedLength(unknowns));
  const solution = new Float64Array(unknowns);
  for (const [n, row] of rows.entries()) {
    if (!taking[n]) continue;
    for (let a = 0; a < unknowns; a++) {
      solution[a]! += row[a]! * values[n]!;
      for (let c = 0; c <= a; c++) normal[packedIndex(a, c)]! += row[a]! * row[c]!;
    }
  }
  if (!solveSymmetric(normal.slice(), solution, unknowns)) return undefined;
  const errors = new Float64Array(values.length);
  const variances = new Float64Array(values.length);
  let squares = 0;
  for (const [n, row] of rows.entries()) {
    const residual = values[n]! - dot(row, solution);
    const inverse = row.slice();
    solveSymmetric(normal.slice(), inverse, unknowns);
    const leverage = dot(row, inverse);
    // Belsley, Kuh, Welsch 1980, Regression Diagnostics, 2.1: no second fit is needed to leave one out
    const share = taking[n] ? 1 / Math.max(1e-9, 1 - leverage) : 1;
    errors[n] = residual * share;
    variances[n] = taking[n] ? share : 1 + leverage;
    if (taking[n]) squares += residual ** 2;
  }
  return { errors, variances, variance: squares / spare };
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, n) => sum + value * b[n]!, 0);
