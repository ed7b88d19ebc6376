// Series as GE, Philips, Canon and UIH write them: a converter finds the same gradients before and after.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasTool, runTool, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deidentifyFile } from "../elements/deidentify-file.ts";
import { DeidBench } from "../testing/deid-bench.ts";
import { VENDORS, writeVendorSeries } from "../testing/vendor-series.ts";

const bench = new DeidBench();
afterAll(() => bench.close());
let phantom: Awaited<ReturnType<typeof writeDwiPhantom>>;
beforeAll(async () => {
  phantom = await writeDwiPhantom(join(bench.folder, "phantom"), { matrix: 16, slices: 3, directions: 6 });
});

function converted(folder: string, target: string): Buffer[] {
  mkdirSync(target);
  const { status, output } = runTool("dcm2niix", "-f", "x", "-b", "n", "-o", target, folder);
  expect(status, output).toBe(0);
  return ["x.nii", "x.bval", "x.bvec"].map((file) => readFileSync(join(target, file)));
}

describe.each(Object.entries(VENDORS))("%s", (name, vendor) => {
  it.skipIf(!hasTool("dcm2niix"))(
    "X-030 converts to the same image, bval and bvec, and loses the rest",
    async () => {
      const [before, after] = [join(bench.folder, name), join(bench.folder, `${name}-copy`)];
      const files = await writeVendorSeries(before, vendor, phantom, 3);
      mkdirSync(after);
      const context = bench.context();
      for (const file of files) {
        await deidentifyFile(join(before, file), join(after, file), context, new AbortController().signal);
        expect(readFileSync(join(after, file)).includes("QZXVKW")).toBe(false);
      }
      const [old, fresh] = [converted(before, `${before}-nii`), converted(after, `${after}-nii`)];
      const weights = old[1]!.toString().trim().split(/\s+/).map(Number);
      expect(weights).toEqual(phantom.truth.bValues);
      expect(new Set(old[2]!.toString().trim().split(/\s+/)).size).toBeGreaterThan(3);
      for (const [index, file] of old.entries()) expect(file.equals(fresh[index]!)).toBe(true);
    },
  );
});
