// what a run may take, and what does not fit the machine.
import { expect, test } from "vitest";
import { limitProblems, limitsOf, thisMachine } from "./run-limits.ts";
import { contractProduct } from "./runners/testing/runner-bench.ts";

const GB = 1024 ** 3;
const machine = { cpus: 8, memoryBytes: 16 * GB };
const site = (changes: object = {}) => ({ enforceLimits: true, concurrentRuns: 1, ...changes });
const messages = (changes: object) =>
  limitProblems(site(changes), machine).map(({ path, message }) => `${path}: ${message}`);

test("A-205 with limits on a run may take what its product asks for, with limits off anything", () => {
  expect(limitsOf(site(), contractProduct())).toEqual({ cpus: 1, memoryBytes: 256 * 1024 ** 2 });
  expect(limitsOf(site({ enforceLimits: false, memoryGbPerRun: 4 }), contractProduct())).toEqual({});
});

test("A-207 A-208 what the site says goes before what the product asks for", () => {
  const settings = site({ cpusPerRun: 2.5, memoryGbPerRun: 0.5 });
  expect(limitsOf(settings, contractProduct())).toEqual({ cpus: 2.5, memoryBytes: GB / 2 });
});

test("A-206 runs that do not fit the machine together are told, with what fits", () => {
  expect(messages({ concurrentRuns: 4, cpusPerRun: 2, memoryGbPerRun: 4 })).toEqual([]);
  expect(messages({ concurrentRuns: 5, cpusPerRun: 2 })).toEqual([
    "concurrentRuns: 5 runs of 2 CPU cores do not fit this machine's 8; " +
      "what fits is 4 runs of this size, or each with at most 1.6 cores",
  ]);
  expect(messages({ concurrentRuns: 3, memoryGbPerRun: 6 })).toEqual([
    "concurrentRuns: 3 runs of 6 GB do not fit this machine's 16 GB; " +
      "what fits is 2 runs of this size, or each with at most 5.3 GB",
  ]);
});

test("A-207 A-208 one run that is larger than the machine is told at its own setting", () => {
  expect(messages({ cpusPerRun: 12 })).toEqual([
    "cpusPerRun: 1 run of 12 CPU cores do not fit this machine's 8; what fits is each with at most 8 cores",
  ]);
  expect(messages({ memoryGbPerRun: 32 })[0]).toMatch(/^memoryGbPerRun: /);
});

test("A-205 with limits off nothing is checked", () => {
  expect(messages({ enforceLimits: false, concurrentRuns: 64, cpusPerRun: 64 })).toEqual([]);
});

test("the machine has processors and memory", () => {
  const { cpus, memoryBytes } = thisMachine();
  expect(cpus).toBeGreaterThan(0);
  expect(memoryBytes).toBeGreaterThan(256 * 1024 ** 2);
});
