// What qc-dicom counts in DICOM files is what dcm2niix writes into its tables, and what qc-nifti counts there.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckLine } from "@thalamus/sdk";
import { hasTool, realData, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";

const WHY_NOT = hasTool("dcm2niix") ? "" : " (skipped: dcm2niix is not installed)";
const folder = mkdtempSync(join(tmpdir(), "qc-dcm2niix-"));
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = ["--profile", "neuropacs-2026-05"];

function linesOf(path: string): Map<string, CheckLine> {
  const command = ["tools/qc.ts", path, "--json", ...RULES];
  const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  const { lines } = JSON.parse(stdout) as { lines: CheckLine[] };
  return new Map(lines.map((line) => [line.id, line]));
}

function converted(name: string, dicom: string): string {
  const into = join(folder, name);
  mkdirSync(into);
  const { status, stderr } = spawnSync("dcm2niix", ["-z", "y", "-f", "dwi", "-o", into, dicom]);
  if (status !== 0) throw new Error(`dcm2niix ended with ${status}: ${stderr}`);
  return into;
}

/** Labels differ: `series 6` and `image 1`. */
const content = (line: CheckLine | undefined): string =>
  line?.found.replace(/^(series|image) \d+: /, "") ?? "";

/** Both say these; dcm2niix writes no gap, and slices along another axis for sagittal series. */
const SAID_BY_BOTH = ["field-strength", "tr", "te", "flip-angle", "slice-thickness"].map(
  (rule) => `A-304.${rule}`,
);

describe.skipIf(WHY_NOT !== "")(`quality control beside dcm2niix${WHY_NOT}`, () => {
  const real = { "a Siemens mosaic": "dwi/siemens-mosaic", "a United Imaging series": "dwi/uih" };
  const cases = [
    ["a phantom", join(folder, "phantom-dicom")] as const,
    ...Object.entries(real).map(([name, path]) => [name, realData(path)] as const),
  ];

  for (const [name, dicom] of cases) {
    const missing = dicom === undefined ? " (skipped: the real data is not there)" : "";
    const title = `A-302 A-304 finds the same volumes, shells, directions and times in ${name}${missing}`;
    test.skipIf(missing !== "")(title, async () => {
      if (name === "a phantom") await writeDwiPhantom(dicom!, { matrix: 32, slices: 5, directions: 12 });
      compare(name, dicom!);
    });
  }

  function compare(name: string, dicom: string): void {
    const nifti = converted(name.replaceAll(" ", "-"), dicom);
    const [before, after] = [linesOf(dicom), linesOf(nifti)];
    expect(content(after.get("A-302"))).toBe(content(before.get("A-302")));
    for (const id of SAID_BY_BOTH) expect(after.get(id)?.found, id).toBe(before.get(id)?.found);
    const bvals = readFileSync(join(nifti, "dwi.bval"), "utf8").trim().split(/\s+/).length;
    const volumes = [...content(before.get("A-302")).matchAll(/(\d+) (?:volumes? )?at b/g)];
    expect(volumes.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(bvals);
    expect(after.get("A-307.gradients")?.verdict).toBe("pass");
  }
});
