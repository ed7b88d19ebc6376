// The PDF report as a DICOM object: what is in it, what outside tools say, and how answers are understood.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeliverStep, DicomSendError, type ResultView } from "@thalamus/sdk";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";
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
import plugin from "./plugin.ts";

const settings = {
  host: "pacs.example",
  port: 104,
  calledAe: "PACS",
  callingAe: "THALAMUS",
  deliverFailures: false,
  title: "Befund für Test",
  seriesDescription: "Imaging report (PDF)",
  seriesNumber: 9002,
};
const pdf = Buffer.from(`%PDF-1.4\n${"x".repeat(300)}\n%%EOF\n`);

let folder: string;
let study: DeliverStep["study"];
let result: ResultView;
let sender: RecordingSender;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deliver-dicom-pdf-"));
  const options = { matrix: 16, slices: 2, directions: 6 };
  const { files } = await writeDwiPhantom(join(folder, "study"), options);
  study = await studyOfFiles(files, { patientName: "Müller^Jürgen=山田^太郎" });
  const path = join(folder, "report.pdf");
  await writeFile(path, pdf);
  result = resultOf([await artifactOf("report", "application/pdf", path)]);
});
beforeEach(() => {
  sender = recordingSender(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const deliver = (step: DeliverStep, over = {}) =>
  outcomeOf(plugin.deliver, step, { settings: { ...settings, ...over }, sender });

describe("deliver-dicom-pdf", () => {
  it("files the report in the patient's study and gives a receipt", async () => {
    const step = deliverStepOf(study, result);
    const outcome = await deliver(step);
    expect(outcome).toMatchObject({
      kind: "delivered",
      receipt: { status: "0x0000", host: "pacs.example", port: 104, calledAe: "PACS" },
    });
    const object = readFileSync(sender.files[0]!);
    expect(outcome).toMatchObject({
      receipt: {
        objectSha256: createHash("sha256").update(object).digest("hex"),
        objectBytes: object.length,
        sha256: createHash("sha256").update(pdf).digest("hex"),
        bytes: pdf.length,
      },
    });
    expect(step.acted).toBe(1);
    expect(sender.peers).toEqual([
      { host: "pacs.example", port: 104, calledAe: "PACS", callingAe: "THALAMUS" },
    ]);
    const { dataset, meta } = await readFileHeader(sender.files[0]!);
    expect(meta.ascii(Tag.MediaStorageSOPClassUID)).toBe("1.2.840.10008.5.1.4.1.1.104.1");
    expect(dataset.text(Tag.PatientName)).toBe("Müller^Jürgen=山田^太郎");
    expect(dataset.text(Tag.DocumentTitle)).toBe("Befund für Test");
    expect(dataset.ascii(Tag.StudyInstanceUID)).toBe(study.identity.reveal().studyInstanceUid);
    expect(dataset.text(Tag.AccessionNumber)).toBe("PHACC240312");
    expect(dataset.items(Tag.SourceInstanceSequence)).toHaveLength(14);
    expect(dataset.numbers(Tag.EncapsulatedDocumentLength)).toEqual([pdf.length]);
    expect(Buffer.from(dataset.bytes(Tag.EncapsulatedDocument)!).subarray(0, pdf.length)).toEqual(pdf);
  });

  it("sends the same bytes when a step is repeated", async () => {
    await deliver(deliverStepOf(study, result, "step-1"));
    await deliver(deliverStepOf(study, result, "step-1"));
    const [first, second] = sender.files.map((file) => readFileSync(file));
    expect(first).toEqual(second);
  });

  it("leaves no file with the patient's name behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("thalamus-report-"));
    await deliver(deliverStepOf(study, result));
    sender.error = new DicomSendError("dicom-sender.connect", "no connection");
    await deliver(deliverStepOf(study, result));
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("thalamus-report-"));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it("skips failures unless they are wanted", async () => {
    const failure = { ...result, kind: "failure" as const };
    expect((await deliver(deliverStepOf(study, failure))).kind).toBe("skipped");
    expect((await deliver(deliverStepOf(study, failure), { deliverFailures: true })).kind).toBe("delivered");
  });

  it("is rejected when the result has no report", async () => {
    expect(await deliver(deliverStepOf(study, resultOf([])))).toMatchObject({
      kind: "rejected",
      code: "deliver-dicom-pdf.no-report",
    });
  });

  it.each([
    [0xb000, { kind: "delivered", receipt: { status: "0xB000", warning: "coercion of data elements" } }],
    [0x0111, { kind: "delivered", receipt: { warning: "the instance is there already" } }],
    [0xa700, { kind: "retry", code: "deliver-dicom-pdf.out-of-resources" }],
    [0x0122, { kind: "rejected", code: "deliver-dicom-pdf.refused" }],
    [0xa900, { kind: "rejected", code: "deliver-dicom-pdf.refused" }],
    [0xc123, { kind: "rejected", code: "deliver-dicom-pdf.refused" }],
  ])("understands status %i", async (status, expected) => {
    sender.status = status;
    expect(await deliver(deliverStepOf(study, result))).toMatchObject(expected);
  });

  it("tries again when the archive is away, and not when it refuses the association", async () => {
    sender.error = new DicomSendError("dicom-sender.connect", "no connection");
    const away = await deliver(deliverStepOf(study, result));
    expect(away).toMatchObject({ kind: "retry", code: "deliver-dicom-pdf.unreachable" });
    sender.error = new DicomSendError("dicom-sender.rejected", "rejected", true);
    const refused = await deliver(deliverStepOf(study, result));
    expect(refused).toMatchObject({ kind: "rejected", code: "deliver-dicom-pdf.not-accepted" });
  });

  it("asks the archive whether it takes the object", async () => {
    const { signal } = new AbortController();
    const scope = { settings, sender };
    expect(await plugin.probe(scope, signal)).toEqual({
      ok: true,
      message: "It takes 1.2.840.10008.5.1.4.1.1.104.1.",
    });
    sender.error = new DicomSendError("dicom-sender.connect", "no connection");
    expect(await plugin.probe(scope, signal)).toEqual({ ok: false, message: "no connection" });
  });
});

describe.skipIf(!hasTool("dciodvfy"))("dciodvfy (dicom3tools)", () => {
  it("finds no error in the object", async () => {
    await deliver(deliverStepOf(study, result));
    const { output } = runTool("dciodvfy", sender.files[0]!);
    expect(output).toContain("EncapsulatedPDF");
    expect(output.split("\n").filter((line) => line.startsWith("Error"))).toEqual([]);
  });
});

describe.skipIf(!hasTool("dcm2pdf"))("dcm2pdf (dcmtk)", () => {
  it("gets the very PDF back", async () => {
    await deliver(deliverStepOf(study, result));
    const out = join(folder, "back.pdf");
    expect(runTool("dcm2pdf", sender.files[0]!, out).status).toBe(0);
    expect(readFileSync(out).subarray(0, pdf.length)).toEqual(pdf);
  });
});
