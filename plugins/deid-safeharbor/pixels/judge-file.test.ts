// From a file to what is done with it: nothing, a person's look, or pixels that are written in place of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dcmodify, GREY_16, hasTool, realData, runTool, writeTestPicture } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { judgeFile } from "./judge-file.ts";
import type { PixelRules } from "./pixel-rule-settings.ts";
import { expectMasked } from "./testing/compare-pictures.ts";
import { pixelsOf } from "./testing/mask-file.ts";

const folder = mkdtempSync(join(tmpdir(), "judge-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ULTRASOUND = "1.2.840.10008.5.1.4.1.1.3.1";
const REGION = { x: 4, y: 0, width: 30, height: 8 };
const RULES: PixelRules = [{ modality: "US", action: "mask", regions: [REGION] }];

function ultrasound(name: string): string {
  const path = join(folder, name);
  writeTestPicture(path, GREY_16, { Modality: "US" }, ULTRASOUND);
  return path;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const piece of pieces) copies.push(Buffer.from(piece));
  return Buffer.concat(copies);
}

describe("issue 4 a file is judged", () => {
  test("and held without a rule", async () => {
    const judged = await judgeFile(ultrasound("held.dcm"), []);
    expect(judged).toMatchObject({ held: true, lines: [{ id: "deid.ultrasound" }] });
    expect(judged.replaced ?? judged.close).toBeUndefined();
    expect(await judgeFile(ultrasound("held.dcm"), [], ["deid.ultrasound"])).toMatchObject({ held: false });
  });

  test("and its pixels are written anew, of the length that was told before", async () => {
    const path = ultrasound("masked.dcm");
    const { held, replaced, close } = await judgeFile(path, RULES);
    expect(held).toBe(false);
    expect(replaced).toMatchObject({ rule: "pixel rule 1", cleansPicture: true });
    const pixels = await bytesOf(replaced!.bytes(AbortSignal.timeout(10_000)));
    await close?.();
    expect(pixels.length).toBe(replaced?.length);
    expectMasked(await pixelsOf(path), pixels, GREY_16, [REGION], [0]);
  });

  test.skipIf(!hasTool("dcmodify"))("and bytes behind its frames hold it, masked or not", async () => {
    const path = ultrasound("longer.dcm");
    dcmodify(path, "-m", "(0028,0008)=2");
    expect(await judgeFile(path, RULES)).toMatchObject({
      held: true,
      lines: [
        { id: "deid.ultrasound", verdict: "bypassed" },
        { id: "deid.unclaimed-bytes", verdict: "fail" },
      ],
    });
  });

  test.skipIf(!hasTool("dcmconv"))("and a mask on a deflated one holds it", async () => {
    const path = ultrasound("plain.dcm");
    expect(runTool("dcmconv", "+td", path, `${path}.deflated`)).toMatchObject({ status: 0 });
    const judged = await judgeFile(`${path}.deflated`, RULES);
    expect(judged.lines.map(({ id }) => id)).toEqual(["deid.mask-impossible", "deid.ultrasound"]);
  });

  const real = realData("dicom");
  test.skipIf(!real)("and a real one whose frames cannot be counted is held", async () => {
    const dose = await judgeFile(join(real ?? "", "badVR.dcm"), []);
    expect(dose).toMatchObject({ held: true, lines: [{ id: "deid.unclaimed-bytes" }] });
  });
});
