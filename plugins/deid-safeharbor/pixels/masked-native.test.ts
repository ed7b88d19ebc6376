// Masks on uncompressed pixels: every arrangement of samples that has a black, checked sample by sample.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  dcmodify,
  GREY_16,
  hasTool,
  runTool,
  type TestPicture,
  writeTestPicture,
} from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { openMaskedPixelData } from "./masked-pixel-data.ts";
import type { Region } from "./pixel-rule-settings.ts";
import { expectMasked } from "./testing/compare-pictures.ts";
import { maskFile, pixelsOf, withPixels } from "./testing/mask-file.ts";

const folder = mkdtempSync(join(tmpdir(), "masked-native-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REGIONS: readonly Region[] = [
  { x: 3, y: 2, width: 11, height: 5 },
  { x: 40, y: 30, width: 12, height: 10 },
  { x: 0, y: 20, width: 52, height: 1 },
];
const GREY_8: TestPicture = { ...GREY_16, bitsAllocated: 8, bitsStored: 8 };
const RGB: TestPicture = { ...GREY_8, samples: 3, photometric: "RGB" };

const PICTURES: readonly (readonly [string, TestPicture, number[]])[] = [
  ["8 bits", GREY_8, [0]],
  ["8 bits, an odd number of bytes", { ...GREY_8, columns: 53, rows: 41 }, [0]],
  ["12 of 16 bits", GREY_16, [0]],
  ["12 of 16 bits, signed", { ...GREY_16, signed: true }, [-2048]],
  ["16 bits, signed", { ...GREY_16, bitsStored: 16, signed: true }, [-32_768]],
  ["12 of 16 bits, white is 0", { ...GREY_16, photometric: "MONOCHROME1" }, [4095]],
  [
    "16 bits, signed, white is low",
    { ...GREY_16, bitsStored: 16, signed: true, photometric: "MONOCHROME1" },
    [32_767],
  ],
  ["32 bits", { ...GREY_16, bitsAllocated: 32, bitsStored: 32 }, [0]],
  [
    "32 bits, white is 0",
    { ...GREY_16, bitsAllocated: 32, bitsStored: 32, photometric: "MONOCHROME1" },
    [2 ** 32 - 1],
  ],
  ["colours by pixel", RGB, [0, 0, 0]],
  ["colours by plane", { ...RGB, planar: true }, [0, 0, 0]],
  ["colours of 16 bits by plane", { ...RGB, bitsAllocated: 16, bitsStored: 16, planar: true }, [0, 0, 0]],
  ["luminance and colour", { ...RGB, photometric: "YBR_FULL" }, [0, 128, 128]],
  ["luminance and colour by plane", { ...RGB, photometric: "YBR_FULL", planar: true }, [0, 128, 128]],
];

describe.skipIf(!hasTool("dcmodify"))("issue 4 masks of uncompressed pixels", () => {
  test.each(PICTURES)("%s", async (name, picture, black) => {
    const source = join(folder, `${name}.dcm`);
    writeTestPicture(source, picture);
    const target = `${source}.masked`;
    await maskFile(source, target, { regions: REGIONS, emptiesUnusedBits: false });
    expectMasked(await pixelsOf(source), await pixelsOf(target), picture, REGIONS, black);
  });

  test.each([
    ["big endian, 16 bits", GREY_16, [0], "+tb"],
    ["big endian, 16 bits, white is 0", { ...GREY_16, photometric: "MONOCHROME1" }, [4095], "+tb"],
    ["big endian, 8 bits", GREY_8, [0], "+tb"],
    ["big endian, 8 bits, an odd number of columns", { ...GREY_8, columns: 53 }, [0], "+tb"],
    ["implicit", { ...GREY_16, signed: true }, [-2048], "+ti"],
  ] as const)("%s, written and read by dcmtk", async (name, picture, black, syntax) => {
    const source = join(folder, `${name}.dcm`);
    writeTestPicture(source, picture);
    const [other, masked, back] = ["other", "masked", "back"].map((part) => `${source}.${part}`) as [
      string,
      string,
      string,
    ];
    expect(runTool("dcmconv", syntax, source, other)).toMatchObject({ status: 0 });
    await maskFile(other, masked, { regions: REGIONS, emptiesUnusedBits: false });
    expect(runTool("dcmconv", "+te", masked, back)).toMatchObject({ status: 0 });
    expectMasked(await pixelsOf(source), await pixelsOf(back), picture, REGIONS, black);
  });

  test("windows may end amid a pixel of a frame that is larger than they are", async () => {
    const picture = { ...RGB, rows: 701, columns: 1003, frames: 2 };
    const regions = [{ x: 1, y: 0, width: 1001, height: 701 }];
    const [source, target] = [join(folder, "large.dcm"), join(folder, "large.masked")];
    writeTestPicture(source, { ...picture, photometric: "YBR_FULL" });
    await maskFile(source, target, { regions, emptiesUnusedBits: false });
    expectMasked(await pixelsOf(source), await pixelsOf(target), picture, regions, [0, 128, 128]);
  });

  test("a pair of pixels that shares its colour is masked as one", async () => {
    const [source, target] = [join(folder, "paired.dcm"), join(folder, "paired.masked")];
    const words = { ...GREY_16, bitsStored: 16, frames: 2 };
    writeTestPicture(source, words);
    dcmodify(source, "-m", "(0028,0002)=3", "-m", "(0028,0004)=YBR_FULL_422", "-i", "(0028,0006)=0");
    dcmodify(source, "-m", "(0028,0100)=8", "-m", "(0028,0101)=8", "-m", "(0028,0102)=7");
    await maskFile(source, target, {
      regions: [{ x: 3, y: 2, width: 4, height: 3 }],
      emptiesUnusedBits: false,
    });
    // Y1 Y2 Cb Cr of two pixels are two words; columns 2 to 7 are three pairs.
    const pairs = {
      ...words,
      samples: 1 as const,
      columns: words.columns / 2,
      bitsAllocated: 32 as const,
      bitsStored: 32,
    };
    const black = 0x80800000;
    expectMasked(
      await pixelsOf(source),
      await pixelsOf(target),
      pairs,
      [{ x: 1, y: 2, width: 3, height: 3 }],
      [black],
    );
  });

  test("pixels that are more than their frames are refused", async () => {
    const source = join(folder, "tail.dcm");
    writeTestPicture(source, GREY_16);
    for (const frames of ["2", "1A"]) {
      dcmodify(source, "-m", `(0028,0008)=${frames}`);
      const masked = maskFile(source, `${source}.x`, { regions: REGIONS, emptiesUnusedBits: false });
      await expect(masked).rejects.toMatchObject({ code: "deid-safeharbor.mask-failed" });
    }
  });

  test("a signal ends it", async () => {
    const source = join(folder, "ended.dcm");
    writeTestPicture(source, GREY_16);
    await withPixels(source, async ({ bytes, header, place }) => {
      const mask = { regions: REGIONS, emptiesUnusedBits: false };
      const masked = await openMaskedPixelData(bytes, header, place, mask);
      const pieces = masked.bytes(AbortSignal.abort(new Error("shutdown")))[Symbol.asyncIterator]();
      await expect(pieces.next()).rejects.toThrow("shutdown");
    });
  });

  test("pixels that are not all there are refused", async () => {
    const source = join(folder, "short.dcm");
    writeTestPicture(source, GREY_16);
    dcmodify(source, "-m", "(0028,0008)=4");
    await expect(
      maskFile(source, `${source}.x`, { regions: REGIONS, emptiesUnusedBits: false }),
    ).rejects.toMatchObject({
      code: "deid-safeharbor.mask-failed",
    });
  });
});
