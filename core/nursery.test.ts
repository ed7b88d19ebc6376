// Fills a heap in a process of its own and looks how large its nursery got.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Half of what it makes is still needed at each collection, which is what makes a nursery grow. */
const FILL = `
  const { getHeapSpaceStatistics } = await import("node:v8");
  const kept = [];
  for (let turn = 0; turn < 100; turn += 1) {
    for (let made = 0; made < 10_000; made += 1) kept.push({ made: [turn, made] });
    if (kept.length > 300_000) kept.splice(0, 150_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { space_size } = getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
  console.log(space_size / 1_048_576);`;

function megabytesAfter(...before: readonly string[]): number {
  const code = [...before, FILL].join("\n");
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  return Number(output);
}

it("the nursery stays within its bound, where it would go far beyond", () => {
  const nursery = JSON.stringify(join(import.meta.dirname, "nursery.ts"));
  const hold = [`const { holdNursery, letNurseryGrow } = await import(${nursery});`, "holdNursery();"];
  expect(megabytesAfter()).toBeGreaterThan(32);
  expect(megabytesAfter(...hold)).toBeLessThan(8);
  const bounded = megabytesAfter(...hold, "letNurseryGrow();");
  expect(bounded).toBeGreaterThan(8);
  expect(bounded).toBeLessThanOrEqual(32);
});
