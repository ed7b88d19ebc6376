// A product is given Explicit VR Little Endian with uncompressed pixels, whatever was received.
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPixelData, openSource, readFileHeader } from "@thalamus/sdk/dicom";
import { dcmodify, GREY_16, hasTool, runTool, writeTestPicture } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import type { Product } from "./product-description.ts";
import { changedFiles, stageInput } from "./stage-input.ts";
import { processStep, type StepOptions } from "./testing/process-step.ts";
import { PROBE } from "./testing/product-program.ts";

const product: Product = { ...PROBE, contract: "hub.product/1", folder: "/nowhere" };
const folder = mkdtempSync(join(tmpdir(), "transcoded-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXPLICIT = "1.2.840.10008.1.2.1";
const raw = join(folder, "raw.dcm");
writeTestPicture(raw, GREY_16, { Modality: "MR" });

/** The picture in another transfer syntax, made by another program. */
function received(name: string, ...[program = "", ...args]: readonly string[]): string {
  const path = join(folder, `${name}.dcm`);
  const { status, output } = runTool(program, ...args, raw, path);
  if (status !== 0) throw new Error(output);
  return path;
}

async function stage(files: readonly string[], options: StepOptions = {}) {
  const place = mkdtempSync(join(folder, "stage-"));
  const input = join(place, "in");
  await mkdir(input);
  const step = await processStep(place, { ...options, files });
  return { input, linked: await stageInput(step, product, input) };
}

async function pixelsOf(path: string): Promise<Buffer> {
  const source = openSource(path);
  const place = (await findPixelData(source, await readFileHeader(path)))!;
  const bytes = Buffer.alloc(place.value.to - place.value.from);
  await source.read(bytes, place.value.from);
  source.close();
  return bytes;
}

const TOOLS = ["dcmconv", "dcmcrle", "dcmcjpeg", "dcmcjpls", "gdcmconv"];

describe.skipIf(!TOOLS.every(hasTool))("issue 6 the transfer syntax of what a product is given", () => {
  test("is Explicit VR Little Endian with the same pixels for all of them, and links stay for what is so already", async () => {
    const files = [
      raw,
      received("implicit", "dcmconv", "+ti"),
      received("big-endian", "dcmconv", "+tb"),
      received("deflated", "dcmconv", "+td"),
      received("rle", "dcmcrle"),
      received("jpeg", "dcmcjpeg", "+e1"),
      received("jpeg-ls", "dcmcjpls", "+el"),
      received("jpeg-2000", "gdcmconv", "--j2k"),
    ];
    const { input, linked } = await stage(files);
    expect(linked.map(({ path }) => path)).toEqual([raw]);
    expect(await changedFiles(linked)).toBe(0);
    const names = await readdir(join(input, "series/0001"));
    expect(names).toHaveLength(files.length);
    const pixels = await pixelsOf(raw);
    for (const [index, name] of names.entries()) {
      const path = join(input, "series/0001", name);
      expect((await readFileHeader(path)).transferSyntax.uid).toBe(EXPLICIT);
      expect((await pixelsOf(path)).equals(pixels), files[index]!).toBe(true);
      if (index > 0) expect(statSync(path).mode & 0o777).toBe(0o400);
    }
    const job = JSON.parse(await readFile(join(input, "job.json"), "utf8"));
    expect(job.series).toMatchObject([{ files: files.length, transferSyntax: EXPLICIT }]);
  });

  test("a compression that nobody here undoes fails the order with its name", async () => {
    const file = received("video", "dcmcjpls", "+el");
    const bytes = await readFile(file);
    bytes.write("1.2.840.10008.1.2.4.92", bytes.indexOf("1.2.840.10008.1.2.4.80"), "latin1");
    writeFileSync(file, bytes);
    await expect(stage([raw, file])).rejects.toMatchObject({
      reason: {
        code: "local-processing.unknown-compression",
        message: "An object of the study has pixels that cannot be decompressed (JPEG 2000 Part 2 Lossless).",
      },
    });
  });

  test("an object that is not what its header says fails the order, not the hub", async () => {
    const file = received("broken", "dcmcrle");
    dcmodify(file, "-m", "(0028,0011)=4000");
    await expect(stage([file])).rejects.toMatchObject({ reason: { code: "local-processing.damaged-image" } });
    const cut = received("cut", "dcmconv", "+tb");
    const step = await processStep(join(folder, "cut"), { files: [cut] });
    truncateSync(cut, 3000);
    await mkdir(join(folder, "cut", "in"), { recursive: true });
    await expect(stageInput(step, product, join(folder, "cut", "in"))).rejects.toMatchObject({
      reason: { code: "local-processing.damaged-image" },
    });
  });

  test("a file that is not there any more is a fault of the storage, which may pass", async () => {
    const file = join(folder, "gone.dcm");
    copyFileSync(received("leaving", "dcmconv", "+ti"), file);
    const step = await processStep(join(folder, "gone"), { files: [file] });
    rmSync(file);
    await mkdir(join(folder, "gone", "in"), { recursive: true });
    const staging = stageInput(step, product, join(folder, "gone", "in"));
    await expect(staging).rejects.toMatchObject({ code: "ENOENT", syscall: "open" });
  });

  test("is not made when the order is cancelled", async () => {
    const abort = new AbortController();
    const files = Array.from({ length: 40 }, (_, number) => {
      const file = join(folder, `many-${number}.dcm`);
      copyFileSync(join(folder, "jpeg-2000.dcm"), file);
      return file;
    });
    const staging = stage(files, {
      signal: abort.signal,
      onProgress: (_, stage) => stage === "input" && abort.abort(new Error("cancelled")),
    });
    await expect(staging).rejects.toThrow("cancelled");
  });
});
