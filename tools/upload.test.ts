// The upload command: a folder becomes a study, problems and mistakes are told, the exit code says which.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Hub } from "../core/hub.ts";
import { ADMIN_PASSWORD, hubInProcess, newSite, type TestSite } from "../test/support/hub-in-test.ts";
import { smallFile } from "../test/support/small-dicom.ts";

const folder = mkdtempSync(join(tmpdir(), "upload-command-"));
let site: TestSite;
let hub: Hub;

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
  rmSync(folder, { recursive: true });
});

const run = (password: string, ...args: string[]) =>
  new Promise<{ exitCode: number; stdout: string; stderr: string }>((finish) => {
    const command = [
      join(import.meta.dirname, "upload.ts"),
      "--hub",
      `http://127.0.0.1:${hub.http.port}`,
      ...args,
    ];
    const env = { PATH: process.env["PATH"], THALAMUS_PASSWORD: password };
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      finish({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });

test("A-249 X-044 a folder is packed while it is sent, and its checksum is right", async () => {
  const study = join(folder, "study");
  mkdirSync(join(study, "a/b"), { recursive: true });
  writeFileSync(join(study, "a/1"), smallFile("command", 1));
  writeFileSync(join(study, "a/b/2"), smallFile("command", 2));
  const first = await run(ADMIN_PASSWORD, "--name", "By command", "--age", "48", study);
  expect(first).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^done: 2 new, .*\nstudy [0-9a-f-]{36}\n$/),
  });
  writeFileSync(join(study, "note.txt"), "a note");
  const second = await run(ADMIN_PASSWORD, study);
  expect(second.exitCode).toBe(2);
  expect(second.stdout).toContain("2 there already");
  expect(second.stdout).toContain("file 3: upload.not-recognized:");
});

test("mistakes are told in a sentence", async () => {
  const study = join(folder, "1.dcm");
  writeFileSync(study, smallFile("command", 9));
  expect(await run("wrong-password", study)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("refused (401)"),
  });
  expect(await run(ADMIN_PASSWORD)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("usage:") });
  const missing = await run(ADMIN_PASSWORD, "/not/there");
  expect(missing).toMatchObject({ exitCode: 1, stderr: "/not/there is not there.\n" });
  const unknown = await run(ADMIN_PASSWORD, "--product", "none", study);
  expect(unknown).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("does not know 1 of the products"),
  });
});
