// The report of a failure: the same facts as text, PDF, picture and data.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureResult } from "./failure-report.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "failure-report-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("text, page, picture and data tell the same, on one page", async () => {
  const message = `The longest message there can be, with ümlauts and 漢字. ${"word ".repeat(110)}`.slice(
    0,
    500,
  );
  const advice = "Take the product out of service.";
  const reason = { code: "local-processing.input-changed", message, advice };
  const result = await failureResult(
    {
      orderId: "order-7",
      studyLabel: "0f3a9c21",
      attempt: 2,
      product: { id: "probe", version: "1.2.3", name: "Probe of everything" },
      reason,
      at: new Date("2026-11-23T16:51:09Z"),
    },
    folder,
  );
  expect(result.error).toEqual({ code: "local-processing.input-changed", message });
  for (const { path, bytes, sha256 } of result.files) {
    const content = await readFile(path);
    expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
  }
  const content = async (name: string) => readFile(result.files.find((file) => file.name === name)!.path);
  const summary = (await content("summary")).toString();
  expect(summary).toContain("RESEARCH USE ONLY");
  expect(summary).toContain("Study:       0f3a9c21\nDate:        2026-11-23 16:51 UTC");
  expect(summary).toContain("Code: local-processing.input-changed");
  expect(Math.max(...summary.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(78);
  expect(JSON.parse((await content("data")).toString())).toMatchObject({
    contract: "hub.failure/1",
    code: "local-processing.input-changed",
    product: { id: "probe", version: "1.2.3" },
    orderId: "order-7",
    studyLabel: "0f3a9c21",
  });
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(await content("report"));
  expect(document.getPageCount()).toBe(1);
  const text = document.getPage(0).getText();
  for (const part of [
    "Processing failed",
    "Probe of everything (probe 1.2.3)",
    "order-7",
    "ümlauts",
    "What to do",
  ]) {
    expect(text).toContain(part);
  }
  document.destroy();
  library.destroy();
  const picture = decode(await content("preview"));
  // A4 at two pixels a point
  expect([picture.width, picture.height, picture.channels]).toEqual([1190, 1682, 3]);
});

test("A-195 what a check found stands in the report of a study that was not processed", async () => {
  const line = (id: string, verdict: "fail" | "pass") => ({
    id,
    title: "Diffusion series",
    verdict,
    found: "12 directions",
    wanted: "at least 30 directions",
    howToFix: "Send the series complete.",
  });
  const lines = [
    line("A-301", "pass"),
    ...Array.from({ length: 11 }, (_, index) => line(`A-31${index}`, "fail")),
  ];
  const result = await failureResult(
    {
      orderId: "order-8",
      studyLabel: "0f3a9c21",
      attempt: 1,
      product: { id: "probe", version: "unknown", name: "probe" },
      application: "Quality control",
      reason: {
        code: "study.rejected",
        message: "The study did not pass.",
        advice: "Mend it and send it again.",
      },
      lines,
      at: new Date("2026-11-23T16:51:09Z"),
    },
    join(folder, "checks"),
  );
  const read = async (name: string) => readFile(result.files.find((file) => file.name === name)!.path);
  const summary = (await read("summary")).toString();
  expect(summary).toContain("Study not processed\n\nApplication: Quality control\nOrdered:     probe\n");
  expect(summary).toContain("A-310 Diffusion series: found 12 directions; wanted at least 30");
  expect(summary).toContain("And 3 more.");
  expect(summary).not.toContain("A-301");
  const data = JSON.parse((await read("data")).toString()) as { checks: { id: string }[] };
  expect(data.checks.map(({ id }) => id)).toHaveLength(11);
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(await read("report"));
  expect(document.getPageCount()).toBe(1);
  expect(document.getPage(0).getText()).toContain("Checks that failed");
  document.destroy();
  library.destroy();
});
