// Contract suite of kind "check": what every check does alike.
import { expect, test } from "vitest";
import type { CheckPlugin } from "../../kinds/check.ts";
import type { Needs } from "../../kinds/declaration.ts";
import type { SettingsSchema } from "../../settings.ts";
import type { CheckStep } from "../../step.ts";
import type { Fixtures } from "./plugin-bench.ts";
import { type StepBench, stepContract } from "./step-contract.ts";

/** Call it at the top of the plugin's test. */
export function checkContract<S extends SettingsSchema, N extends Needs>(
  plugin: CheckPlugin<S, N>,
  fixtures: Fixtures<StepBench>,
): void {
  const subject = {
    plugin,
    work: plugin.check,
    fixtures,
    stepOf: (base: CheckStep) => base,
    goodOutcomes: ["passed", "held"] as const,
  };
  stepContract(subject, ({ make, run }) => {
    test("every line says what was found and what is wanted, and a failing one how to mend it", async () => {
      const { step } = await make();
      const outcome = await run(step);
      const lines = "lines" in outcome ? outcome.lines : [];
      expect(lines).not.toEqual([]);
      expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
      for (const { id, title, found, wanted, verdict, howToFix = "" } of lines) {
        for (const text of [id, title, found, wanted]) expect(text.trim()).not.toBe("");
        if (verdict === "fail") expect(howToFix.trim(), id).not.toBe("");
      }
    });

    test("a study is held exactly when a line fails", async () => {
      const empty = { ...(await make()).step.study, instances: async () => [] };
      for (const { step } of [await make(), await make({}, empty)]) {
        const outcome = await run(step);
        const failed = "lines" in outcome && outcome.lines.some(({ verdict }) => verdict === "fail");
        expect(outcome.kind).toBe(failed ? "held" : "passed");
      }
    });
  });
}
