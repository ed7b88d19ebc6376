// The report of a failure: the same facts as text, PDF, picture and data.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAILURE_CODES, ownFailure } from "./failure.ts";
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
  const { reason } = ownFailure("local-processing.input-changed", message);
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

test("every code says what to do", () => {
  for (const [code, { advice }] of Object.entries(FAILURE_CODES)) {
    expect(code).toMatch(/^local-processing\.[a-z-]+$/);
    expect(advice).toMatch(/\.$/);
  }
});
