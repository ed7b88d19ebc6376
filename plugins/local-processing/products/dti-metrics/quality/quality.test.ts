// Tests of the quality checks: each finds the fault that was put in, and none where there is none.
import { beforeAll, expect, test } from "vitest";
import { type DiffusionSeries, meanVolume, voxelsOf } from "../images/diffusion-series.ts";
import { findBrain } from "../tensor/brain-mask.ts";
import type { GradientTable } from "../tensor/gradient-table.ts";
import { fitTensor } from "../tensor/tensor-fit.ts";
import { makeTable, wovenPhantom } from "../testing/woven-phantom.ts";
import { measureApparentMotion } from "./apparent-motion.ts";
import { testGradientOrientation } from "./gradient-orientation.ts";

const table = makeTable([0, 1], [1000, 24]);
let series: DiffusionSeries;
let mask: Uint8Array;
let voxels: Int32Array;

beforeAll(() => {
  series = wovenPhantom(table, { edge: 32 });
  mask = findBrain(meanVolume(series, [0]), series.grid).mask;
  voxels = voxelsOf(mask);
});

const changed = (change: (stored: Float32Array) => void): DiffusionSeries => {
  const stored = (series.stored as Float32Array).slice();
  change(stored);
  return { ...series, stored };
};

/** The table with the image axes in another order and flipped: new axis n is old axis order[n] * flips[n]. */
function turned(order: readonly number[], flips: readonly number[]): GradientTable {
  const directions = table.directions.slice();
  for (let v = 0; v < table.volumes; v++) {
    for (let axis = 0; axis < 3; axis++) {
      directions[3 * v + axis] = flips[axis]! * table.directions[3 * v + order[axis]!]!;
    }
  }
  return { ...table, directions };
}

test("the right gradient table fits best", () => {
  const orientation = testGradientOrientation(fitTensor(series, table, voxels, 0), voxels, series.grid);
  expect(orientation).toMatchObject({ asGivenIsBest: true, best: "as given" });
  expect(orientation.margin).toBeGreaterThan(0.005);
  expect(orientation.voxels).toBeGreaterThan(5000);
});

test.each([
  ["x flipped", [0, 1, 2], [-1, 1, 1]],
  ["y flipped", [0, 1, 2], [1, -1, 1]],
  ["z flipped", [0, 1, 2], [1, 1, -1]],
  ["axes y x z", [1, 0, 2], [1, 1, 1]],
])("a gradient table with %s is found out and named", (name, order, flips) => {
  const fit = fitTensor(series, turned(order, flips), voxels, 0);
  expect(testGradientOrientation(fit, voxels, series.grid)).toMatchObject({
    asGivenIsBest: false,
    best: name,
  });
});

test("a volume shifted by 3 mm shows the largest displacement, the others little", () => {
  const moved = changed((stored) => {
    const start = 12 * series.voxelsPerVolume;
    stored.copyWithin(start + 1, start, start + series.voxelsPerVolume - 1);
  });
  const fit = fitTensor(moved, table, voxels, 2);
  const displacements = measureApparentMotion(moved, table, mask, voxels, fit);
  expect(displacements.indexOf(Math.max(...displacements))).toBe(12);
  const still = measureApparentMotion(series, table, mask, voxels, fitTensor(series, table, voxels, 2));
  expect(Math.max(...still)).toBeLessThan(0.01);
});
