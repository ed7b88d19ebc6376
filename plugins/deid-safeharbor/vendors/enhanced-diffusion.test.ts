// Enhanced multi-frame diffusion images: functional groups are taken apart frame by frame and convert to the same.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasTool, runTool } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { deidentifyFile } from "../elements/deidentify-file.ts";
import { DeidBench } from "../testing/deid-bench.ts";
import { enhancedFile, WEIGHTS } from "../testing/enhanced-image.ts";

const bench = new DeidBench();
afterAll(() => bench.close());

function converted(folder: string): Buffer[] {
  const target = `${folder}-nii`;
  mkdirSync(target);
  const { status, output } = runTool("dcm2niix", "-f", "x", "-b", "n", "-o", target, folder);
  expect(status, output).toBe(0);
  return ["x.nii", "x.bval", "x.bvec"].map((file) => readFileSync(join(target, file)));
}

describe.each(["SIEMENS", "Philips Medical Systems"])("an enhanced image of %s", (manufacturer) => {
  it.skipIf(!hasTool("dcm2niix"))(
    "X-030 X-032 converts to the same image, bval and bvec, and names nobody",
    async () => {
      const before = join(bench.folder, manufacturer.slice(0, 4));
      const after = `${before}-copy`;
      for (const folder of [before, after]) mkdirSync(folder);
      writeFileSync(join(before, "x.dcm"), enhancedFile(manufacturer));
      const { signal } = new AbortController();
      await deidentifyFile(join(before, "x.dcm"), join(after, "x.dcm"), bench.context(), signal);
      const copy = readFileSync(join(after, "x.dcm")).toString("latin1");
      expect(copy).not.toMatch(/QZX|VKW|20240412|1\.2\.826\.0\.1\.55/);
      const [old, fresh] = [converted(before), converted(after)];
      expect(old[1]!.toString().trim().split(/\s+/).map(Number)).toEqual(WEIGHTS.map(([b]) => b));
      for (const [index, file] of old.entries()) expect(file.equals(fresh[index]!)).toBe(true);
    },
  );
});
