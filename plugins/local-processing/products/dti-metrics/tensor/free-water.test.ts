// Tests of the free-water fraction: when it is refused, and that it finds a known truth.
import { expect, test } from "vitest";
import { voxelsOf } from "../images/diffusion-series.ts";
import { makeTable, withNoise, wovenPhantom } from "../testing/woven-phantom.ts";
import { mapFreeWater } from "./free-water.ts";
import { decideFreeWater } from "./free-water-eligibility.ts";

test.each([
  ["single-shell data", "FW_SINGLE_SHELL", makeTable([0, 6], [1000, 64])],
  ["data without b = 0", "FW_NO_B0", makeTable([500, 30], [1500, 30])],
  ["shells above b = 2000", "FW_SHELLS_TOO_HIGH", makeTable([0, 6], [1000, 30], [3000, 30])],
  ["shells too close together", "FW_SHELLS_TOO_CLOSE", makeTable([0, 6], [1000, 30], [1300, 30])],
  ["too few directions", "FW_FEW_DIRECTIONS", makeTable([0, 12], [500, 5], [1500, 5])],
  ["too few volumes", "FW_FEW_VOLUMES", makeTable([0, 1], [500, 6], [1500, 6])],
])("%s is refused with %s", (_, code, table) => {
  expect(decideFreeWater(table)).toMatchObject({ possible: false, code });
});

test("two good shells are accepted and higher shells are left out", () => {
  const decision = decideFreeWater(makeTable([0, 2], [500, 10], [1500, 20], [3000, 30]));
  expect(decision).toMatchObject({ possible: true });
  expect(decision.possible && decision.volumes).toHaveLength(32);
});

test.each([0, 0.1, 0.3, 0.6])("a free-water fraction of %d is found to 0.01 without noise", (truth) => {
  const table = makeTable([0, 2], [500, 16], [1500, 16]);
  const series = wovenPhantom(table, { edge: 12, freeWater: truth });
  const voxels = Int32Array.from({ length: 60 }, (_, n) => 5 * 144 + 4 * 12 + n).filter(
    (i) => series.stored[i]! > 100,
  );
  expect(voxels.length).toBeGreaterThan(20);
  const map = mapFreeWater(series, table, voxels);
  for (const i of voxels) expect(Math.abs(map[i]! - truth)).toBeLessThan(0.01);
});

test("issue 6 with the noise of a good scan the fraction has a bias of at most 0.02 and follows the truth", () => {
  const table = makeTable([0, 6], [700, 32], [1500, 32]);
  const found = [0, 0.1, 0.25, 0.5].map((truth) => {
    const series = withNoise(wovenPhantom(table, { edge: 12, freeWater: truth }), 1000 / 40);
    const voxels = voxelsOf(
      Uint8Array.from({ length: 12 ** 3 }, (_, i) => (i % 4 === 0 && series.stored[i]! > 500 ? 1 : 0)),
    );
    const map = mapFreeWater(series, table, voxels);
    const values = [...voxels].map((i) => map[i]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { truth, mean, sd, voxels: values.length };
  });
  for (const { truth, mean, sd, voxels } of found) {
    expect(voxels).toBeGreaterThan(100);
    expect(Math.abs(mean - truth), `bias at ${truth}`).toBeLessThan(0.02);
    expect(sd, `scatter at ${truth}`).toBeLessThan(0.05);
  }
});

test("pure water is called water instead of being given a tissue tensor", () => {
  const table = makeTable([0, 2], [500, 16], [1500, 16]);
  const series = wovenPhantom(table, { edge: 12, freeWater: 1 });
  const middle = 6 * 144 + 6 * 12 + 6;
  expect(mapFreeWater(series, table, Int32Array.of(middle))[middle]).toBe(1);
});
