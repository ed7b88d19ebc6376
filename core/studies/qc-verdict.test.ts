// What the checks of a study came to, in one word.
import { describe, expect, test } from "vitest";
import type { StepState } from "../steps/step-state.ts";
import { qcVerdict } from "./qc-verdict.ts";

const check = (state: StepState, bypassed = false) => ({ phase: "check" as const, state, bypassed });

describe("A-239 the word for the quality checks of a study", () => {
  test.each([
    ["passed", [check("done"), check("skipped")]],
    ["bypassed", [check("done"), check("done", true)]],
    ["failed", [check("done"), check("held")]],
    ["failed", [check("rejected"), check("ready")]],
    ["none", [check("done"), check("ready")]],
    ["none", [check("cancelled")]],
    ["none", [check("skipped")]],
    ["none", []],
  ] as const)("is %s", (word, steps) => {
    expect(qcVerdict(steps)).toBe(word);
  });

  test("does not listen to other steps", () => {
    expect(qcVerdict([check("done"), { phase: "process", state: "rejected" }])).toBe("passed");
  });
});
