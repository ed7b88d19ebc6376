// Solves the small symmetric systems of the fits, without allocating.

/** Position of (row, column) with column <= row in a packed lower triangle. */
export const packedIndex = (row: number, column: number): number => (row * (row + 1)) / 2 + column;

/** Number of values of a packed lower triangle of `size` rows. */
export const packedLength = (size: number): number => (size * (size + 1)) / 2;

/** A pivot smaller than this share of its diagonal value is rounding error: the system is singular. */
const SMALLEST_PIVOT = 1e-14;

/**
 * Solves A x = b in place by Cholesky decomposition.
 *
 * @param packed lower triangle of A, row by row; overwritten with the factor L
 * @param vector b on entry, x on return; only the first `size` values are used
 * @returns false when A is not positive definite; `vector` then holds nothing useful
 */
export function solveSymmetric(packed: Float64Array, vector: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = packedIndex(j, 0);
    const whole = packed[rowJ + j]!;
    let diagonal = whole;
    for (let k = 0; k < j; k++) diagonal -= packed[rowJ + k]! ** 2;
    if (!(diagonal > SMALLEST_PIVOT * whole)) return false;
    const pivot = Math.sqrt(diagonal);
    packed[rowJ + j] = pivot;
    for (let i = j + 1; i < size; i++) {
      const rowI = packedIndex(i, 0);
      let sum = packed[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= packed[rowI + k]! * packed[rowJ + k]!;
      packed[rowI + j] = sum / pivot;
    }
  }
  for (let i = 0; i < size; i++) {
    const row = packedIndex(i, 0);
    let sum = vector[i]!;
    for (let k = 0; k < i; k++) sum -= packed[row + k]! * vector[k]!;
    vector[i] = sum / packed[row + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = vector[i]!;
    for (let k = i + 1; k < size; k++) sum -= packed[packedIndex(k, i)]! * vector[k]!;
    vector[i] = sum / packed[packedIndex(i, i)]!;
  }
  return true;
}
