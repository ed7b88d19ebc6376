// The deid command on what dcm2niix makes of scanners' series: the same voxels and gradients, and nothing of the patient.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { hasTool } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import {
  type MakerSeries,
  madeSeries,
  realSeries,
} from "../../plugins/deid-safeharbor/testing/maker-series.ts";

const WHY_NOT = hasTool("dcm2niix") ? "" : " (skipped: dcm2niix is not installed)";
const folder = mkdtempSync(join(tmpdir(), "deid-nifti-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SERIES: MakerSeries[] = [
  realSeries(
    "Siemens mosaic",
    "siemens-mosaic",
    /dtiferesh|jflab|67060|Prisma Health|Rorden|Columbia|1\.3\.12\.2\.1107|MRC35131|134502\.837|20241009|2024-10-09|1999-01-01/,
  ),
  realSeries("United Imaging", "uih", /120015|UIHMR|1\.2\.156\.112605|20180925|2018-09-25/),
  ...madeSeries(),
];

const run = (tool: string, ...args: string[]) =>
  spawnSync(process.execPath, [`tools/${tool}`, ...args], { encoding: "utf8" });
const filesUnder = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
const ending = (files: readonly string[], end: string) => files.find((name) => name.endsWith(end))!;
const numbers = (path: string) =>
  readFileSync(path, "utf8")
    .trim()
    .split(/\s*\n\s*/)
    .map((row) => row.trim().split(/\s+/).map(Number));

/** Unpacked, from the first voxel on. */
function voxels(path: string): Buffer {
  const image = path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path);
  return image.subarray(image.readFloatLE(108));
}

describe.skipIf(WHY_NOT !== "").each(SERIES)(`NIfTI of $maker${WHY_NOT}`, ({ maker, write, traces }) => {
  const noData = write === undefined ? " (skipped: the real data is not there)" : "";

  test.skipIf(noData !== "")(
    `A-070 X-030 has the same voxels, bval and bvec, and no trace of its source${noData}`,
    async () => {
      const dicom = join(folder, maker.replaceAll(" ", "-"));
      const [source, out] = [`${dicom}-nii`, `${dicom}-out`];
      await write!(dicom);
      mkdirSync(source);
      // with everything that dcm2niix tells of the patient, in sidecar and names
      const packed = maker.startsWith("Siemens") ? "y" : "n";
      spawnSync("dcm2niix", ["-ba", "n", "-z", packed, "-f", "%n_%i_%t", "-o", source, dicom]);
      const before = filesUnder(source);
      const { status, stdout, stderr } = run(
        "deid.mjs",
        "--in",
        source,
        "--out",
        out,
        "--key",
        join(folder, "key"),
      );
      expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
      const after = filesUnder(out);
      const image = packed === "y" ? ".nii.gz" : ".nii";
      expect(voxels(ending(after, image)).equals(voxels(ending(before, image)))).toBe(true);
      for (const table of [".bval", ".bvec"])
        expect(numbers(ending(after, table))).toEqual(numbers(ending(before, table)));
      const text = (path: string) =>
        path +
        (path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString("latin1");
      expect(before.some((path) => traces.test(text(path)))).toBe(true);
      expect(after.filter((path) => traces.test(text(path)))).toEqual([]);
      const kept = JSON.parse(readFileSync(ending(after, ".json"), "utf8")) as Record<string, unknown>;
      const known = JSON.parse(readFileSync(ending(before, ".json"), "utf8")) as Record<string, unknown>;
      for (const key of [
        "EchoTime",
        "RepetitionTime",
        "PhaseEncodingDirection",
        "Manufacturer",
        "SliceTiming",
        "ImageType",
      ])
        expect(kept[key], key).toEqual(known[key]);
      const manifest = ending(after, "manifest.jsonl");
      const args = [manifest, "--folder", dirname(manifest), "--key", ending(after, "site-public-key.pem")];
      expect(run("verify-manifest.ts", ...args).stdout).toContain("Everything holds.");
    },
  );
});
