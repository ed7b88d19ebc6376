// Series as GE, Philips, Canon and UIH write them: a converter finds the same gradients before and after.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readFileHeader } from "@thalamus/sdk/dicom";
import { hasTool, runTool, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deidentifyFile } from "../elements/deidentify-file.ts";
import { DeidBench } from "../testing/deid-bench.ts";
import { EXPLICIT, IMPLICIT } from "../testing/raw-object.ts";
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

/** Implicit files do not say what a private element is, and most archives send them. */
const ENCODINGS = { explicit: EXPLICIT, implicit: IMPLICIT } as const;
const CASES = Object.entries(VENDORS).flatMap(([name, vendor]) =>
  Object.entries(ENCODINGS).map(([form, encoding]) => ({ name: `${name}, ${form}`, vendor, encoding })),
);

describe.each(CASES)("$name", ({ name, vendor, encoding }) => {
  it.skipIf(!hasTool("dcm2niix"))(
    "X-030 converts to the same image, bval and bvec, and loses the rest",
    async () => {
      const [before, after] = [join(bench.folder, name), join(bench.folder, `${name} copy`)];
      const files = await writeVendorSeries(before, vendor, phantom, 3, encoding);
      mkdirSync(after);
      const context = bench.context();
      for (const file of files) {
        await deidentifyFile(join(before, file), join(after, file), context, new AbortController().signal);
        const copy = readFileSync(join(after, file));
        expect(copy.includes("QZXVKW")).toBe(false);
        // PS3.5 9.1: a UID is padded with NUL, never with a space
        const { dataset } = await readFileHeader(join(after, file));
        const mapped = dataset.elements().map(({ value }) => Buffer.from(value).toString("latin1"));
        expect(mapped.some((value) => /^2\.25\.\d+\0$/.test(value))).toBe(true);
        expect(mapped.some((value) => /^2\.25\.\d+ $/.test(value))).toBe(false);
      }
      const [old, fresh] = [converted(before, `${before}-nii`), converted(after, `${after}-nii`)];
      const weights = old[1]!.toString().trim().split(/\s+/).map(Number);
      expect(weights).toEqual(phantom.truth.bValues);
      expect(new Set(old[2]!.toString().trim().split(/\s+/)).size).toBeGreaterThan(3);
      for (const [index, file] of old.entries()) expect(file.equals(fresh[index]!)).toBe(true);
    },
  );
});

it("X-030 keeps what facts list of Philips by its creators: numbers of directions and of orders", async () => {
  const folder = join(bench.folder, "Philips-counts");
  const [file = ""] = await writeVendorSeries(folder, VENDORS["Philips"]!, phantom, 3);
  const { dataset } = await bench.copy(join(folder, file));
  const kept = (creator: string, low: number, vr: string) =>
    dataset.numbers(dataset.privateTag(0x2005, `Philips MR Imaging DD ${creator}`, low) ?? 0, vr);
  expect(kept("005", 0x15, "SL")).toEqual([6]);
  expect(kept("006", 0x99, "SL")).toEqual([6]);
  expect(kept("006", 0x96, "IS")).toEqual([1]);
});
