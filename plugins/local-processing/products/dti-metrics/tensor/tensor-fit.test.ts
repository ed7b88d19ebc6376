// Tests of the tensor fit on signals made from known tensors.
import { expect, test } from "vitest";
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import { FIBRE, fibreDecay, hashed, makeTable, truthOf, type Vector } from "../testing/woven-phantom.ts";
import type { GradientTable } from "./gradient-table.ts";
import { fitTensor } from "./tensor-fit.ts";
import { mapTensors } from "./tensor-maps.ts";

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const AFFINE = [
  [-2, 0, 0, 0],
  [0, 2, 0, 0],
  [0, 0, 2, 0],
];

/** One voxel for each direction, S0 = 1000. */
function voxelsAlong(directions: readonly Vector[], table: GradientTable): DiffusionSeries {
  const count = directions.length;
  const stored = new Float32Array(count * table.volumes);
  for (let v = 0; v < table.volumes; v++) {
    const gradient = [...table.directions.subarray(3 * v, 3 * v + 3)] as Vector;
    directions.forEach((direction, i) => {
      stored[v * count + i] = 1000 * fibreDecay(table.bValues[v]!, gradient, direction);
    });
  }
  const grid = { size: [count, 1, 1], spacing: [2, 2, 2], affine: AFFINE } as const;
  return { grid, volumes: table.volumes, voxelsPerVolume: count, stored, slope: 1, intercept: 0 };
}

const randomDirections = Array.from({ length: 200 }, (_, n): Vector => {
  const z = 2 * hashed(2 * n) - 1;
  const angle = 2 * Math.PI * hashed(2 * n + 1);
  const radius = Math.sqrt(1 - z * z);
  return [radius * Math.cos(angle), radius * Math.sin(angle), z];
});

test.each([0, 1, 2])(
  "FA, MD and direction of known tensors are found to 1e-3 with %i reweightings",
  (passes) => {
    const table = makeTable([0, 1], [1000, 30]);
    const series = voxelsAlong(randomDirections, table);
    const voxels = Int32Array.from(randomDirections.keys());
    const maps = mapTensors(fitTensor(series, table, voxels, passes), voxels, voxels.length, IDENTITY);
    const truth = truthOf(FIBRE);
    for (const [i, direction] of randomDirections.entries()) {
      expect(Math.abs(maps.FA[i]! - truth.fa)).toBeLessThan(1e-3);
      expect(Math.abs(maps.MD[i]! - truth.md)).toBeLessThan(1e-3);
      expect(Math.abs(maps.AD[i]! - FIBRE.along)).toBeLessThan(1e-3);
      expect(Math.abs(maps.RD[i]! - FIBRE.across)).toBeLessThan(1e-3);
      const cosine = [0, 1, 2].reduce(
        (sum, axis) => sum + maps.direction[3 * i + axis]! * direction[axis]!,
        0,
      );
      expect(Math.abs(cosine)).toBeGreaterThan(0.99999);
    }
    expect(maps.nonPositiveVoxels).toBe(0);
  },
);

test("a zero signal is counted and leaves the voxel with a finite, plausible tensor", () => {
  const table = makeTable([0, 1], [1000, 30]);
  const series = voxelsAlong(randomDirections.slice(0, 2), table);
  series.stored[5 * 2] = 0;
  const voxels = Int32Array.of(0, 1);
  const fit = fitTensor(series, table, voxels, 2);
  const maps = mapTensors(fit, voxels, 2, IDENTITY);
  expect(fit.zeroSignalVoxels).toBe(1);
  expect(maps.MD[0]).toBeGreaterThan(0.6);
  expect(maps.MD[0]).toBeLessThan(1.1);
  expect(Math.abs(maps.MD[1]! - truthOf(FIBRE).md)).toBeLessThan(1e-3);
});

test("a voxel without any signal gives finite values", () => {
  const table = makeTable([0, 1], [1000, 12]);
  const series = voxelsAlong(randomDirections.slice(0, 1), table);
  series.stored.fill(0);
  const voxels = Int32Array.of(0);
  const maps = mapTensors(fitTensor(series, table, voxels, 2), voxels, 1, IDENTITY);
  for (const map of [maps.FA, maps.MD, maps.AD, maps.RD, maps.S0]) expect(Number.isFinite(map[0])).toBe(true);
});

test("slope and intercept of the file are applied to the signals", () => {
  const table = makeTable([0, 1], [1000, 12]);
  const series = voxelsAlong(randomDirections.slice(0, 1), table);
  const stored = series.stored.map((value) => (value - 100) / 4) as Float32Array;
  const voxels = Int32Array.of(0);
  const fit = fitTensor({ ...series, stored, slope: 4, intercept: 100 }, table, voxels, 2);
  expect(Math.exp(fit.logS0[0]!)).toBeCloseTo(1000, 1);
});

test("a gradient table with five directions does not determine a tensor and is not fitted", () => {
  const table = makeTable([0, 1], [1000, 5]);
  const series = voxelsAlong(randomDirections.slice(0, 1), table);
  expect(() => fitTensor(series, table, Int32Array.of(0), 0)).toThrow(
    expect.objectContaining({ code: "GRADIENT_TABLE" }),
  );
});
