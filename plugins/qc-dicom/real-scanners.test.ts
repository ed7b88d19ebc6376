// The checks over files of real scanners, where the machine has them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { realData } from "@thalamus/sdk/testing";
import { describe, expect, it } from "vitest";
import { readCsa } from "./siemens-csa.ts";
import { check, lines } from "./testing/made-series.ts";

const uih = realData("dwi/uih");
const mosaic = realData("dwi/siemens-mosaic");
const filesIn = (path: string) =>
  readdirSync(path)
    .filter((name) => name.endsWith(".dcm"))
    .map((name) => join(path, name));

describe.skipIf(!uih || !mosaic)("the checks of real scanners' files", () => {
  it("A-302 A-303 hold the United Imaging series: its diffusion is fine, its demographics are not", async () => {
    const files = filesIn(uih!);
    expect((await check(files)).kind).toBe("held");
    const found = await lines(files);
    expect(found["A-301"]?.verdict).toBe("pass");
    expect(found["A-302"]?.found).toBe("series 6: 1 volume at b = 0, 16 at b = 930 (16 directions)");
    expect(found["A-303"]?.verdict).toBe("fail");
  });

  it("A-302 finds the same weighting in the CSA header of the mosaics as in the plain attributes", async () => {
    for (const file of filesIn(mosaic!)) {
      const { dataset } = await readFileHeader(file);
      const [b] = dataset.numbers(0x0019100c, "IS");
      const direction = dataset.numbers(0x0019100e, "FD");
      const found = readCsa(dataset).weighting;
      expect(found?.b).toBe(b);
      for (const [axis, value] of direction.entries()) expect(found?.direction?.[axis]).toBeCloseTo(value, 5);
      expect(dataset.has(Tag.PixelData)).toBe(false);
    }
  });

  it("A-301 A-302 A-303 A-305 pass the Siemens mosaics and A-304 only warns", async () => {
    const files = filesIn(mosaic!);
    const found = await lines(files);
    expect(Object.values(found).map(({ verdict }) => verdict)).toEqual([
      "pass",
      "pass",
      "pass",
      "warn",
      "pass",
    ]);
    expect(found["A-302"]?.found).toBe("series 4: 1 volume at b = 0, 20 at b = 2000 (20 directions)");
    expect((await check(files)).kind).toBe("passed");
  });
});
