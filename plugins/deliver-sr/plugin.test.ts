// The measurements as a structured report: numbers, codes, references, and what outside tools say.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliverStep, ResultView } from "@thalamus/sdk";
import { type DatasetView, readFileHeader, Tag } from "@thalamus/sdk/dicom";
import {
  artifactOf,
  deliverStepOf,
  hasTool,
  outcomeOf,
  type RecordingSender,
  recordingSender,
  resultOf,
  runTool,
  studyOfFiles,
  writeDwiPhantom,
} from "@thalamus/sdk/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PRODUCT_UNITS } from "./codes.ts";
import plugin from "./plugin.ts";
import { readRegions } from "./region-measurements.ts";

const settings = {
  host: "pacs.example",
  port: 104,
  calledAe: "PACS",
  callingAe: "THALAMUS",
  deliverFailures: false,
  sopClass: "enhanced" as const,
  keyImages: [],
  keyImageDescription: "Key images",
  keyImageSeriesNumber: 9003,
  seriesDescription: "Diffusion measurements (research use only)",
  seriesNumber: 9001,
};
const statistics = (mean: number) => ({ n: 100, mean, sd: 0.1, median: mean, p5: 0.1 });
const report = {
  metrics: [
    { id: "FA", unit: "1" },
    { id: "MD", unit: "10^-3 mm2/s" },
    { id: "XY", unit: "furlong" },
  ],
  regions: [
    {
      id: "brain",
      name: "Mask",
      rule: "eroded 1 voxel",
      voxels: 52184,
      volumeMl: 1150.7,
      metrics: { FA: statistics(0.43684127188878624), MD: statistics(0.7963850480541027), XY: statistics(1) },
    },
    { id: "wm", name: "White matter", voxels: 10, volumeMl: 1, metrics: { FW: { mean: null, sd: 0.5 } } },
    { id: "none", name: "Empty", voxels: 0, volumeMl: 0, metrics: {} },
  ],
};

let folder: string;
let written = 0;
let study: DeliverStep["study"];
let sender: RecordingSender;
let result: ResultView;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deliver-sr-"));
  const { files } = await writeDwiPhantom(join(folder, "study"), { matrix: 16, slices: 2, directions: 6 });
  study = await studyOfFiles(files, { patientName: "Müller^Jürgen", patientBirthDate: "***" });
  result = await resultWith(JSON.stringify(report));
});
beforeEach(() => {
  sender = recordingSender(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function resultWith(json: string): Promise<ResultView> {
  written += 1;
  const path = join(folder, `report-${written}.json`);
  await writeFile(path, json);
  return resultOf([await artifactOf("data", "application/json", path)]);
}

const deliver = (step: DeliverStep, over = {}) =>
  outcomeOf(plugin.deliver, step, { settings: { ...settings, ...over }, sender });

const meaning = (item: DatasetView, sequence: number = Tag.ConceptNameCodeSequence) =>
  item.items(sequence)[0]?.text(Tag.CodeMeaning);
const child = (item: DatasetView, name: string) =>
  item.items(Tag.ContentSequence).filter((one) => meaning(one) === name);

describe("deliver-sr", () => {
  it("reports each region with its numbers, units, codes and derivations", async () => {
    expect(await deliver(deliverStepOf(study, result))).toMatchObject({ kind: "delivered" });
    const { dataset } = await readFileHeader(sender.files[0]!);
    const [measurements] = child(dataset, "Imaging Measurements");
    const groups = child(measurements!, "Measurement Group");
    expect(groups.map((group) => child(group, "Tracking Identifier")[0]?.text(Tag.TextValue))).toEqual([
      "Mask (eroded 1 voxel)",
      "White matter",
    ]);
    const numbers = groups[0]!.items(Tag.ContentSequence).filter((one) => one.ascii(Tag.ValueType) === "NUM");
    const rows = numbers.map((one) => {
      const value = one.items(Tag.MeasuredValueSequence)[0]!;
      return [
        meaning(one),
        one.items(Tag.ContentSequence)[0] &&
          meaning(one.items(Tag.ContentSequence)[0]!, Tag.ConceptCodeSequence),
        value.numbers(Tag.FloatingPointValue)[0],
        value.items(Tag.MeasurementUnitsCodeSequence)[0]?.text(Tag.CodeValue),
      ];
    });
    expect(rows[0]).toEqual(["Volume", undefined, 1150.7, "ml"]);
    expect(rows[1]).toEqual(["Fractional Anisotropy", "Mean", 0.43684127188878624, "{0:1}"]);
    expect(rows[4]).toEqual(["Mean Diffusivity", "Mean", 0.7963850480541027 * 1e-3, "mm2/s"]);
    expect(rows).toHaveLength(7);
    for (const one of numbers) {
      const text = one.items(Tag.MeasuredValueSequence)[0]?.ascii(Tag.NumericValue) ?? "";
      expect(text.length).toBeLessThanOrEqual(16);
    }
  });

  it("refers to every source image and files itself in the patient's study", async () => {
    await deliver(deliverStepOf(study, result));
    const { dataset } = await readFileHeader(sender.files[0]!);
    const [evidence] = dataset.items(Tag.CurrentRequestedProcedureEvidenceSequence);
    const references = evidence!
      .items(Tag.ReferencedSeriesSequence)
      .flatMap((series) => series.items(Tag.ReferencedSOPSequence));
    const instances = await study.instances();
    expect(references.map((one) => one.ascii(Tag.ReferencedSOPInstanceUID))).toEqual(
      instances.map(({ sopInstanceUid }) => sopInstanceUid),
    );
    expect(evidence!.ascii(Tag.StudyInstanceUID)).toBe(study.identity.reveal().studyInstanceUid);
    expect(dataset.text(Tag.PatientName)).toBe("Müller^Jürgen");
    expect(dataset.text(Tag.PatientBirthDate)).toBe("");
  });

  it("has the same UIDs when it is repeated and others for another result", async () => {
    await deliver(deliverStepOf(study, result));
    await deliver(deliverStepOf(study, result));
    await deliver(deliverStepOf(study, resultOf(result.artifacts)));
    const headers = await Promise.all(sender.files.map((file) => readFileHeader(file)));
    const [first, second, third] = headers.map(({ dataset }) => dataset.ascii(Tag.SOPInstanceUID));
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });

  it("skips failures, whether they are wanted or not", async () => {
    const failure = { ...result, kind: "failure" as const };
    expect((await deliver(deliverStepOf(study, failure))).kind).toBe("skipped");
    expect(await deliver(deliverStepOf(study, failure), { deliverFailures: true })).toEqual({
      kind: "skipped",
      reason: "A failure has no measurements.",
    });
    expect(sender.files).toEqual([]);
  });

  it("is rejected without measurements or with unreadable ones", async () => {
    const code = async (one: ResultView) => {
      const outcome = await deliver(deliverStepOf(study, one));
      return outcome.kind === "rejected" ? outcome.code : outcome.kind;
    };
    expect(await code(resultOf([]))).toBe("deliver-sr.no-data");
    expect(await code(await resultWith("{"))).toBe("deliver-sr.unreadable-data");
    expect(await code(await resultWith('{"regions":[]}'))).toBe("deliver-sr.no-data");
    const read = (json: string) => readRegions(json, PRODUCT_UNITS);
    expect(() => read('{"regions":[{"id":1}]}')).toThrow("region 1 has no id, name or volume");
    expect(() => read('{"regions":[null]}')).toThrow("region 1 is not an object");
    expect(() => read("[]")).toThrow("the report is not an object");
  });

  it("refuses numbers in a unit it does not convert", () => {
    const metrics = [{ id: "MD", unit: "mm2/s" }];
    const read = () => readRegions(JSON.stringify({ ...report, metrics }), PRODUCT_UNITS);
    expect(read).toThrow("the unit of MD is not 10^-3 mm2/s");
  });
});

describe.skipIf(!hasTool("dciodvfy"))("dciodvfy (dicom3tools)", () => {
  it("finds no error in the report", async () => {
    await deliver(deliverStepOf(study, result));
    const { output } = runTool("dciodvfy", sender.files[0]!);
    expect(output).toContain("EnhancedSR");
    expect(output.split("\n").filter((line) => line.startsWith("Error"))).toEqual([]);
  });
});

describe.skipIf(!hasTool("dsrdump"))("dsrdump (dcmtk)", () => {
  it("reads the report and prints its numbers", async () => {
    await deliver(deliverStepOf(study, result));
    const { status, output } = runTool("dsrdump", sender.files[0]!);
    expect(status).toBe(0);
    expect(output).toContain("Fractional Anisotropy");
    expect(output).toContain("0.436841271888");
  });
});
