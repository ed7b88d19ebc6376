// What a viewer shows of a masked region: dcmtk renders it black, whatever the pixels mean, and no overlay comes back.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tag } from "@thalamus/sdk/dicom";
import {
  dcmodify,
  GREY_16,
  hasTool,
  runTool,
  type TestPicture,
  writeTestPicture,
} from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { judgePixels } from "./judge-pixels.ts";
import { maskFile, pixelsOf, withPixels } from "./testing/mask-file.ts";

const folder = mkdtempSync(join(tmpdir(), "shown-black-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ONE: TestPicture = { ...GREY_16, frames: 1 };
const REGION = { x: 5, y: 4, width: 20, height: 9 };
const MASK = { regions: [REGION], emptiesUnusedBits: false };

/** Grey or colour bytes that dcmtk shows, three for each pixel. */
function rendered(path: string): Buffer {
  const target = `${path}.ppm`;
  expect(runTool("dcmj2pnm", "+Wm", "+op", path, target)).toMatchObject({ status: 0 });
  const file = readFileSync(target);
  const head = /^(P[56])\s(?:#[^\n]*\n)?(\d+)\s+(\d+)\s+(\d+)\s/.exec(file.toString("latin1", 0, 200))!;
  const pixels = file.subarray(head[0].length);
  return head[1] === "P6" ? pixels : Buffer.from(pixels.toString("hex").replace(/../g, "$&$&$&"), "hex");
}

/** The lightest byte inside of the region and outside of it. */
function lightest(shown: Buffer, { columns }: TestPicture): { inside: number; outside: number } {
  const most = { inside: 0, outside: 0 };
  for (const [at, byte] of shown.entries()) {
    const [x, y] = [Math.floor(at / 3) % columns, Math.floor(at / 3 / columns)];
    const inside =
      x >= REGION.x && x < REGION.x + REGION.width && y >= REGION.y && y < REGION.y + REGION.height;
    const where = inside ? "inside" : "outside";
    most[where] = Math.max(most[where], byte);
  }
  return most;
}

const RGB: TestPicture = { ...ONE, bitsAllocated: 8, bitsStored: 8, samples: 3, photometric: "RGB" };

describe.skipIf(!hasTool("dcmj2pnm") || !hasTool("dcmodify"))(
  "issue 4 a masked region is shown black",
  () => {
    test.each([
      ["black is 0", ONE],
      ["black is 0, signed", { ...ONE, signed: true }],
      ["white is 0", { ...ONE, photometric: "MONOCHROME1" }],
      ["white is low, signed", { ...ONE, signed: true, photometric: "MONOCHROME1" }],
      ["RGB", RGB],
      ["RGB by plane", { ...RGB, planar: true }],
      ["YBR_FULL", { ...RGB, photometric: "YBR_FULL" }],
    ] as const)("%s", async (name, picture) => {
      const source = join(folder, `${name}.dcm`);
      writeTestPicture(source, picture);
      await maskFile(source, `${source}.masked`, MASK);
      const { inside, outside } = lightest(rendered(`${source}.masked`), picture);
      expect(inside).toBe(0);
      expect(outside).toBeGreaterThan(150);
    });

    test("a palette's darkest entry is taken", async () => {
      const source = join(folder, "palette.dcm");
      writeTestPicture(source, { ...RGB, samples: 1, photometric: "PALETTE COLOR" });
      // 256 entries of 16 bits, all light but number 77.
      const table = Array.from({ length: 256 }, (_, index) => (index === 77 ? "0" : "cccc")).join("\\");
      for (const colour of [1, 2, 3]) {
        dcmodify(source, "-i", `(0028,110${colour})=256\\0\\16`, "-i", `(0028,120${colour})=${table}`);
      }
      await maskFile(source, `${source}.masked`, MASK);
      expect((await pixelsOf(`${source}.masked`))[REGION.y * ONE.columns + REGION.x]).toBe(77);
      expect(lightest(rendered(`${source}.masked`), ONE)).toMatchObject({ inside: 0 });
    });
  },
);

describe.skipIf(!hasTool("dcmodify"))("issue 4 an overlay inside of the pixels", () => {
  /** Every 12 bit sample gets a bit of an overlay above it; group 6000 says where it is. */
  async function withHiddenOverlay(name: string, signed: boolean, bit = "12"): Promise<string> {
    const path = join(folder, name);
    const picture = { ...ONE, signed };
    writeTestPicture(path, picture);
    const pixels = await pixelsOf(path);
    const words = new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length / 2);
    const PixelData = Buffer.from(
      words.map((word, at) => (word & 0xfff) | (at % 3 === 0 ? 0x1000 : 0)).buffer,
    );
    writeTestPicture(path, picture, { Modality: "MR", PixelData }, "1.2.840.10008.5.1.4.1.1.4");
    dcmodify(path, "-i", "(6000,0010)=40", "-i", "(6000,0011)=52", "-i", "(6000,0040)=G");
    dcmodify(path, "-i", "(6000,0050)=1\\1", "-i", "(6000,0100)=16", "-i", `(6000,0102)=${bit}`);
    return path;
  }
  const judge = (path: string) =>
    withPixels(path, async ({ header }) =>
      judgePixels(header, header.dataset.ascii(Tag.SOPClassUID) ?? "", []),
    );

  test.each([
    ["unsigned", false],
    ["signed, whose signs are extended", true],
  ])("is emptied out of %s samples, and all values stay", async (name, signed) => {
    const source = await withHiddenOverlay(`${name}.dcm`, signed);
    const verdict = await judge(source);
    expect(verdict).toMatchObject({ kind: "mask", mask: { regions: [] }, rule: "hidden overlay", lines: [] });
    if (verdict.kind !== "mask") return;
    await maskFile(source, `${source}.masked`, verdict.mask);
    const [before, after] = [await pixelsOf(source), await pixelsOf(`${source}.masked`)];
    for (let at = 0; at < after.length; at += 2) {
      const value = before.readUInt16LE(at) & 0xfff;
      const wanted = signed && value >= 0x800 ? value - 0x1000 : value;
      expect(signed ? after.readInt16LE(at) : after.readUInt16LE(at)).toBe(wanted);
    }
    dcmodify(`${source}.masked`, "-ea", "(6000,0100)", "-ea", "(6000,0102)");
    expect(await judge(source)).toMatchObject({ kind: "mask" });
  });

  test("holds the study when its bit belongs to the picture", async () => {
    const verdict = await judge(await withHiddenOverlay("within.dcm", false, "11"));
    expect(verdict).toMatchObject({ kind: "hold", lines: [{ id: "deid.mask-impossible", verdict: "fail" }] });
  });
});
