// Contract suite of kind "transform": what everything that makes de-identified copies does alike.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Needs } from "../../kinds/declaration.ts";
import type { TransformPlugin } from "../../kinds/transform.ts";
import type { NewDeidentifiedStudy, Outcome } from "../../outcome.ts";
import type { SettingsSchema } from "../../settings.ts";
import type { InsideStep, ReceivedStudy, TransformStep } from "../../step.ts";
import type { Fixtures } from "./plugin-bench.ts";
import { type StepBench, stepContract } from "./step-contract.ts";

/** Call it at the top of the plugin's test. */
export function transformContract<S extends SettingsSchema, N extends Needs>(
  plugin: TransformPlugin<S, N>,
  fixtures: Fixtures<StepBench>,
): void {
  const subject = {
    plugin,
    work: plugin.transform,
    fixtures,
    stepOf: (base: InsideStep): TransformStep => ({
      ...base,
      released: [],
      previousManifest: async () => undefined,
    }),
    goodOutcomes: ["transformed"] as const,
  };
  stepContract(subject, ({ bench, make, run }) => {
    test("copy and manifest lie in the step's workspace, with the size and checksum it says", async () => {
      const { step } = await make();
      const { files, manifest } = copyOf(await run(step));
      const workspace = await step.workspace();
      for (const { path, bytes, sha256 } of [...files, manifest]) {
        const content = await readFile(path);
        expect(path.startsWith(workspace)).toBe(true);
        expect(content.length).toBe(bytes);
        expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
      }
    });

    test("every instance has one file in the copy, in the series it was in, and no UID of its own", async () => {
      const { step } = await make();
      const copy = copyOf(await run(step));
      const source = await step.study.instances();
      expect(copy.files).toHaveLength(source.length);
      const count = (values: readonly string[]) => new Set(values).size;
      expect(count(copy.files.map(({ sopInstanceUid }) => sopInstanceUid))).toBe(source.length);
      const seriesOf = (one: { seriesInstanceUid: string }) => one.seriesInstanceUid;
      expect(count(copy.files.map(seriesOf))).toBe(count(source.map(seriesOf)));
      const old = new Set(source.flatMap((one) => [one.sopInstanceUid, one.seriesInstanceUid]));
      old.add(step.study.identity.reveal().studyInstanceUid);
      const made = copy.files.flatMap((one) => [one.sopInstanceUid, one.seriesInstanceUid]);
      expect([...made, copy.studyInstanceUid].filter((uid) => old.has(uid))).toEqual([]);
    });

    test("no value that identifies the patient is in the bytes of the copy or of its manifest", async () => {
      const { step } = await make();
      const { files, manifest, patientPseudonym } = copyOf(await run(step));
      const identity = step.study.identity.reveal();
      const canaries = IDENTIFYING.flatMap((field) => identity[field].split("^"));
      expect(canaries).not.toContain(patientPseudonym);
      for (const { path } of [...files, manifest]) {
        const text = (await readFile(path)).toString("latin1");
        // short words may be in any pixel data
        for (const canary of canaries.filter((one) => one.length > 5)) expect(text).not.toContain(canary);
      }
    });

    test("UIDs and pseudonym are the same on another run, and for the same instances in another revision", async () => {
      const first = copyOf(await run((await make()).step));
      const { step } = await make();
      const again = copyOf(await run(step));
      expect(namesOf(again)).toEqual(namesOf(first));
      const [, ...fewer] = await step.study.instances();
      const smaller: ReceivedStudy = { ...step.study, revision: 2, instances: async () => fewer };
      const part = copyOf(await run((await make({}, smaller)).step));
      expect(part.studyInstanceUid).toBe(first.studyInstanceUid);
      expect(part.patientPseudonym).toBe(first.patientPseudonym);
      const known = new Set(first.files.map(({ sopInstanceUid }) => sopInstanceUid));
      expect(part.files.filter(({ sopInstanceUid }) => !known.has(sopInstanceUid))).toEqual([]);
    });

    test("a study with one unreadable file has no copy at all", async () => {
      const { step } = await make();
      const path = join(bench().scratch, "unreadable.dcm");
      await writeFile(path, "no DICOM");
      const instances = [...(await step.study.instances())];
      instances[1] = { ...instances[1]!, path };
      const outcome = await run((await make({}, { ...step.study, instances: async () => instances })).step);
      expect(["rejected", "held"]).toContain(outcome.kind);
    });
  });
}

/** What no copy holds, whatever its rules; dates and descriptions may stay in another form. */
const IDENTIFYING = [
  ...(["patientName", "patientId", "patientBirthDate", "accessionNumber"] as const),
  ...(["studyInstanceUid", "referringPhysicianName"] as const),
];

function copyOf(outcome: Outcome): NewDeidentifiedStudy {
  if (outcome.kind !== "transformed") throw new Error(`the step was ${outcome.kind}`);
  return outcome.copy;
}

const namesOf = ({ studyInstanceUid, patientPseudonym, files }: NewDeidentifiedStudy) => ({
  studyInstanceUid,
  patientPseudonym,
  files: files
    .map(({ sopInstanceUid, seriesInstanceUid }) => `${seriesInstanceUid} ${sopInstanceUid}`)
    .toSorted(),
});
