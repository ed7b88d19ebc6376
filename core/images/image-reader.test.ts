// The thread of images: what it gives back, what it refuses, and that it goes on after both.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFile, type FileDataset } from "@thalamus/sdk/dicom";
import { afterAll, expect, it } from "vitest";
import { ImageReader } from "./image-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "image-reader-"));
const reader = new ImageReader({ mostWaiting: 3 });
afterAll(async () => {
  await reader.stop();
  rmSync(folder, { recursive: true, force: true });
});

const SIDE = 64;
const image: FileDataset = {
  ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.4", SOPInstanceUID: "1.2.3", Modality: "MR" },
  ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", Rows: SIDE, Columns: SIDE },
  ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0, NumberOfFrames: 2 },
  ...{ InstanceNumber: 5, SeriesNumber: 9, PixelData: Buffer.alloc(2 * SIDE * SIDE, 200) },
};
const whole = join(folder, "whole.dcm");
writeFileSync(whole, encodeFile(image));
const broken = join(folder, "broken.dcm");
writeFileSync(broken, encodeFile(image).subarray(0, 400));
const missing = join(folder, "SECRET-NAME.dcm");

const render = (path: string, frame = 1) =>
  reader.do("render", { path, options: { frame, size: SIDE, window: "stored", format: "png" } });

it("renders frames, and reads what a series needs to know; a damaged file costs only itself", async () => {
  expect(await render(whole)).toMatchObject({ frame: 1, frames: 2, width: SIDE, height: SIDE });
  const facts = await reader.do("facts", { paths: [whole, broken, missing] });
  expect(facts).toEqual([{ number: 5, series: 9, frames: 2, rows: SIDE, columns: SIDE }, null, null]);
});

it("refuses with a code and words that name no file, and goes on", async () => {
  await expect(render(broken)).rejects.toMatchObject({ status: 422, code: "image.damaged" });
  const refused = await render(missing).catch((error: unknown) => error as Error & { code: string });
  expect(refused).toMatchObject({ status: 503, code: "image.unreadable" });
  expect((refused as Error).message).not.toContain("SECRET");
  await expect(render(whole, 3)).rejects.toMatchObject({ status: 404, code: "image.no-frame" });
  expect(await render(whole, 2)).toMatchObject({ frame: 2 });
});

it("does nothing for who is gone, and refuses when too many wait", async () => {
  const gone = AbortSignal.abort();
  const work = { path: whole, options: { frame: 1, size: SIDE, window: "fit", format: "png" } } as const;
  await expect(reader.do("render", work, gone)).rejects.toMatchObject({ name: "AbortError" });
  const waiting = [render(whole), render(whole), render(whole)];
  expect(() => render(whole)).toThrow(/Too many/);
  await Promise.all(waiting);
  expect(await render(whole)).toMatchObject({ frame: 1 });
});

it("gives up what takes too long, and the next one gets another thread", async () => {
  const hasty = new ImageReader({ longestMs: 0 });
  const work = { paths: Array.from({ length: 400 }, () => whole) };
  await expect(hasty.do("facts", work)).rejects.toMatchObject({ code: "image.slow" });
  await hasty.stop();
  await reader.stop();
  expect(await render(whole)).toMatchObject({ frame: 1 });
});
