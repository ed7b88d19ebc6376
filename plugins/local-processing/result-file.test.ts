// Which results are trusted, and which are not: each case changes one thing about a good result.
import { createHash } from "node:crypto";
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ProcessingFailure } from "./failure.ts";
import { readResult } from "./result-file.ts";
import { PROBE } from "./testing/product-program.ts";

const REPORT = "%PDF-";
let folder: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "result-file-"));
  out = join(folder, "out");
  await mkdir(out);
  await writeFile(join(out, "report.pdf"), REPORT);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const listed = (changes: object = {}) => ({
  name: "report",
  path: "report.pdf",
  mediaType: "application/pdf",
  bytes: REPORT.length,
  sha256: createHash("sha256").update(REPORT).digest("hex"),
  ...changes,
});

/** Reads a good result with changes; gives "trusted", or why it is not. */
async function judge(changes: object = {}): Promise<string> {
  const product = { id: "probe", version: "1.2.3" };
  const result = {
    contract: "hub.product/1",
    product,
    jobId: "job-1",
    status: "done",
    files: [listed()],
    ...changes,
  };
  await writeFile(join(out, "result.json"), JSON.stringify(result));
  return judgeWritten();
}

async function judgeWritten(): Promise<string> {
  const expected = {
    product: { ...PROBE, folder },
    jobId: "job-1",
    outFolder: out,
    clean: (text: string) => text,
  };
  try {
    await readResult(expected as Parameters<typeof readResult>[0]);
    return "trusted";
  } catch (error) {
    if (!(error instanceof ProcessingFailure)) throw error;
    expect(error.reason.code).toBe("local-processing.bad-result");
    return error.message.replace("The product's result cannot be trusted: ", "");
  }
}

test("a good result is trusted", async () => {
  expect(await judge()).toBe("trusted");
});

test.each([
  ["of another contract", { contract: "hub.product/2" }, "result.json does not follow the contract."],
  ["without files", { files: undefined }, "result.json does not follow the contract."],
  ["of a failed run", { status: "failed" }, "result.json does not follow the contract."],
  [
    "with an index that is no number",
    { indexes: [{ name: "a", value: "1" }] },
    "result.json does not follow the contract.",
  ],
  [
    "of another product",
    { product: { id: "other", version: "1.2.3" } },
    "result.json is of another product or version.",
  ],
  [
    "of another version",
    { product: { id: "probe", version: "9" } },
    "result.json is of another product or version.",
  ],
  ["of another job", { jobId: "job-2" }, "result.json is of another job."],
  ["without a required output", { files: [] }, "report is required and not listed."],
  ["with a file twice", { files: [listed(), listed()] }, "report is listed twice."],
])("a result %s is not trusted", async (_, changes, reason) => {
  expect(await judge(changes)).toBe(reason);
});

test.each([
  ["is not there", { name: "maps", path: "maps/FA.nii.gz", mediaType: "application/x-nifti" }],
  ["has a path that is not plain", { path: "../report.pdf" }],
  ["has a path that is not plain", { path: "/etc/passwd" }],
  ["has a path that is not plain", { path: "maps/../report.pdf" }],
  ["is not among the outputs", { path: "other.pdf" }],
  ["is not among the outputs", { name: "secret" }],
  ["is not declared as application/pdf", { mediaType: "text/html" }],
  ["has another size", { bytes: 4 }],
  ["differs from its checksum", { sha256: "0".repeat(64) }],
  ["larger than 1Mi", { bytes: 2 ** 21 }],
])("a file that %s is not trusted: %o", async (reason, changes) => {
  // a good report first, so that the required output is there in any case
  const good = "name" in changes ? [listed()] : [];
  expect(await judge({ files: [...good, listed(changes)] })).toContain(reason);
});

test("links out of the folder are not followed", async () => {
  await writeFile(join(folder, "hidden.pdf"), REPORT);
  const reason = "report.pdf is or lies behind a link.";
  await rm(join(out, "report.pdf"));
  await symlink(join(folder, "hidden.pdf"), join(out, "report.pdf"));
  expect(await judge()).toBe(reason);
  await rm(join(out, "report.pdf"));
  await link(join(folder, "hidden.pdf"), join(out, "report.pdf"));
  expect(await judge()).toBe(reason);
  await mkdir(join(folder, "elsewhere"));
  await writeFile(join(folder, "elsewhere/FA.nii.gz"), REPORT);
  await symlink(join(folder, "elsewhere"), join(out, "maps"));
  await rm(join(out, "report.pdf"));
  await writeFile(join(out, "report.pdf"), REPORT);
  const map = listed({ name: "maps", path: "maps/FA.nii.gz", mediaType: "application/x-nifti" });
  expect(await judge({ files: [listed(), map] })).toBe("maps/FA.nii.gz is or lies behind a link.");
});

test("a folder is no file", async () => {
  await rm(join(out, "report.pdf"));
  await mkdir(join(out, "report.pdf"));
  expect(await judge()).toMatch(/link|regular/);
});

test("result.json itself must be a file of bounded size that holds JSON", async () => {
  const path = join(out, "result.json");
  await writeFile(path, "{");
  expect(await judgeWritten()).toBe("result.json is not JSON.");
  await truncate(path, 17 * 1024 ** 2);
  expect(await judgeWritten()).toBe("result.json is larger than 16 MB.");
  await rm(path);
  await symlink(join(out, "report.pdf"), path);
  expect(await judgeWritten()).toBe("result.json is not a regular file.");
});
