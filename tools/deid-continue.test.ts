// The deid command is stopped, killed and continued: the same copies as without, and nothing of an earlier run is changed.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plantedImage } from "../plugins/deid-safeharbor/testing/nifti-plants.ts";
import { smallFile } from "../test/support/small-dicom.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-continue-"));
const [input, out, whole] = ["in", "out", "whole"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const key = join(folder, "site.key");
const STUDIES = 10;
const FILES = 6;
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  /** Or the signal that ended it. */
  readonly exit: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Sends itself a signal as soon as the first copy is told: from outside that would be a race. */
const SIGNAL_AT_FIRST = `
  import { isMainThread } from "node:worker_threads";
  const write = process.stdout.write.bind(process.stdout);
  if (isMainThread) process.stdout.write = (text) => {
    const result = write(text);
    if (text.includes(": done, ")) {
      process.stdout.write = write;
      process.kill(process.pid, process.env.SIGNAL);
    }
    return result;
  };`;

const deid = (args: readonly string[], signal?: NodeJS.Signals) =>
  new Promise<Ended>((finish) => {
    const env = { PATH: process.env["PATH"], HOME: folder, SIGNAL: signal };
    const before = signal ? ["--import", `data:text/javascript,${encodeURIComponent(SIGNAL_AT_FIRST)}`] : [];
    const command = [...before, join(import.meta.dirname, "deid.mjs"), ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      finish({ exit: error ? (error.signal ?? error.code ?? null) : 0, stdout, stderr });
    });
  });

const onOut = (...args: string[]) => ["--in", input, "--out", out, "--key", key, ...args];

/** Every file by its path; of a manifest what does not follow from the time of the run. */
function treeOf(path: string): Map<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  return new Map(
    named.map((file) => {
      const text = readFileSync(file, "latin1");
      const timeless = text.replaceAll(/"(createdAt|previous|signature)":"[^"]*"/g, '"$1":""');
      return [file.slice(path.length), file.endsWith("manifest.jsonl") ? timeless : text];
    }),
  );
}

beforeAll(async () => {
  for (let study = 0; study < STUDIES; study += 1) {
    mkdirSync(join(input, `s${study}`), { recursive: true });
    for (let file = 0; file < FILES; file += 1)
      writeFileSync(
        join(input, `s${study}/${file}`),
        smallFile(`s${study}`, file, { PatientID: `ID-${study}` }),
      );
  }
  mkdirSync(join(input, "nifti"));
  writeFileSync(join(input, "nifti/brain.nii"), plantedImage({ volumes: 1 }));
  const args = ["--in", input, "--out", whole, "--key", key];
  expect(await deid(args)).toMatchObject({
    exit: 0,
    stderr: expect.stringContaining(`11 studies with ${STUDIES * FILES + 1} files found.`),
    stdout: expect.stringContaining("11 studies: 11 done, 0 done before, 0 held, 0 failed, 0 not reached."),
  });
});

test("A-072 A-075 a run that is stopped, continued, killed and continued has the same copies as one that was not", async () => {
  const stopped = await deid(onOut("--continue"), "SIGINT");
  expect(stopped).toMatchObject({ exit: 1, stdout: expect.stringMatching(/ [1-9]\d* not reached\.\n$/) });
  expect(stopped.stderr).toContain("Run it again with --continue");
  expect(stopped.stdout).not.toContain(": failed");
  // what was under way is gone, and the key is there with the first copy
  expect(readdirSync(out).filter((name) => !name.startsWith("P"))).toEqual(["site-public-key.pem"]);

  const killed = await deid(onOut("--continue"), "SIGKILL");
  expect(killed).toMatchObject({ exit: "SIGKILL", stdout: expect.stringContaining(": done before, ") });
  const leftover = join(out, `.work-${randomUUID()}`);
  mkdirSync(join(leftover, "copy"), { recursive: true });
  writeFileSync(join(leftover, "copy/000001.dcm"), "half of a file");
  mkdirSync(join(out, ".work-of-mine"));

  const continued = await deid(onOut("--continue", "--json"));
  const { studies, sum } = JSON.parse(continued.stdout);
  expect(continued.exit).toBe(0);
  expect([studies.length, sum.done + sum["done before"]]).toEqual([11, 11]);
  // two are under way at once
  expect(sum.done).toBeGreaterThan(5);
  expect(sum["done before"]).toBeGreaterThan(1);
  const hidden = readdirSync(out).filter((name) => name.startsWith("."));
  expect(hidden).toEqual([".work-of-mine"]);
  expect(treeOf(out)).toEqual(treeOf(whole));
});

test("A-072 another key, other settings, a run at work and a folder of something else are refused", async () => {
  const settings = join(folder, "settings.yaml");
  writeFileSync(settings, "shiftDates: false\n");
  const otherKey = join(folder, "other.key");
  writeFileSync(otherKey, `${"0123456789abcdef".repeat(4)}\n`);
  const [busy, photos] = [join(folder, "busy"), join(folder, "photos")];
  mkdirSync(busy);
  writeFileSync(join(busy, ".running"), `${process.pid} ${hostname()}\n`);
  mkdirSync(photos);
  writeFileSync(join(photos, "beach.jpg"), "");
  const before = treeOf(out);
  const cases: [string[], string][] = [
    [
      [],
      "is not empty: choose another folder for --out, or add --continue to go on with a run that was stopped.",
    ],
    [["--continue", "--key", otherKey], "were made with another key"],
    [["--continue", "--key", join(folder, "none.key")], "cannot be read (ENOENT)"],
    [["--continue", "--settings", settings], "was made with other settings"],
    [["--continue", "--out", busy], "Another run is at work"],
    [["--continue", "--out", photos], "holds nothing of an earlier run"],
  ];
  const refused = await Promise.all(cases.map(([args]) => deid(onOut(...args))));
  for (const [index, [, said]] of cases.entries())
    expect(refused[index]).toMatchObject({ exit: 2, stdout: "", stderr: expect.stringContaining(said) });
  expect(existsSync(join(folder, "none.key"))).toBe(false);
  expect(treeOf(out)).toEqual(before);
});

test("A-075 A-076 of a study that is not as it was copied, or whose copy is not whole, nothing is changed", async () => {
  const again = await deid(onOut("--continue", "--json"));
  const folderOf = (file: string): string =>
    JSON.parse(again.stdout).studies.find(
      (study: { source: { firstFile: string } }) => study.source.firstFile === file,
    ).folder;
  const changed = { PatientID: "ID-1", PixelData: Uint8Array.of(9, 0, 2, 0, 3, 0, 4, 0) };
  writeFileSync(join(input, "s0/more"), smallFile("s0", FILES, { PatientID: "ID-0" }));
  writeFileSync(join(input, "s1/5"), smallFile("s1", 5, changed));
  rmSync(join(input, "s2/5"));
  writeFileSync(join(input, "s2/5"), smallFile("s2", FILES, { PatientID: "ID-2" }));
  for (let file = 0; file < FILES; file += 1)
    writeFileSync(join(input, `s3/${file}`), smallFile("s3", file, { PatientID: "ID-OTHER" }));
  const tampered = join(out, folderOf("s4/0"), "manifest.jsonl");
  writeFileSync(tampered, readFileSync(tampered, "utf8").replace('"masked":false', '"masked":true'));
  rmSync(join(out, folderOf("s5/0"), "000003.dcm"));
  rmSync(join(out, folderOf("s6/0"), "manifest.jsonl"));
  writeFileSync(join(input, "nifti/second.nii"), plantedImage({ volumes: 2 }));
  const cases: [string, string][] = [
    ["s0/0", "7 files now, 6 then."],
    ["s1/0", "has other content."],
    ["s2/0", "it has other instances."],
    ["s3/0", "another PatientID (0010,0020)."],
    ["s4/0", "The copy is not whole: "],
    ["s5/0", "000003.dcm is missing, or has another size."],
    ["s6/0", "there is no manifest."],
    ["nifti/brain.nii", "it has other images."],
  ];
  const before = treeOf(out);
  const { exit, stdout } = await deid(onOut("--continue", "--json"));
  const { studies, sum } = JSON.parse(stdout);
  expect([exit, sum]).toEqual([1, { done: 0, "done before": 3, held: 0, failed: 8, "not reached": 0 }]);
  for (const [file, said] of cases) {
    const study = studies.find(({ source }: { source: { firstFile: string } }) => source.firstFile === file);
    expect(study).toMatchObject({ state: "failed", reasons: [expect.stringContaining(said)] });
    expect(study.reasons[0]).toContain(`remove ${join(out, folderOf(file))} and run again with --continue`);
  }
  expect(treeOf(out)).toEqual(before);
});
