// Slices that lost signal are found, and nothing else, in one shell and in several that one tensor cannot describe.
import { describe, expect, test } from "vitest";
import { type DiffusionSeries, meanVolume, voxelsOf } from "../images/diffusion-series.ts";
import { findBrain } from "../tensor/brain-mask.ts";
import { findShells, type GradientTable } from "../tensor/gradient-table.ts";
import { medianOf } from "../tensor/map-statistics.ts";
import { designMatrix, fitTensor, predictVolume } from "../tensor/tensor-fit.ts";
import { makeTable, withNoise, wovenPhantom } from "../testing/woven-phantom.ts";
import { findSliceDropouts } from "./slice-dropouts.ts";

const EDGE = 32;
const SLICE = EDGE * EDGE;

type Loss = readonly [volume: number, slice: number, share: number];

/** The phantom with the noise of a magnitude image, a fiftieth of the signal at b = 0, and what was lost. */
function damaged(table: GradientTable, losses: readonly Loss[], freeWater = 0, sd = 20): DiffusionSeries {
  const clean = wovenPhantom(table, { edge: EDGE, freeWater });
  const stored = (clean.stored as Float32Array).slice();
  for (const [volume, slice, share] of losses) {
    const start = volume * clean.voxelsPerVolume + slice * SLICE;
    for (let i = start; i < start + SLICE; i++) stored[i]! *= 1 - share;
  }
  return withNoise({ ...clean, stored }, sd);
}

function search(series: DiffusionSeries, table: GradientTable) {
  const { mask } = findBrain(meanVolume(series, findShells(table)[0]!.volumes), series.grid);
  const voxels = voxelsOf(mask);
  const fit = fitTensor(series, table, voxels, 2);
  return { ...findSliceDropouts(series, table, voxels), voxels, fit };
}

const placesOf = (losses: readonly Loss[]) => losses.map(([volume, slice]) => [volume, slice]).toSorted();
const found = (series: DiffusionSeries, table: GradientTable) =>
  search(series, table)
    .dropouts.map(({ volume, slice }) => [volume, slice])
    .toSorted();

const ONE_SHELL = makeTable([0, 2], [1000, 24]);
/** Kurtosis, or free water as here, leaves one tensor with too little signal at high b and too much at low b. */
const SHELLS = makeTable([0, 2], [500, 12], [1500, 16]);
const FREE_WATER = 0.3;

describe("issue 6 slice drop-outs", () => {
  test("the phantom of two shells has a constant offset for each, as real ones do", () => {
    const series = damaged(SHELLS, [], FREE_WATER);
    const { voxels, fit } = search(series, SHELLS);
    const design = designMatrix(SHELLS);
    const prediction = new Float64Array(voxels.length);
    const ratioOf = (volume: number) => {
      predictVolume(fit, design, volume, prediction);
      const measured = voxels.reduce(
        (sum, i) => sum + series.stored[volume * series.voxelsPerVolume + i]!,
        0,
      );
      return measured / prediction.reduce((sum, value) => sum + value, 0);
    };
    const [, low, high] = findShells(SHELLS).map(({ volumes }) => medianOf(volumes.map(ratioOf)));
    expect(Math.abs(low! - high!)).toBeGreaterThan(0.02);
  });

  test("of 40 % and of 70 % are found in one shell, and no other", () => {
    const losses: Loss[] = [
      [5, 15, 0.4],
      [9, 8, 0.7],
      [20, 22, 0.4],
      [25, 16, 0.7],
    ];
    expect(found(damaged(ONE_SHELL, losses), ONE_SHELL)).toEqual(placesOf(losses));
  });

  test("of 40 % and of 70 % are found in each of two shells, and no other", () => {
    const losses: Loss[] = [
      [4, 15, 0.4],
      [10, 9, 0.7],
      [16, 12, 0.4],
      [22, 20, 0.7],
      [29, 16, 0.4],
    ];
    expect(found(damaged(SHELLS, losses, FREE_WATER), SHELLS)).toEqual(placesOf(losses));
  });

  test("of the same slice in a quarter of a shell's volumes are found", () => {
    const losses: Loss[] = [3, 7, 11].map((volume) => [volume, 15, 0.7]);
    expect(found(damaged(SHELLS, losses, FREE_WATER), SHELLS)).toEqual(placesOf(losses));
  });

  test("of half of the slices of one volume are found", () => {
    const losses: Loss[] = [8, 10, 12, 14, 16, 18, 20, 22].map((slice) => [21, slice, 0.4]);
    expect(found(damaged(SHELLS, losses, FREE_WATER), SHELLS)).toEqual(placesOf(losses));
  });

  test("in a shell of three volumes beside a large one are found", () => {
    const table = makeTable([0, 2], [300, 3], [1200, 20]);
    const losses: Loss[] = [
      [3, 15, 0.4],
      [15, 18, 0.4],
    ];
    expect(found(damaged(table, losses, FREE_WATER), table)).toEqual(placesOf(losses));
  });

  test.each([
    ["one shell", ONE_SHELL, 0, 20],
    ["two shells", SHELLS, FREE_WATER, 20],
    ["two shells and much noise", SHELLS, FREE_WATER, 60],
    ["one shell without noise", ONE_SHELL, 0, 0],
  ] as const)("are not seen where there are none: %s", (_, table, freeWater, sd) => {
    const { dropouts, tested } = search(damaged(table, [], freeWater, sd), table);
    expect(dropouts).toEqual([]);
    expect(tested).toBeGreaterThan(20 * (table.volumes - 2));
  });

  test("nothing is said about six directions, which every tensor can follow", () => {
    const table = makeTable([0, 1], [1000, 6]);
    expect(search(damaged(table, [[3, 15, 0.7]]), table)).toMatchObject({ dropouts: [], tested: 0 });
  });

  test("the relative signal says how much is left", () => {
    const series = damaged(ONE_SHELL, [[7, 14, 0.7]]);
    const { relative, slices } = search(series, ONE_SHELL);
    // noise adds to what is left
    expect(relative[7 * slices + 14]).toBeGreaterThan(0.28);
    expect(relative[7 * slices + 14]).toBeLessThan(0.4);
    expect(relative[7 * slices + 15]).toBeCloseTo(1, 1);
  });
});
