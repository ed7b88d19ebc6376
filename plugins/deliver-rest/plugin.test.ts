// What every delivery does alike, and what this one does with a result that has no report.
import { deliverStepOf, outcomeOf, resultOf, studyOfFiles } from "@thalamus/sdk/testing";
import { deliverContract, httpDestination } from "@thalamus/sdk/testing/contracts";
import { expect, test } from "vitest";
import plugin from "./plugin.ts";

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: async () => {
    const destination = await httpDestination();
    return { settings: { url: destination.url }, destination };
  },
});

test("a result without a report is rejected at once", async () => {
  const step = deliverStepOf(await studyOfFiles([]), resultOf([]));
  const outcome = await outcomeOf(plugin.deliver, step, { settings: { url: "http://127.0.0.1:1" } });
  expect(outcome).toMatchObject({ kind: "rejected", code: "deliver-rest.no-report" });
  expect(step.acted).toBe(0);
});
