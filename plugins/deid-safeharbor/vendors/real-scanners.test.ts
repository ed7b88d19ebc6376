// Series of real scanners: a converter gives the same image, b values and directions, and nobody is named any more.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasTool, realData, runTool } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { deidentifyFile } from "../elements/deidentify-file.ts";
import { DeidBench } from "../testing/deid-bench.ts";

const bench = new DeidBench();
afterAll(() => bench.close());

const dicom = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".dcm"));

async function copyOf(folder: string, name: string): Promise<string> {
  const target = join(bench.folder, name);
  mkdirSync(target);
  const context = bench.context();
  const { signal } = new AbortController();
  for (const file of dicom(folder))
    await deidentifyFile(join(folder, file), join(target, file), context, signal);
  return target;
}

function converted(folder: string, name: string): Buffer[] {
  const target = join(bench.folder, name);
  mkdirSync(target);
  const { status, output } = runTool("dcm2niix", "-f", "x", "-b", "n", "-o", target, folder);
  expect(status, output).toBe(0);
  return ["x.nii", "x.bval", "x.bvec"].map((file) => readFileSync(join(target, file)));
}

const SERIES = [
  // what the source says about patient, place, device, times of the console and authors of the sequence
  [
    "siemens-mosaic",
    /67060|MRC35131|Prisma Health|Columbia|dtiferesh|jflab|Rorden|20241009|1\.3\.12\.2\.1107|83\.91|HeadNeck|56fccae6|eja/,
  ],
  ["uih", /120015|UIHMR|20180925|1\.2\.156\.112605|HEALT|630833/],
] as const;

describe.each(SERIES)("%s", (name, traces) => {
  const folder = realData(`dwi/${name}`);

  it.skipIf(!folder || !hasTool("dcm2niix"))("X-030 converts to the same image, bval and bvec", async () => {
    const copy = await copyOf(folder!, name);
    const [before, after] = [converted(folder!, `${name}-before`), converted(copy, `${name}-after`)];
    for (const [index, file] of before.entries()) expect(file.equals(after[index]!)).toBe(true);
    expect(before[1]!.toString().trim().split(/\s+/).length).toBe(dicom(folder!).length);
  });

  it.skipIf(!folder)(
    "A-092 has no trace of patient, place, device and day outside of the pixels",
    async () => {
      const [file] = dicom(folder!);
      const { bytes, report } = await bench.copy(join(folder!, file!));
      const { from, to } = report.pixels!.output;
      const header = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]).toString("latin1");
      expect(readFileSync(join(folder!, file!)).toString("latin1")).toMatch(traces);
      // height is kept with the weight (PS3.15 E.3.7): 83.91 stands as PatientWeight (0010,1030) only
      expect(header.replace("83.9145991245", "")).not.toMatch(traces);
    },
  );
});

describe("files of all kinds", () => {
  const folder = realData("dicom");
  const files = folder ? dicom(folder) : [];
  const errors = (file: string): string[] =>
    runTool("dciodvfy", file)
      .output.split("\n")
      .filter((line) => line.startsWith("Error"))
      .map((line) => line.replace(/<[^>]*>|InstanceUID \S+|[\d.]{8,}/g, ""));

  if (!folder) it.skip("are copied with their pixels (skipped: the real data is not there)");

  it.each(files)("%s is copied with its pixels and names nobody, or is refused", async (file) => {
    const source = join(folder!, file);
    if (file === "rtplan_truncated.dcm") {
      await expect(bench.copy(source)).rejects.toThrow(/longer than what it stands in/);
      return;
    }
    const { bytes, report, meta } = await bench.copy(source);
    const original = readFileSync(source);
    expect(meta.ascii(0x00020010)).toBe(report.transferSyntaxUid);
    if (!report.pixels) return;
    const { source: from, output: to } = report.pixels;
    expect(bytes.subarray(to.from, to.to).equals(original.subarray(from.from, from.to))).toBe(true);
  });

  // its private sequence in group 0001 ends dciodvfy before it comes to the pixel data
  const checked = files.filter((file) => !/truncated|nested_priv/.test(file));
  it.skipIf(!folder || !hasTool("dciodvfy")).each(checked)(
    "%s has no error that its source has not",
    async (file) => {
      const source = join(folder!, file);
      const { bytes } = await bench.copy(source);
      const target = join(bench.folder, `valid-${file}`);
      writeFileSync(target, bytes);
      const before = new Set(errors(source));
      expect(errors(target).filter((line) => !before.has(line))).toEqual([]);
    },
  );
});
