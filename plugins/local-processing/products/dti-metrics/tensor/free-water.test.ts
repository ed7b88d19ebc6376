// Tests of the free-water fraction: when it is refused, and that it finds a known truth.
import { expect, test } from "vitest";
import { makeTable, wovenPhantom } from "../testing/woven-phantom.ts";
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

test("pure water is called water instead of being given a tissue tensor", () => {
  const table = makeTable([0, 2], [500, 16], [1500, 16]);
  const series = wovenPhantom(table, { edge: 12, freeWater: 1 });
  const middle = 6 * 144 + 6 * 12 + 6;
  expect(mapFreeWater(series, table, Int32Array.of(middle))[middle]).toBe(1);
});
