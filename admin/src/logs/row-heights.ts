// Where the rows of a long list stand, so that only those in sight are drawn. In a monospaced font the height of a
// wrapped line follows from its length, so nothing has to be measured but one letter.

export interface RowHeights {
  /** Of all rows together, in px. */
  readonly total: number;
  topOf(row: number): number;
  heightOf(row: number): number;
  /** The row that covers a height. */
  rowAt(y: number): number;
}

/** @param linesOf how many screen lines a row takes */
export function rowHeights(count: number, lineHeight: number, linesOf: (row: number) => number): RowHeights {
  const tops = new Float64Array(count + 1);
  for (let row = 0; row < count; row += 1) tops[row + 1] = tops[row]! + linesOf(row) * lineHeight;
  return {
    total: tops[count]!,
    topOf: (row) => tops[row] ?? 0,
    heightOf: (row) => (tops[row + 1] ?? 0) - (tops[row] ?? 0),
    rowAt: (y) => {
      let low = 0;
      let high = Math.max(0, count - 1);
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (tops[middle]! <= y) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

/** Screen lines of a text of this length. */
export const wrappedLines = (length: number, columns: number): number =>
  Math.max(1, Math.ceil(length / Math.max(1, columns)));
