// The quality control on the command line: exit codes, table, JSON, and folders that cannot be checked.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CheckLine } from "@thalamus/sdk";
import { realData, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { niftiFiles } from "../test/support/nifti-files.ts";
import { smallFile } from "../test/support/small-dicom.ts";

const folder = mkdtempSync(join(tmpdir(), "qc-command-"));
const dicom = join(folder, "dicom");
const nifti = join(folder, "nifti");

beforeAll(async () => {
  await writeDwiPhantom(dicom, { matrix: 16, slices: 3 });
  for (const { path, bytes } of niftiFiles()) write(join(nifti, path), bytes);
  // passed by without a word
  write(join(dicom, ".DS_Store"), "x");
  write(join(nifti, "__MACOSX/._dwi.nii"), "x");
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function qc(...args: string[]) {
  const command = ["tools/qc.ts", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, stdout, stderr };
}

interface Printed {
  readonly verdict: string;
  readonly check: string;
  readonly rules: object;
  readonly lines: CheckLine[];
}
const json = (...args: string[]): Printed => JSON.parse(qc(...args, "--json").stdout) as Printed;

describe("npm run qc", () => {
  test("A-301 A-302 A-303 A-304 A-305 X-039 passes a DICOM folder with 0, in a table without names", () => {
    const { status, stdout, stderr } = qc(dicom);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("qc-dicom, rule set general-dti 1.0");
    expect(stdout).toContain("PASS  DTI/DWI detection (A-302)");
    expect(stdout).toContain("found   series 3: 1 volume at b = 0, 12 at b = 1000 (12 directions)");
    expect(stdout).toContain("PASS: 0 failed, 0 warnings");
    expect(stdout).not.toMatch(/PHANTOM|066Y|19580317/);
  });

  test("A-301 names files that are cut off or broken, and ends with 3", () => {
    const torn = join(folder, "torn");
    cpSync(dicom, torn, { recursive: true });
    const [first, second] = readdirSync(torn).filter((name) => name.endsWith(".dcm"));
    truncateSync(join(torn, first!), statSync(join(torn, first!)).size - 10);
    truncateSync(join(torn, second!), 300);
    const { status, stdout, stderr } = qc(torn);
    expect(status).toBe(3);
    expect(stdout).toContain("FAIL  MRI series validation (A-301)");
    expect(stdout).toContain("2 files could not be read or are cut off");
    const because = "a DICOM file that cannot be read: it is cut off or broken";
    expect(stderr).toBe(`NOT READ: ${first}: ${because}\nNOT READ: ${second}: ${because}\n`);
  });

  test("A-306 A-307 A-308 passes a NIfTI folder with 0, and tells it as JSON", () => {
    expect(qc(nifti, "--json").status).toBe(0);
    const { verdict, check, rules, lines } = json(nifti);
    expect({ verdict, check }).toEqual({ verdict: "pass", check: "qc-nifti" });
    expect(rules).toMatchObject({ name: "general-dti", version: "1.0" });
    expect(lines.map(({ id }) => id)).toEqual(expect.arrayContaining(["A-302", "A-306", "A-307", "A-308"]));
    expect(JSON.stringify(lines)).not.toContain("Doe");
  });

  test("ends with 3 when the hub would hold the study, by a named rule set or one in a settings file", () => {
    const named = qc(dicom, "--profile", "neuropacs-2026-05");
    expect(named.status).toBe(3);
    expect(named.stdout).toMatch(/FAIL {2}IFU: slices .*\n.*found {3}3 slices/);
    const settings = join(folder, "settings.yaml");
    const rules = "{name: own, version: 2, title: Own, directions: {min: 40, otherwise: fail}}";
    write(settings, `ownProfile: ${rules.replace("version: 2", 'version: "2"')}\nmriSeries: false\n`);
    const { verdict, rules: used, lines } = json(dicom, "--settings", settings);
    expect({ verdict, used }).toMatchObject({ verdict: "fail", used: { name: "own", version: "2" } });
    expect(lines.map(({ id, verdict: one }) => `${id} ${one}`)).toEqual(
      expect.arrayContaining(["A-301 bypassed", "A-302 fail"]),
    );
  });

  test("X-038 ends with 1 for a folder with both formats, several studies, nothing, or that is not there", () => {
    const mixed = join(folder, "mixed");
    cpSync(nifti, mixed, { recursive: true });
    write(join(mixed, "image.dcm"), smallFile("mixed", 1));
    const two = join(folder, "two");
    write(join(two, "1.dcm"), smallFile("one", 1));
    write(join(two, "2.dcm"), smallFile("two", 1));
    mkdirSync(join(folder, "empty"));
    const linked = join(folder, "linked");
    cpSync(dicom, linked, { recursive: true });
    symlinkSync(join(folder, "nowhere"), join(linked, "link"));
    const cases: [string, string][] = [
      [linked, "link is a link that leads nowhere"],
      [mixed, "The folder holds DICOM and NIfTI files."],
      [two, "The folder holds 2 studies."],
      [join(folder, "empty"), "no DICOM or NIfTI file"],
      [join(folder, "nowhere"), "is no folder"],
    ];
    for (const [path, words] of cases) {
      const { status, stdout, stderr } = qc(path);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(words);
    }
  });

  test("ends with 1 for a wrong command line or wrong settings, in words; --help prints the usage", () => {
    expect(qc().status).toBe(1);
    expect(qc(dicom, "--wrong")).toMatchObject({ status: 1 });
    const settings = join(folder, "wrong.json");
    write(settings, '{"mriSeries": "yes", "profle": "x"}');
    const { status, stderr } = qc(dicom, "--settings", settings);
    expect(status).toBe(1);
    expect(stderr).toContain("mriSeries must be boolean");
    expect(stderr).toContain("profle is not a known setting");
    expect(qc(dicom, "--profile", "nobody").stderr).toContain('qc-dicom has no rule set "nobody"');
    expect(qc("--help")).toMatchObject({ status: 0, stderr: "" });
  });

  test("A-308 takes age and sex of a sidecar beside DICOM images, as an upload does", () => {
    const beside = join(folder, "beside");
    cpSync(dicom, beside, { recursive: true });
    write(join(beside, "patient.json"), '{"PatientAge": "48", "PatientSex": "F"}');
    const line = json(beside).lines.find(({ id }) => id === "A-303");
    expect(line?.found).toBe("Age was given beside the images; Sex was given beside the images");
    write(join(beside, "patient.json"), '{"PatientAge": "old"}');
    const { status, stderr } = qc(beside);
    expect({ status, stderr }).toMatchObject({ status: 1 });
    expect(stderr).not.toContain("old");
  });
});

const uih = realData("dwi/uih");

test.skipIf(!uih)(
  `a real study is held for its age${uih ? "" : " (skipped: the real data is not there)"}`,
  () => {
    const { status } = qc(uih!);
    expect(status).toBe(3);
    expect(
      json(uih!)
        .lines.filter(({ verdict }) => verdict === "fail")
        .map(({ id }) => id),
    ).toEqual(["A-303"]);
  },
);
