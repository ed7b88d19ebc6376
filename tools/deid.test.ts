// The deid command: whole studies or nothing, exit codes, and a manifest that its sister command checks.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../plugins/deid-safeharbor/default-settings.ts";
import { DeidSettings } from "../plugins/deid-safeharbor/settings.ts";
import { smallFile } from "../test/support/small-dicom.ts";
import { checkedSettings } from "./plugin-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-command-"));
const input = join(folder, "in");
const key = join(folder, "site.key");
let canaries: readonly string[];

beforeAll(async () => {
  const options = { slices: 1, directions: 6, matrix: 16 };
  const { truth } = await writeDwiPhantom(join(input, "a"), options);
  const identity = { patientName: "SECOND^PATIENT", patientId: "SECOND-0002" };
  await writeDwiPhantom(join(input, "b/deep"), { ...options, seed: 2, identity });
  canaries = [...truth.canaries, "SECOND-0002"];
  cpSync(join(input, "a/IM00001.dcm"), join(input, "renamed"));
  rmSync(join(input, "a/IM00001.dcm"));
  writeFileSync(join(input, "notes.txt"), "no image");
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (tool: string, ...args: string[]) =>
  new Promise<{ exitCode: number; stdout: string; stderr: string }>((finish) => {
    const env = { PATH: process.env["PATH"], HOME: folder };
    execFile(
      process.execPath,
      [join(import.meta.dirname, tool), ...args],
      { env },
      (error, stdout, stderr) => {
        finish({ exitCode: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
      },
    );
  });

const allFiles = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

test("A-070 mistakes on the command line are told in a sentence", async () => {
  expect(await run("deid.mjs", "--help")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("usage:"),
  });
  expect(await run("deid.mjs")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("usage:") });
  const cases: [string[], string][] = [
    [["--in", join(folder, "none"), "--out", join(folder, "x")], "is not there"],
    [["--in", input, "--out", join(input, "out/deep")], "--out must not be inside of --in"],
    [["--in", input, "--out", folder], "--in must not be inside of --out"],
    [["--in", join(input, "a"), "--out", join(input, "b")], "is not empty"],
  ];
  for (const [args, said] of cases) {
    expect(await run("deid.mjs", ...args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(said),
    });
  }
  expect(existsSync(join(input, "out"))).toBe(false);
});

describe("A-072 A-077 a folder with two studies", () => {
  const out = join(folder, "out");
  let said: { exitCode: number; stdout: string; stderr: string };

  beforeAll(async () => {
    said = await run("deid.mjs", "--in", input, "--out", out, "--key", key, "--json");
  });

  test("becomes two copies, and the file that is no image is named with the reason", () => {
    expect(said).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("A new secret was made") });
    const { studies, skipped } = JSON.parse(said.stdout);
    expect(studies).toMatchObject([
      { state: "done", files: 7 },
      { state: "done", files: 7 },
    ]);
    const reason = "no DICOM file, and no part of a NIfTI image";
    expect(skipped).toEqual([{ path: "notes.txt", reason, isUnread: false }]);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readdirSync(out).some((name) => name.startsWith("."))).toBe(false);
  });

  test("without a value of a patient in any file or name", () => {
    const text = allFiles(out)
      .map((path) => path + readFileSync(path, "latin1"))
      .join("\n");
    expect(canaries.length).toBeGreaterThan(5);
    for (const canary of canaries) expect(text.includes(canary)).toBe(false);
  });

  test("and each manifest holds, with the key of the site, until a file is changed", async () => {
    const manifests = allFiles(out).filter((path) => path.endsWith("manifest.jsonl"));
    expect(manifests).toHaveLength(2);
    const [manifest] = manifests as [string];
    const args = ["--folder", dirname(manifest), "--key", join(out, "site-public-key.pem")];
    const holds = await run("verify-manifest.ts", manifest, ...args);
    expect(holds).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Everything holds.") });
    writeFileSync(join(dirname(manifest), "000001.dcm"), "changed");
    const broken = await run("verify-manifest.ts", manifest, ...args);
    expect(broken).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("000001.dcm is not as it was written"),
    });
  });

  test("and again with the same secret into the same pseudonyms", async () => {
    const again = await run(
      "deid.mjs",
      "--in",
      input,
      "--out",
      join(folder, "again"),
      "--key",
      key,
      "--json",
    );
    const folders = (stdout: string) =>
      JSON.parse(stdout).studies.map((study: { folder: string }) => study.folder);
    expect(folders(again.stdout)).toEqual(folders(said.stdout));
    expect(again.stderr).not.toContain("A new secret");
  });

  test("or into nothing, when the settings are wrong or a study cannot be read", async () => {
    const settings = join(folder, "settings.yaml");
    writeFileSync(settings, "shiftDate: yes\n");
    const wrong = await run(
      "deid.mjs",
      "--in",
      input,
      "--out",
      join(folder, "x"),
      "--key",
      key,
      "--settings",
      settings,
    );
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("shiftDates") });
    const cut = join(folder, "cut");
    mkdirSync(cut);
    const [first, second] = allFiles(join(input, "b")).toSorted() as [string, string];
    cpSync(first, join(cut, "1"));
    writeFileSync(join(cut, "2"), readFileSync(second).subarray(0, -100));
    const failed = await run("deid.mjs", "--in", cut, "--out", join(folder, "y"), "--key", key);
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("nothing was written") });
    expect([existsSync(join(folder, "x")), existsSync(join(folder, "y"))]).toEqual([false, false]);
  });

  test("A-072 is not passed whole when a file cannot be read that may belong to it, and the file is named", async () => {
    const some = join(folder, "some");
    mkdirSync(some);
    const [first, second] = allFiles(join(input, "b")).toSorted() as [string, string];
    cpSync(first, join(some, "1"));
    writeFileSync(join(some, "2"), readFileSync(second).subarray(0, 400));
    symlinkSync(join(some, "nowhere"), join(some, "3"));
    symlinkSync(input, join(some, "4"));
    const there = join(folder, "there");
    mkdirSync(there);
    const part = await run("deid.mjs", "--in", some, "--out", there, "--key", key);
    expect(part).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("2 files NOT READ (named above): a copy may be without images"),
    });
    expect(part.stderr).toContain("NOT READ: 2: it has no SOPClassUID (0008,0016)");
    expect(part.stderr).toContain("NOT READ: 3: a link that leads nowhere");
    expect(part.stderr).toContain("passed by: 4: a link to a folder, which is not followed");
    // the copy of what could be read is whole
    expect(part.stdout).toContain(": done, 1 file in ");
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    const nowhere = await run("deid.mjs", "--in", some, "--out", join(file, "out"), "--key", key);
    expect(nowhere).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("cannot be made (ENOTDIR)"),
    });
  });

  test("or waits for a person, is told how to go on, and leaves a folder that was there", async () => {
    const [capture, there] = [join(folder, "capture"), join(folder, "empty")];
    mkdirSync(capture);
    mkdirSync(there);
    writeFileSync(join(capture, "1"), smallFile("capture", 1, { SOPClassUID: "1.2.840.10008.5.1.4.1.1.7" }));
    const held = await run("deid.mjs", "--in", capture, "--out", there, "--key", key);
    expect(held).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining("a pixel rule in --settings"),
    });
    expect(readdirSync(there)).toEqual([]);
    const wrong = join(folder, "rule.yaml");
    writeFileSync(wrong, "pixelRules: [{action: allow}]\n");
    const refused = await run("deid.mjs", "--in", capture, "--out", there, "--settings", wrong, "--key", key);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Pixel rule 1:") });
  });
});

test("what the command loads before its threads is little: of most runs loading was a tenth", async () => {
  const script = `
    import { registerHooks } from "node:module";
    const urls = [];
    registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(join(import.meta.dirname, "deid/deid-command.ts"))});
    console.log(JSON.stringify(urls.filter((url) => /node_modules/.test(url))));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  const heavy = (JSON.parse(stdout) as string[]).filter((url) =>
    /(typebox|rxjs|ajv|yaml|dcmjs-codecs)\//.test(url),
  );
  expect(heavy).toEqual([]);
});

test("defaults of the command are those of the declaration", () => {
  expect(checkedSettings(DeidSettings, {})).toEqual(DEFAULT_SETTINGS);
});
