// Tests of the product as the hub runs it: the contract hub.product/1, from the command line to result.json.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { product } from "./contract/product-description.ts";
import type { Report } from "./report/report-json.ts";
import { type FinishedRun, makeFolders, type RunFolders, runProduct } from "./testing/run-product.ts";
import { diffusionFiles, FIBRE, makeTable, truthOf, wovenPhantom } from "./testing/woven-phantom.ts";

// Each test starts programs, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const made: RunFolders[] = [];
const folders = (files: Parameters<typeof makeFolders>[0] = {}): RunFolders => {
  const fresh = makeFolders(files);
  made.push(fresh);
  return fresh;
};
afterAll(() => {
  for (const { root } of made) rmSync(root, { recursive: true });
});

const job = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    contract: "hub.product/1",
    jobId: "job-7",
    attempt: 1,
    product: { id: "dti-metrics", version: product.version },
    params: {},
    study: { label: "=S-0042" },
    subject: { age: "044Y", sex: "F" },
    series: [{ path: "series/0001", description: "Woven ball" }],
    ...more,
  });

const inFolder = (files: Record<string, string | Buffer>, base: string) =>
  Object.fromEntries(Object.entries(files).map(([ending, data]) => [`${base}${ending}`, data]));

const listing = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

let place: RunFolders;
let run: FinishedRun;
let report: Report;

beforeAll(async () => {
  const table = makeTable([0, 2], [700, 12], [1400, 16]);
  const images = diffusionFiles(wovenPhantom(table, { edge: 36, freeWater: 0.2 }), table);
  place = folders({ "job.json": job(), ...inFolder(images, "series/0001/image") });
  run = await runProduct(place);
  report = JSON.parse(readFileSync(join(place.out, "report.json"), "utf8")) as Report;
});

test("a suitable series ends with exit 0, status done and every file that product.json promises", () => {
  expect(run.stderr).toBe("");
  expect(run.exitCode).toBe(0);
  expect(run.result).toMatchObject({
    contract: "hub.product/1",
    product: { id: "dti-metrics", version: product.version },
    jobId: "job-7",
    status: "done",
  });
  const paths = run.result!.files.map((file) => file.path);
  for (const path of [
    "report.pdf",
    "report.png",
    "report.txt",
    "report.xml",
    "report.json",
    "features.csv",
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths.filter((path) => /^maps\/\w+\.nii\.gz$/.test(path))).toHaveLength(6);
});

test("result.json lists exactly the files that are there, with their size and SHA-256", () => {
  const written = listing(place.out).filter((path) => !path.endsWith("result.json"));
  expect(run.result!.files.map((file) => join(place.out, file.path)).sort()).toEqual(written);
  for (const file of run.result!.files) {
    const bytes = readFileSync(join(place.out, file.path));
    expect(file.bytes).toBe(bytes.length);
    expect(file.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

test("nothing is written outside the output and work folders, and the input stays as it was", () => {
  const outside = listing(place.root).filter(
    (path) => ![place.out, place.work].some((ours) => path.startsWith(ours)),
  );
  expect(outside.map((path) => path.slice(place.in.length + 1))).toEqual([
    "job.json",
    "series/0001/image.bval",
    "series/0001/image.bvec",
    "series/0001/image.nii.gz",
  ]);
});

test("progress never falls, ends at 1 and the last line is the result", () => {
  const values = run.lines
    .filter((line) => line["type"] === "progress")
    .map((line) => line["value"] as number);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(values.at(-1)).toBe(1);
  expect(run.lines.at(-1)).toMatchObject({ type: "result", status: "done" });
});

test("the report gives every region its voxels, volume and metrics, and free water of multi-shell data", () => {
  expect(report.regions.map((region) => region.id)).toEqual([
    "brain",
    "wmLike",
    "coreWm",
    "nonWm",
    "csfLike",
  ]);
  const brain = report.regions[0]!;
  expect(brain.volumeMl).toBeCloseTo(brain.voxels * 0.027, 3);
  expect(brain.metrics.FW!.mean).toBeGreaterThan(0.19);
  expect(brain.metrics.FW!.mean).toBeLessThan(0.21);
  expect(Object.keys(brain.metrics.FA!)).toEqual(["n", "mean", "sd", "median", "p5", "p25", "p75", "p95"]);
  expect(report.notComputed).toEqual([]);
  expect(report.acquisition.series).toBe("Woven ball");
  expect(report.provenance.inputSha256).toMatch(/^[0-9a-f]{64}$/);
});

test("the PDF has three A4 pages and says research use only on each", async () => {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(readFileSync(join(place.out, "report.pdf")));
  const pages = [...document.pages()];
  expect(pages).toHaveLength(3);
  for (const page of pages) {
    expect(page.getText()).toContain("RESEARCH USE ONLY");
    expect(Math.round(page.getOriginalSize().originalHeight)).toBe(842);
  }
  document.destroy();
  library.destroy();
});

test("the feature CSV is one header row and one row, with a study label that cannot act as a formula", () => {
  const [header, row, ...rest] = readFileSync(join(place.out, "features.csv"), "utf8")
    .trimEnd()
    .split("\r\n");
  const names = header!.split(",");
  const values = row!.split(",");
  expect(rest).toEqual([]);
  expect(values).toHaveLength(names.length);
  expect([names[0], values[0]]).toEqual(["Subject", "'=S-0042"]);
  expect(Number(values[names.indexOf("wmLike.FA.mean")])).toBeCloseTo(report.regions[1]!.metrics.FA!.mean, 5);
});

test("a single-shell ball is measured with its true FA and MD, and free water is refused with its code", async () => {
  const table = makeTable([0, 1], [1000, 20]);
  const images = diffusionFiles(wovenPhantom(table, { edge: 36 }), table);
  const single = folders({ "job.json": job({ series: [] }), ...inFolder(images, "image") });
  const { exitCode } = await runProduct(single, {
    args: ["run"],
    environment: { MERCURE_IN_DIR: single.in, HOLOSCAN_OUTPUT_PATH: single.out, PRODUCT_WORK: single.work },
  });
  expect(exitCode).toBe(0);
  const { regions, notComputed } = JSON.parse(
    readFileSync(join(single.out, "report.json"), "utf8"),
  ) as Report;
  expect(notComputed).toMatchObject([{ code: "FW_SINGLE_SHELL" }]);
  expect(Math.abs(regions[0]!.metrics.FA!.median - truthOf(FIBRE).fa)).toBeLessThan(1e-3);
  expect(Math.abs(regions[0]!.metrics.MD!.median - truthOf(FIBRE).md)).toBeLessThan(1e-3);
  expect(regions[0]!.metrics.FW).toBeUndefined();
});

const fewDirections = makeTable([0, 1], [1000, 5]);
const smallTable = makeTable([0, 1], [1000, 6]);
const fourSlices = diffusionFiles(
  {
    grid: { ...wovenPhantom(smallTable, { edge: 10 }).grid, size: [10, 10, 4] },
    volumes: 7,
    voxelsPerVolume: 400,
    stored: new Float32Array(2800).fill(100),
    slope: 1,
    intercept: 0,
  },
  smallTable,
);
const small = (table = smallTable) => diffusionFiles(wovenPhantom(table, { edge: 10 }), table);

test.each([
  ["a folder without DICOM", "NO_DICOM", { "notes.txt": "no images" }],
  ["five directions", "NO_DTI_SERIES", inFolder(small(fewDirections), "a")],
  // scanners write directions of their imaging gradients to volumes of b = 2
  [
    "one direction, and six of b = 2",
    "NO_DTI_SERIES",
    inFolder(small(makeTable([0, 1], [2, 6], [2000, 1])), "a"),
  ],
  [
    "another number of b-values than volumes",
    "VOLUME_MISMATCH",
    {
      ...inFolder(small(), "a"),
      "a.bval": "0 1000 1000 1000 1000 1000 1000 1000",
      "a.bvec": "0 0 0\n1 0 0\n0 1 0\n0 0 1\n.7 .7 0\n.7 0 .7\n0 .7 .7\n.6 .6 .6",
    },
  ],
  ["an image of four slices", "TOO_FEW_SLICES", inFolder(fourSlices, "a")],
  ["an object far too small for a brain", "MASK_IMPLAUSIBLE", inFolder(small(), "a")],
])("%s is refused with %s, exit 3, failure.txt and a valid result.json", async (_, code, files) => {
  const place = folders({ "job.json": job(), ...files });
  const { exitCode, result, lines } = await runProduct(place);
  expect(exitCode).toBe(3);
  expect(result).toMatchObject({ status: "unsuitable", jobId: "job-7", error: { code, retryable: false } });
  expect(result!.files.map((file) => file.path)).toEqual(["failure.txt"]);
  expect(readFileSync(join(place.out, "failure.txt"), "utf8")).toContain(`Code: ${code}`);
  expect(lines).toContainEqual(expect.objectContaining({ type: "error", code }));
});

test.each([
  ["another contract", job({ contract: "hub.product/9" })],
  ["another product", job({ product: { id: "lesion-finder" } })],
  ["an unknown parameter", job({ params: { colour: "blue" } })],
  ["a parameter out of its range", job({ params: { iterations: 50 } })],
  ["no JSON", "{"],
])("a job with %s is a bad job: exit 4 and a valid result.json", async (_, text) => {
  const { exitCode, result } = await runProduct(folders({ "job.json": text }));
  expect(exitCode).toBe(4);
  expect(result).toMatchObject({ contract: "hub.product/1", status: "failed", error: { code: "BAD_JOB" } });
});

test("without folders or with an unknown command the exit code is 4", async () => {
  const place = folders();
  expect((await runProduct(place, { args: ["run"] })).exitCode).toBe(4);
  expect((await runProduct(place, { args: ["measure"] })).exitCode).toBe(4);
});

test("describe prints product.json", async () => {
  const described = await runProduct(folders(), { args: ["describe"] });
  expect(described.exitCode).toBe(0);
  expect(described.stdout).toBe(readFileSync(join(import.meta.dirname, "product.json"), "utf8"));
  expect(JSON.parse(described.stdout)).toMatchObject({
    contract: "hub.product/1",
    id: "dti-metrics",
    intendedUse: "research-only",
    network: "none",
  });
});

test("SIGINT in the middle of a fit ends the run at once with exit 130 and no result", async () => {
  const table = makeTable([0, 2], [500, 20], [1500, 20]);
  const images = diffusionFiles(wovenPhantom(table, { edge: 36 }), table);
  const place = folders({ "job.json": job(), ...inFolder(images, "image") });
  const run = await runProduct(place, { signalAt: { stage: "free-water", signal: "SIGINT" } });
  expect(run.exitCode).toBe(130);
  expect(run.result).toBeUndefined();
  expect(statSync(place.out).isDirectory()).toBe(true);
});
