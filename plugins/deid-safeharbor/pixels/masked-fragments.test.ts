// Masks on compressed pixels: compressed and decompressed by dcmtk and GDCM, masked by us, compared sample by sample.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
import type { Region } from "./pixel-rule-settings.ts";
import { expectMasked } from "./testing/compare-pictures.ts";
import { maskFile, pixelsOf, withPixels } from "./testing/mask-file.ts";

const folder = mkdtempSync(join(tmpdir(), "masked-fragments-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REGIONS: readonly Region[] = [
  { x: 3, y: 2, width: 11, height: 5 },
  { x: 40, y: 30, width: 12, height: 10 },
];
const GREY_8: TestPicture = { ...GREY_16, bitsAllocated: 8, bitsStored: 8 };
const SIGNED: TestPicture = { ...GREY_16, signed: true };
const SIGNED_16: TestPicture = { ...SIGNED, bitsStored: 16 };
const WHITE_IS_0: TestPicture = { ...GREY_16, photometric: "MONOCHROME1" };
const RGB: TestPicture = { ...GREY_8, samples: 3, photometric: "RGB" };

/** Compresses and decompresses with one program: arguments, then source and target. */
interface Counterpart {
  readonly syntax: string;
  readonly compress: readonly string[];
  readonly decompress: readonly string[];
}
const RLE: Counterpart = { syntax: "1.2.840.10008.1.2.5", compress: ["dcmcrle"], decompress: ["dcmdrle"] };
const JPEG: Counterpart = {
  syntax: "1.2.840.10008.1.2.4.70",
  compress: ["dcmcjpeg", "+e1", "+cn"],
  decompress: ["dcmdjpeg", "+cn"],
};
const JPEG_14: Counterpart = {
  syntax: "1.2.840.10008.1.2.4.57",
  compress: ["dcmcjpeg", "+el", "+sv", "5", "+cn"],
  decompress: ["dcmdjpeg", "+cn"],
};
const JPEG_LS: Counterpart = {
  syntax: "1.2.840.10008.1.2.4.80",
  compress: ["dcmcjpls", "+el"],
  decompress: ["dcmdjpls"],
};
const JPEG_2000: Counterpart = {
  syntax: "1.2.840.10008.1.2.4.90",
  compress: ["gdcmconv", "--j2k"],
  decompress: ["gdcmconv", "--raw"],
};

const JPEG_PIECES: Counterpart = { ...JPEG, compress: [...JPEG.compress, "+fs", "1"] };

const run = ([program = "", ...args]: readonly string[], source: string, target: string) =>
  expect(runTool(program, ...args, source, target)).toMatchObject({ status: 0 });

const CASES: readonly (readonly [string, TestPicture, Counterpart, number[]])[] = [
  ["RLE, 8 bits", GREY_8, RLE, [0]],
  ["RLE, 16 bits signed", SIGNED_16, RLE, [-32_768]],
  ["RLE, 32 bits", { ...GREY_16, bitsAllocated: 32, bitsStored: 32 }, RLE, [0]],
  ["RLE, colours", RGB, RLE, [0, 0, 0]],
  ["RLE, colours by plane", { ...RGB, planar: true }, RLE, [0, 0, 0]],
  ["RLE, luminance and colour", { ...RGB, photometric: "YBR_FULL" }, RLE, [0, 128, 128]],
  ["JPEG Lossless SV1, 12 bits", GREY_16, JPEG, [0]],
  ["JPEG Lossless SV1, 16 bits signed", SIGNED_16, JPEG, [-32_768]],
  ["JPEG Lossless SV1, frames in several fragments", GREY_16, JPEG_PIECES, [0]],
  ["JPEG Lossless SV1, white is 0", WHITE_IS_0, JPEG, [4095]],
  ["JPEG Lossless SV1, colours", RGB, JPEG, [0, 0, 0]],
  ["JPEG Lossless Process 14, 12 bits", GREY_16, JPEG_14, [0]],
  ["JPEG-LS, 8 bits", GREY_8, JPEG_LS, [0]],
  ["JPEG-LS, 12 bits", GREY_16, JPEG_LS, [0]],
  ["JPEG-LS, 16 bits signed", SIGNED_16, JPEG_LS, [-32_768]],
  ["JPEG-LS, colours", RGB, JPEG_LS, [0, 0, 0]],
  ["JPEG 2000, 8 bits", GREY_8, JPEG_2000, [0]],
  ["JPEG 2000, 12 bits", GREY_16, JPEG_2000, [0]],
  ["JPEG 2000, 12 bits signed", SIGNED, JPEG_2000, [-2048]],
  ["JPEG 2000, 16 bits signed", SIGNED_16, JPEG_2000, [-32_768]],
  ["JPEG 2000, colours", RGB, JPEG_2000, [0, 0, 0]],
];

describe("issue 4 masks of compressed pixels", () => {
  for (const [name, picture, counterpart, black] of CASES) {
    const programs = [counterpart.compress, counterpart.decompress].map(([program = ""]) => program);
    test.skipIf(!programs.every(hasTool))(name, async () => {
      const path = (part: string) => join(folder, `${name}.${part}`);
      writeTestPicture(path("raw"), picture);
      run(counterpart.compress, path("raw"), path("compressed"));
      run(counterpart.decompress, path("compressed"), path("before"));
      const mask = { regions: REGIONS, emptiesUnusedBits: false };
      await maskFile(path("compressed"), path("masked"), mask);
      const syntax = await withPixels(path("masked"), async ({ header }) => header.transferSyntax.uid);
      expect(syntax).toBe(counterpart.syntax);
      run(counterpart.decompress, path("masked"), path("after"));
      const [before, after] = [await pixelsOf(path("before")), await pixelsOf(path("after"))];
      const planar = await isPlanar(path("before"));
      expectMasked(before, after, { ...picture, planar }, REGIONS, black);
    });
  }

  test.skipIf(!hasTool("gdcmconv"))("colours stay what the header calls them", async () => {
    const path = (part: string) => join(folder, `called.${part}`);
    writeTestPicture(path("raw"), { ...RGB, frames: 1 });
    run(JPEG_2000.compress, path("raw"), path("compressed"));
    for (const [photometric, transformed] of [
      ["RGB", 0],
      ["YBR_RCT", 1],
    ] as const) {
      dcmodify(path("compressed"), "-m", `(0028,0004)=${photometric}`);
      await maskFile(path("compressed"), path("masked"), { regions: REGIONS, emptiesUnusedBits: false });
      const file = readFileSync(path("masked"));
      // COD, ISO/IEC 15444-1 A.6.1: marker, length, style, progression, layers, then the transform of colours.
      expect(file[file.lastIndexOf(Uint8Array.of(0xff, 0x52, 0)) + 8]).toBe(transformed);
    }
  });

  test.skipIf(!hasTool("dcmcjpeg"))("lossy pixels are refused", async () => {
    const [source, lossy] = [join(folder, "lossy.raw"), join(folder, "lossy.dcm")];
    writeTestPicture(source, GREY_8);
    run(["dcmcjpeg", "+eb"], source, lossy);
    const masked = maskFile(lossy, `${lossy}.masked`, { regions: REGIONS, emptiesUnusedBits: false });
    await expect(masked).rejects.toMatchObject({ code: "deid-safeharbor.mask-failed" });
  });

  test.skipIf(!hasTool("dcmcjpls"))("a broken stream is refused, and the next file is masked", async () => {
    const [raw, source, broken] = ["b.raw", "b.dcm", "b.broken"].map((name) => join(folder, name)) as [
      ...[string, string, string],
    ];
    writeTestPicture(raw, { ...GREY_16, frames: 1 });
    run(JPEG_LS.compress, raw, source);
    copyFileSync(source, broken);
    dcmodify(broken, "-m", "(0028,0010)=4000");
    const mask = { regions: REGIONS, emptiesUnusedBits: false };
    await expect(maskFile(broken, `${broken}.masked`, mask)).rejects.toMatchObject({
      code: "deid-safeharbor.mask-failed",
    });
    await maskFile(source, `${source}.masked`, mask);
    run(JPEG_LS.decompress, `${source}.masked`, `${source}.after`);
    expectMasked(
      await pixelsOf(raw),
      await pixelsOf(`${source}.after`),
      { ...GREY_16, frames: 1 },
      REGIONS,
      [0],
    );
  });
});

const isPlanar = (path: string) =>
  withPixels(path, async ({ header }) => header.dataset.numbers(0x00280006, "US")[0] === 1);
