// Text inside of compressed frames: comments and camera segments are blanked, and every sample stays as it is.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GREY_16, hasTool, realData, runTool, writeTestPicture } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { judgeFile } from "./judge-file.ts";
import { pixelsOf, withPixels } from "./testing/mask-file.ts";

const folder = mkdtempSync(join(tmpdir(), "stream-text-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MR = "1.2.840.10008.5.1.4.1.1.4.1";
const TEXT = "KANARIENVOGEL^HANS";
const run = (program: string, ...args: string[]) =>
  expect(runTool(program, ...args)).toMatchObject({ status: 0 });

function segment(marker: number, ...parts: (string | number)[]): Buffer {
  const content = Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.of(part))),
  );
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** Puts segments into each frame where the syntax wants them: behind its first `skip` bytes. */
function insert(path: string, start: Buffer, skip: number, segments: Buffer): void {
  const parts: Buffer[] = [];
  const file = readFileSync(path);
  let at = 0;
  for (let found = file.indexOf(start); found >= 0; found = file.indexOf(start, found + 1)) {
    // The item's length stands before its first byte.
    const length = file.readUInt32LE(found - 4);
    parts.push(file.subarray(at, found - 4), Buffer.alloc(4), file.subarray(found, found + skip), segments);
    parts.at(-3)!.writeUInt32LE(length + segments.length);
    at = found + skip;
  }
  expect(parts.length).toBeGreaterThan(0);
  writeFileSync(path, Buffer.concat([...parts, file.subarray(at)]));
}

/** As the engine writes it, with the header of the source. */
async function writtenBy(path: string): Promise<string> {
  const judged = await judgeFile(path, []);
  expect(judged).toMatchObject({
    held: false,
    replaced: { rule: "text in compressed frames", cleansPicture: false },
  });
  const from = await withPixels(path, async ({ place }) => place.value.from);
  const pieces = [readFileSync(path).subarray(0, from)];
  for await (const piece of judged.replaced!.bytes(AbortSignal.timeout(10_000)))
    pieces.push(Buffer.from(piece));
  await judged.close?.();
  writeFileSync(`${path}.written`, Buffer.concat(pieces));
  return `${path}.written`;
}

const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
const EXIF = segment(0xe1, "Exif", 0, 0, TEXT);
const COMMENTS = Buffer.concat([segment(0xfe, TEXT), segment(0xfe, "")]);
/** Of even length, as all fragments are; FF may fill before a marker. */
const JPEG_SEGMENTS = Buffer.concat([COMMENTS, EXIF, Buffer.of(0xff), segment(0xfe, "x")]);

describe("issue 4 text in compressed frames", () => {
  for (const [name, compress, decompress, start, skip, segments] of [
    ["JPEG Lossless", ["dcmcjpeg", "+e1"], ["dcmdjpeg"], JPEG_START, 2, JPEG_SEGMENTS],
    ["JPEG-LS", ["dcmcjpls"], ["dcmdjpls"], JPEG_START, 2, COMMENTS],
    // SIZ has to come first: 41 bytes of one component and its marker (ISO/IEC 15444-1 A.5.1).
    [
      "JPEG 2000",
      ["gdcmconv", "--j2k"],
      ["gdcmconv", "--raw"],
      Buffer.from([0xff, 0x4f, 0xff, 0x51]),
      45,
      segment(0x64, 0, 1, TEXT),
    ],
  ] as const) {
    const [program, ...args] = compress;
    test.skipIf(!hasTool(program))(`of ${name} becomes blank, and the picture stays`, async () => {
      const [raw, path] = [join(folder, `${name}.raw`), join(folder, `${name}.dcm`)];
      writeTestPicture(raw, GREY_16, { Modality: "MR" }, MR);
      run(program, ...args, raw, path);
      expect((await judgeFile(path, [])).replaced).toBeUndefined();
      insert(path, start, skip, segments);
      const written = await writtenBy(path);
      const [before, after] = [readFileSync(path), readFileSync(written)];
      expect(before.includes(TEXT)).toBe(true);
      expect(after.includes(TEXT)).toBe(false);
      expect(after.length).toBe(before.length);
      const [back, ...options] = decompress;
      run(back, ...options, written, `${written}.back`);
      expect((await pixelsOf(`${written}.back`)).equals(await pixelsOf(raw))).toBe(true);
    });
  }

  test.skipIf(!hasTool("dcmcjpeg"))(
    "that nobody can look for holds the study, until a person lets it pass",
    async () => {
      const [raw, path] = [join(folder, "odd.raw"), join(folder, "odd.dcm")];
      writeTestPicture(raw, { ...GREY_16, frames: 1 }, { Modality: "MR" }, MR);
      run("dcmcjpeg", raw, path);
      const file = readFileSync(path);
      file[file.indexOf(JPEG_START) + 1] = 0x00;
      writeFileSync(path, file);
      expect(await judgeFile(path, [])).toMatchObject({
        held: true,
        lines: [{ id: "deid.stream-text", verdict: "fail" }],
      });
      expect(await judgeFile(path, [], ["deid.stream-text"])).toMatchObject({ held: false });
    },
  );

  const real = realData("dicom");
  test.skipIf(!real)("a real one passes, and one whose pixels are missing is refused", async () => {
    const judged = (name: string) => judgeFile(join(real ?? "", name), []);
    const { held, lines } = await judged("MR_small_jpeg_ls_lossless.dcm");
    expect({ held, lines }).toEqual({ held: false, lines: [] });
    await expect(judged("UN_sequence.dcm")).rejects.toThrow("the pixel data of an image is missing");
  });
});
