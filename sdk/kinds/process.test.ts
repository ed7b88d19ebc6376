// Compile-time proof of the privacy interlock: `tsc` fails when one of these errors is not an error any more.
import { Observable, of } from "rxjs";
import { expect, expectTypeOf, test } from "vitest";
import type { DeidentifiedStudy } from "../index.ts";
import { defineProcess, eachStep, Settings, skipped } from "../index.ts";
import type { OutboundStep, ProcessStep, ReceivedStudy } from "../step.ts";

const named = { name: "p", title: "P", summary: "S.", settings: Settings({}), needs: {} } as const;
const always = { onInterrupted: "repeat" } as const;

test("a plugin that sends studies out sees the copy, and there is no way from it to the patient", () => {
  const plugin = defineProcess({
    ...named,
    ...always,
    takes: "deidentified",
    process: (steps$) =>
      steps$.pipe(
        eachStep(async (step) => {
          expectTypeOf(step.study).toEqualTypeOf<DeidentifiedStudy>();
          // @ts-expect-error a copy has no identity
          void step.study.identity;
          // @ts-expect-error nor what was supplied with an upload
          void step.study.supplied;
          return skipped("It only proves types.");
        }),
      ),
  });
  expect(plugin).toMatchObject({ kind: "process", takes: "deidentified" });
});

test("a plugin inside the house sees the study as it was received", () => {
  const plugin = defineProcess({
    ...named,
    ...always,
    takes: "received",
    process: (steps$) =>
      steps$.pipe(
        eachStep(async (step) => {
          expectTypeOf(step.study).toEqualTypeOf<ReceivedStudy>();
          return skipped("It only proves types.");
        }),
      ),
  });
  expect(plugin).toMatchObject({ kind: "process", takes: "received" });
});

test("work on received studies does not fit a plugin that sends studies out, nor one that does not say which", () => {
  const received = (steps$: Observable<ProcessStep>) => steps$.pipe(eachStep(async () => skipped("Types.")));
  // @ts-expect-error the steps of an outbound plugin hold no received study
  const outbound = defineProcess({ ...named, ...always, takes: "deidentified", process: received });
  // @ts-expect-error a process plugin says what it takes
  const silent = defineProcess({ ...named, ...always, process: received });
  expect([outbound.kind, silent.kind]).toEqual(["process", "process"]);
});

test("nobody but the hub makes a de-identified study", () => {
  const looksLikeOne = {
    ...{ id: "", revision: 1, format: "dicom", studyInstanceUid: "", patientPseudonym: "" },
    manifest: { path: "", bytes: 0, sha256: "" },
    instances: async () => [],
  } as const;
  const step = {} as OutboundStep;
  // @ts-expect-error an object that only looks like one is none
  const forged: OutboundStep = { ...step, study: looksLikeOne };
  const received = {} as ReceivedStudy;
  // @ts-expect-error nor is a received one
  const mistaken: OutboundStep = { ...step, study: received };
  expect([forged, mistaken]).toHaveLength(2);
  expect(of(step)).toBeInstanceOf(Observable);
});

test("plugins see the type only: the class is not among what they may import", async () => {
  const offered = await import("../index.ts");
  expect(Object.keys(offered)).not.toContain("DeidentifiedStudy");
});
