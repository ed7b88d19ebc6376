// Tests of the product on DICOM files: conversion, refusals, and that no patient data leaves it.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Report } from "./report/report-json.ts";
import { CANARY, type Element, encodeDicom, encodeDicomSeries } from "./testing/dicom-series.ts";
import { type FinishedRun, makeFolders, type RunFolders, runProduct } from "./testing/run-product.ts";
import { FIBRE, makeTable, truthOf, wovenPhantom } from "./testing/woven-phantom.ts";

// Each test starts programs, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const made: RunFolders[] = [];
const folders = (files: Parameters<typeof makeFolders>[0]): RunFolders => {
  const fresh = makeFolders(files);
  made.push(fresh);
  return fresh;
};
afterAll(() => {
  for (const { root } of made) rmSync(root, { recursive: true });
});

const inSeries = (files: Record<string, Buffer>) =>
  Object.fromEntries(Object.entries(files).map(([name, data]) => [`series/0001/${name}`, data]));

let ball: Record<string, Buffer>;
let place: RunFolders;
let run: FinishedRun;

beforeAll(async () => {
  const table = makeTable([0, 1], [1000, 12]);
  ball = inSeries(encodeDicomSeries(wovenPhantom(table, { edge: 36 }), table));
  place = folders(ball);
  run = await runProduct(place);
});

test("a DICOM series is converted and measured with its true FA, MD and a fitting gradient table", () => {
  expect(run.stderr).toBe("");
  expect(run.exitCode).toBe(0);
  const report = JSON.parse(readFileSync(join(place.out, "report.json"), "utf8")) as Report;
  const brain = report.regions[0]!;
  expect(Math.abs(brain.metrics.FA!.median - truthOf(FIBRE).fa)).toBeLessThan(2e-3);
  expect(Math.abs(brain.metrics.MD!.median - truthOf(FIBRE).md)).toBeLessThan(2e-3);
  expect(report.qc.find((check) => check.id === "gradientOrientation")).toMatchObject({ status: "pass" });
  expect(report.acquisition).toMatchObject({ series: "number 3", matrix: [36, 36, 36], volumes: 13 });
});

test("nothing that identifies the patient is in any output, message or left scratch file", async () => {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(readFileSync(join(place.out, "report.pdf")));
  const texts = new Map<string, string>([
    ["stdout", run.stdout],
    ["stderr", run.stderr],
    ["text of the PDF", [...document.pages()].map((page) => page.getText()).join("\n")],
  ]);
  document.destroy();
  library.destroy();
  for (const folder of [place.out, place.work]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      texts.set(path, (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1"));
    }
  }
  expect(texts.size).toBeGreaterThan(10);
  const words = Object.values(CANARY).flatMap((value) => [value, ...value.split("^")]);
  for (const [name, text] of texts) {
    for (const word of words) expect(text.includes(word), `${word} in ${name}`).toBe(false);
  }
});

const header = (more: Element[]): Buffer =>
  encodeDicom([
    [0x00080060, "CS", "MR"], // Modality (0008,0060)
    [0x00100010, "PN", CANARY.PatientName], // PatientName (0010,0010)
    [0x0020000e, "UI", "2.25.20"], // SeriesInstanceUID (0020,000E)
    [0x00280008, "IS", "70"], // NumberOfFrames (0028,0008)
    ...more,
  ] satisfies Element[]);

test.each([
  [
    "a series that would not fit into memory",
    "SERIES_TOO_LARGE",
    header([
      [0x00280010, "US", 4096], // Rows (0028,0010)
      [0x00280011, "US", 4096], // Columns (0028,0011)
    ]),
  ],
  [
    "a lossily compressed series",
    "LOSSY_COMPRESSION",
    header([
      [0x00280010, "US", 8], // Rows (0028,0010)
      [0x00280011, "US", 8], // Columns (0028,0011)
      [0x00282110, "CS", "01"], // LossyImageCompression (0028,2110)
    ]),
  ],
  [
    "a study without MR",
    "NO_DTI_SERIES",
    encodeDicom([
      [0x00080060, "CS", "CT"], // Modality (0008,0060)
      [0x0020000e, "UI", "2.25.21"], // SeriesInstanceUID (0020,000E)
    ]),
  ],
])("%s is refused with %s before anything is converted", async (_, code, file) => {
  const { exitCode, result, lines } = await runProduct(folders({ "a.dcm": file }));
  expect(exitCode).toBe(3);
  expect(result).toMatchObject({ status: "unsuitable", error: { code } });
  expect(JSON.stringify([result, lines])).not.toContain("Kanarienvogel");
});
