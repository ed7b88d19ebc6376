// Tests of the command that runs a bundled product: clear answers to wrong use, exit code of the product.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";

// Each test starts programs, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "product-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  new Promise<{ exitCode: number; stdout: string; stderr: string }>((finish) => {
    const command = [join(import.meta.dirname, "product.ts"), ...args];
    execFile(process.execPath, command, (error, stdout, stderr) => {
      finish({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });

test.each([
  ["no product", [], "usage:"],
  ["an unknown product", ["age-of-moon", "--in", folder, "--out", folder], "dti-metrics"],
  ["no folders", ["dti-metrics"], "--in and --out"],
  [
    "a missing input folder",
    ["dti-metrics", "--in", "/not/there", "--out", folder],
    "/not/there is not there",
  ],
  ["an unknown option", ["dti-metrics", "--inn", folder], "--inn"],
  ["an unknown parameter", ["dti-metrics", "--in", folder, "--out", folder, "--param", "a=1"], "maxB"],
])("with %s it says what is wrong and ends with 4", async (_, args, words) => {
  const { exitCode, stdout, stderr } = await run(...args);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("    at ");
  expect(stdout).toBe("");
});

test("a refusal of the product is shown with its reason, and its exit code is passed on", async () => {
  writeFileSync(join(folder, "notes.txt"), "no images here");
  const output = join(folder, "out");
  const { exitCode, stdout, stderr } = await run(
    "dti-metrics",
    "--in",
    folder,
    "--out",
    output,
    "--param",
    "maxB=1200",
  );
  expect(exitCode).toBe(3);
  expect(stderr).toContain("error [NO_DICOM]");
  expect(stdout).toContain("status   unsuitable");
  expect(readFileSync(join(output, "failure.txt"), "utf8")).toContain("NO_DICOM");
});
