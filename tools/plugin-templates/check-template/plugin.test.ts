// What every check does alike, and what this one holds.
import { checkStepOf, outcomeOf, studyOfFiles } from "@thalamus/sdk/testing";
import { checkContract } from "@thalamus/sdk/testing/contracts";
import { expect, test } from "vitest";
import plugin from "./plugin.ts";

checkContract(plugin, { folder: import.meta.dirname, open: () => ({}) });

test("a study without instances is held, and the line says how to mend it", async () => {
  const step = checkStepOf(await studyOfFiles([]));
  const outcome = await outcomeOf(plugin.check, step, { settings: { fewestInstances: 2 } });
  expect(outcome).toMatchObject({ kind: "held", lines: [{ found: "0 instances", verdict: "fail" }] });
});
