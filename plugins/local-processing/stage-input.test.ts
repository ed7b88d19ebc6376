// What a product is given: the images of its modality, age and sex, and nothing that names the patient.
import { existsSync, statSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Product } from "./product-description.ts";
import { changedFiles, stageInput } from "./stage-input.ts";
import { subjectOf } from "./subject.ts";
import { CANARY, processStep, type StepOptions } from "./testing/process-step.ts";
import { PROBE } from "./testing/product-program.ts";

const product: Product = { ...PROBE, contract: "hub.product/1", folder: "/nowhere" };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stage-input-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function stage(options: StepOptions) {
  const step = await processStep(folder, options);
  const input = join(folder, "in");
  await mkdir(input);
  const linked = await stageInput(step, product, input);
  const text = await readFile(join(input, "job.json"), "utf8");
  return { step, input, linked, text, job: JSON.parse(text) };
}

test("job.json describes the MR series and holds nothing that identifies the patient", async () => {
  const { step, text, job } = await stage({ modalities: ["MR", "CT", "MR"], params: { maxB: 900 } });
  const series = { kind: "dicom-series", modality: "MR", description: "", files: 2 };
  expect(job).toEqual({
    contract: "hub.product/1",
    jobId: step.order.id,
    attempt: 1,
    product: "probe",
    params: { maxB: 900 },
    subject: { age: 66, sex: "F" },
    study: { label: step.study.id.slice(0, 8) },
    series: [
      { id: "0001", path: "series/0001", ...series, transferSyntax: "1.2.840.10008.1.2.1" },
      { id: "0002", path: "series/0002", ...series, transferSyntax: "1.2.840.10008.1.2.1" },
    ],
    requested: ["report", "maps"],
  });
  const { patientSex: _sex, ...secrets } = CANARY;
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  for (const { seriesInstanceUid } of await step.study.instances())
    expect(text).not.toContain(seriesInstanceUid);
});

test("images are hard links with the received content", async () => {
  const { step, input, linked } = await stage({});
  expect(await readdir(join(input, "series/0001"))).toEqual(["000001.dcm", "000002.dcm"]);
  const [first] = await step.study.instances();
  const [given, received] = await Promise.all([
    stat(join(input, "series/0001/000001.dcm")),
    stat(first!.path),
  ]);
  expect(given.ino).toBe(received.ino);
  expect(linked).toHaveLength(2);
  expect(await changedFiles(linked)).toBe(0);
  await appendFile(join(input, "series/0001/000001.dcm"), "x");
  expect(await changedFiles(linked)).toBe(1);
  await rm(first!.path);
  await writeFile(first!.path, "sent again by the PACS");
  expect(await changedFiles(linked)).toBe(0);
});

const otherVolume = existsSync("/dev/shm") && statSync("/dev/shm").dev !== statSync(tmpdir()).dev;
test.runIf(otherVolume)("on another volume images are read-only copies", async () => {
  const input = await mkdtemp("/dev/shm/stage-input-");
  try {
    const step = await processStep(folder);
    expect(await stageInput(step, product, input)).toEqual([]);
    const copy = join(input, "series/0001/000001.dcm");
    const [first] = await step.study.instances();
    expect(await readFile(copy)).toEqual(await readFile(first!.path));
    expect((await stat(copy)).mode & 0o777).toBe(0o400);
  } finally {
    await rm(input, { recursive: true });
  }
});

const ROLES = { ".nii.gz": "image", ".bval": "bval", ".bvec": "bvec", ".json": "sidecar" } as const;

/** Two NIfTI images with table and sidecar, kept under names made of hashes as core keeps them. */
async function niftiStep() {
  const step = await processStep(folder);
  const [dicom] = await step.study.instances();
  const instances = ["1", "2"].flatMap((series) =>
    Object.entries(ROLES).map(([ending, role]) => {
      const path = join(folder, `${series}a0b1-c2d3${ending}`);
      return {
        ...dicom!,
        role,
        path,
        seriesInstanceUid: `2.25.${series}`,
        modality: "MR",
        transferSyntaxUid: "",
      };
    }),
  );
  for (const { path } of instances) await writeFile(path, path);
  return { ...step, study: { ...step.study, format: "nifti" as const, instances: async () => instances } };
}

test("A-307 image, table and sidecar of a NIfTI series have one name, as converters write them", async () => {
  const input = join(folder, "in");
  await mkdir(input);
  const takesNifti = { ...product, inputs: [{ kinds: ["nifti-bval-bvec"], modality: ["MR"] }] };
  await stageInput(await niftiStep(), takesNifti, input);
  const names = ["000001.bval", "000001.bvec", "000001.json", "000001.nii.gz"];
  expect(await readdir(join(input, "series/0001"))).toEqual(names);
  expect(await readdir(join(input, "series/0002"))).toEqual(names);
  const job = JSON.parse(await readFile(join(input, "job.json"), "utf8"));
  expect(job.series).toMatchObject([
    { id: "0001", kind: "nifti-bval-bvec", files: 4 },
    { id: "0002", kind: "nifti-bval-bvec", files: 4 },
  ]);
});

test("a product that takes DICOM only is not given NIfTI", async () => {
  const step = await niftiStep();
  const refused = { reason: { code: "local-processing.no-input" } };
  await expect(stageInput(step, product, folder)).rejects.toMatchObject(refused);
});

test.each([
  [{ patientAge: "066Y" }, 66],
  [{ patientAge: "018M" }, 1.5],
  [{ patientAge: "026M" }, 2],
  [{ patientAge: "010D" }, 0.03],
  [{ patientAge: "" }, 66],
  [{ patientAge: "", studyDate: "20240316" }, 65],
  [{ patientAge: "66", patientBirthDate: "" }, null],
  [{ patientAge: "", patientBirthDate: "18000101" }, null],
  [{ patientAge: "", patientBirthDate: "20240512" }, null],
])("age is in years: %o gives %s", (changes, age) => {
  expect(subjectOf({ ...CANARY, ...changes }).age).toBe(age);
});

test("sex is one of the codes of DICOM or unknown", () => {
  expect(["m", "F ", "O", "", "X"].map((patientSex) => subjectOf({ ...CANARY, patientSex }).sex)).toEqual([
    ...["M", "F", "O"],
    null,
    null,
  ]);
});
