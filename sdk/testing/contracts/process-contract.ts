// Contract suite of kind "process": what everything that turns an order into a result does alike.
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Needs, StepWork } from "../../kinds/declaration.ts";
import type { ProcessPlugin } from "../../kinds/process.ts";
import type { NewResult, Outcome } from "../../outcome.ts";
import type { SettingsSchema } from "../../settings.ts";
import type { InsideStep, OutboundStep, ProcessStep } from "../../step.ts";
import { memoBook, tellingFacts, throughWaits } from "../order-steps.ts";
import { copyOfStudy } from "../study-of-files.ts";
import type { Fixtures, OpenBench } from "./plugin-bench.ts";
import { type StepBench, stepContract } from "./step-contract.ts";

export interface ProcessBench extends StepBench {
  /** An order the plugin can carry out. */
  readonly order: { readonly product: string; readonly params?: Readonly<Record<string, unknown>> };
}

/** Call it at the top of the plugin's test. */
export function processContract<S extends SettingsSchema, N extends Needs>(
  plugin: ProcessPlugin<S, N>,
  fixtures: Fixtures<ProcessBench>,
): void {
  const stepOf = async (base: InsideStep, bench: OpenBench<ProcessBench, S, N>): Promise<AnyProcessStep> => {
    const { product, params = {} } = bench.given.order;
    const order = { id: `order-${randomUUID()}`, product, params };
    const step = { ...base, order, round: 1, ...memoBook().parts };
    if (plugin.takes === "received") return step;
    return { ...step, ...tellingFacts(FACTS), study: copyOfStudy(base.study, bench.scratch) };
  };
  // which of the two its steps are follows from what it takes
  const work = throughWaits(plugin.process as StepWork<AnyProcessStep, S, N>);
  const subject = { plugin, work, fixtures, stepOf, goodOutcomes: ["processed"] as const };
  stepContract(subject, ({ make, run }) => {
    test("the files of a result lie in the step's workspace, with the size and checksum it says", async () => {
      const { step } = await make();
      const { files } = resultOf(await run(step));
      const workspace = await step.workspace();
      expect(files).not.toEqual([]);
      for (const { path, bytes, sha256 } of files) {
        const content = await readFile(path);
        expect(path.startsWith(workspace)).toBe(true);
        expect(content.length).toBe(bytes);
        expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
      }
    });

    test.runIf(plugin.takes === "deidentified")(
      "a result says whose it is, in the words of the copy",
      async () => {
        const { step } = await make();
        const { studyInstanceUid, patientPseudonym } = (step as OutboundStep).study;
        expect(resultOf(await run(step)).subject).toEqual({ studyInstanceUid, patientPseudonym });
      },
    );

    test("an order for a product that is not there ends with an outcome that says why", async () => {
      const { step } = await make();
      const order = { ...step.order, product: "no-such-product" };
      const outcome = await run({ ...step, order });
      const code = outcome.kind === "processed" ? outcome.result.error?.code : codeOf(outcome);
      expect(code).toMatch(new RegExp(`^${plugin.name}\\.[a-z][a-z0-9-]*$`));
    });
  });
}

const FACTS = { patientAge: "066Y", patientSex: "F" } as const;

type AnyProcessStep = ProcessStep | OutboundStep;

const codeOf = (outcome: Outcome): string | undefined => ("code" in outcome ? outcome.code : undefined);

function resultOf(outcome: Outcome): NewResult {
  if (outcome.kind !== "processed") throw new Error(`the step was ${outcome.kind}`);
  return outcome.result;
}
