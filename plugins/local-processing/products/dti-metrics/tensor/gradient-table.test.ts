// Tests of reading gradient tables, of shells and of the way into the scanner frame.
import { expect, test } from "vitest";
import { Unsuitable } from "../contract/refusal.ts";
import { countDirections, findShells, imageToScanner, parseGradientTable } from "./gradient-table.ts";

test("directions in three rows and in rows of three read alike, and NaN at b = 0 counts as none", () => {
  const rows = parseGradientTable("0 1000 1000 1000\n", "0 1 0 0\n0 0 0.6 1\n0 0 0.8 0\n");
  const columns = parseGradientTable(
    "0\n1000\n1000\n1000\n",
    "nan nan nan\r\n1 0 0\r\n0 0.6 0.8\r\n0 1 0\r\n",
  );
  expect([...rows.directions]).toEqual([0, 0, 0, 1, 0, 0, 0, 0.6, 0.8, 0, 1, 0]);
  expect([...columns.directions]).toEqual([...rows.directions]);
  expect([...columns.bValues]).toEqual([0, 1000, 1000, 1000]);
});

test.each([
  ["a direction too few", "0 1000", "0\n1\n0"],
  ["a b-value that is no number", "0 fast", "0 1\n0 0\n0 0"],
  ["a negative b-value", "0 -5", "0 1\n0 0\n0 0"],
])("%s makes the table unsuitable", (_, bval, bvec) => {
  expect(() => parseGradientTable(bval, bvec)).toThrow(Unsuitable);
});

test("nearby b-values form one shell, and b up to 50 counts as unweighted", () => {
  const b = [5, 995, 1005, 2000, 1990, 0, 3000];
  const table = parseGradientTable(b.join(" "), "1 1 1 1 1 1 1\n0 0 0 0 0 0 0\n0 0 0 0 0 0 0");
  const shells = findShells(table).map((shell) => [shell.b, [...shell.volumes].sort((x, y) => x - y)]);
  expect(shells).toEqual([
    [0, [0, 5]],
    [1000, [1, 2]],
    [1995, [3, 4]],
    [3000, [6]],
  ]);
});

test("a direction and its opposite count once", () => {
  const table = parseGradientTable("1000 1000 1000", "1 -1 0\n0 0 1\n0 0 0");
  expect(countDirections(table, [0, 1, 2])).toBe(2);
});

test("in a sagittal series the third image axis is the patient's left-right axis", () => {
  // Voxel axes of a real sagittal acquisition: i to the front, j up, k to the right.
  const sagittal = [
    [0, 0, 2.5, -60],
    [2, 0, 0, -100],
    [0, 2, 0, -80],
  ];
  const rotation = imageToScanner(sagittal);
  const turn = (g: number[]) =>
    [0, 1, 2].map((row) => [0, 1, 2].reduce((sum, axis) => sum + rotation[3 * axis + row]! * g[axis]!, 0));
  // Positive determinant: FSL's table has its first axis flipped.
  expect(turn([1, 0, 0])).toEqual([0, -1, 0]);
  expect(turn([0, 1, 0])).toEqual([0, 0, 1]);
  expect(turn([0, 0, 1])).toEqual([1, 0, 0]);
});
