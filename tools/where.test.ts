// The command that tells where an attribute's fate is decided.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attributeOf } from "./where/attribute.ts";
import { sightings } from "./where/sightings.ts";

const where = (...args: string[]): Promise<{ exitCode: number; output: string }> =>
  new Promise((finish) => {
    execFile(process.execPath, [join(import.meta.dirname, "where.ts"), ...args], (error, stdout, stderr) => {
      finish({ exitCode: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });

describe("npm run where", () => {
  test("understands every way to write an attribute", () => {
    const name = { tag: "00100010", keyword: "PatientName" };
    for (const written of [
      "0010,0010",
      "(0010,0010)",
      "00100010",
      "0x00100010",
      "PatientName",
      "patientname",
    ]) {
      expect(attributeOf(written), written).toEqual(name);
    }
    // not in our own table, but in the standard's
    expect(attributeOf("0010,2160")).toEqual({ tag: "00102160", keyword: "EthnicGroup" });
    expect(attributeOf("0019,100C")).toEqual({ tag: "0019100c", keyword: undefined });
    for (const unknown of ["", "0010", "0010,9998", "PatientNam"])
      expect(attributeOf(unknown)).toBeUndefined();
  });

  test("shows where the hub decides, writes and reads an attribute, with file and line", async () => {
    const { exitCode, output } = await where("0028,2110");
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /^LossyImageCompression \(0028,2110\)\n\ndecides its fate\n {2}plugins\/qc-dicom\/\S+:\d+ /,
    );
    expect((await where("PatientName")).output).toMatch(/writes it\n {2}sdk\/dicom\/report-modules\.ts:\d+ /);
    expect((await where("0043,1039")).output).toMatch(
      /decides its fate\n {2}plugins\/deid-safeharbor\/.* block\("GEMS_PARM_01".*\n {2}plugins\/qc-dicom\/vendor-attributes\.ts:\d+ /,
    );
  });

  test("ends with 1 and says how to write it when there is no such attribute", async () => {
    const { exitCode, output } = await where("0010,9998");
    expect(exitCode).toBe(1);
    expect(output).toBe(
      'where.unknown-tag: "0010,9998" is no attribute of DICOM PS3.6. Write it as 0010,0010 or PatientName.\n',
    );
  });
});

describe("the search", () => {
  const role = (file: string, line: string) => {
    const name = { tag: "00100010", keyword: "PatientName" };
    return sightings(name, new Map([[file, `// first line\n${line}\n`]])).map(
      (one) => `${one.role} ${one.line}`,
    );
  };

  test.each([
    ["plugins/deid-safeharbor/rules.ts", '  { tag: Tag.PatientName, action: "Z" },'],
    ["plugins/deid-safeharbor/rules.ts", '  ["0010,0010", "remove"],'],
    ["plugins/deid-safeharbor/actions.ts", "  [0x00100010]: empty,"],
    ["plugins/deid-safeharbor/basic-profile.json", '  { "tag": "(0010,0010)", "basicProfile": "Z" },'],
    ["plugins/deid-safeharbor/basic-profile.json", '  "00100010": "Z",'],
    ["plugins/deid-safeharbor/rules.ts", '  ["(0010,xxxx)", "X"],'],
    ["plugins/qc-dicom/demographics-check.ts", "  if (dataset.has(Tag.PatientName)) {"],
    ["plugins/route/plugin.ts", '  if (text(Tag.PatientName) === "") return;'],
  ])("finds the deciding line in %s: %s", (file, line) => {
    expect(role(file, line)).toEqual(["decides 2"]);
  });

  test.each([
    ["sdk/dicom/report-modules.ts", "    PatientName: orEmpty(identity.patientName),", "writes"],
    ["core/intake/study-header.ts", "      patientName: text(Tag.PatientName),", "reads"],
    ["plugins/x/header.ts", "const PATIENT_NAME = 0x00100010;", "reads"],
    ["plugins/x/settings.ts", '    description: "PatientName (0010,0010) of the study.",', "mentions"],
    ["sdk/dicom/tags.ts", '  PatientName: [0x00100010, "PN"],', "declares"],
  ])("tells in %s what is done with it: %s", (file, line, wanted) => {
    expect(role(file, line)).toEqual([`${wanted} 2`]);
  });

  test("passes by comments, other attributes and longer words", () => {
    for (const line of [
      "// PatientName (0010,0010)",
      " * reads PatientName",
      "Tag.OtherPatientNames",
      '"0010,0020"',
    ]) {
      expect(role("core/a.ts", line), line).toEqual([]);
    }
  });

  test("shows the whole entry of a table, with the action that stands on another line", () => {
    const table = '[\n  {\n    "tag": "(0010,0010)",\n    "basicProfile": "Z"\n  }\n]';
    const [found] = sightings(
      { tag: "00100010", keyword: "PatientName" },
      new Map([["plugins/x/y.json", table]]),
    );
    expect(found?.text).toBe('{ "tag": "(0010,0010)", "basicProfile": "Z" }');
  });
});
