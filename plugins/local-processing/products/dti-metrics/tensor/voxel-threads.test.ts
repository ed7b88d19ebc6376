// Work on voxels gives the same bits however many threads share it, and a lost thread does not go unnoticed.
import { afterAll, describe, expect, test } from "vitest";
import { TryAgain } from "../contract/refusal.ts";
import { voxelsOf } from "../images/diffusion-series.ts";
import { makeTable, wovenPhantom } from "../testing/woven-phantom.ts";
import { mapFreeWater } from "./free-water.ts";
import { fitTensor } from "./tensor-fit.ts";
import { VoxelThreads } from "./voxel-threads.ts";

const table = makeTable([0, 2], [500, 10], [1500, 12]);
const phantom = wovenPhantom(table, { edge: 28, freeWater: 0.2 });
const stored = new Float32Array(new SharedArrayBuffer(4 * phantom.stored.length));
// rounded, so that voxels are not all as clean as each other; some signals are zero
stored.set(phantom.stored.map((signal, n) => (n % 997 === 0 ? 0 : Math.round(signal))));
const series = { ...phantom, stored };
const voxels = voxelsOf(Uint8Array.from({ length: 28 ** 3 }, (_, i) => (phantom.stored[i]! > 100 ? 1 : 0)));

const threads = [1, 2, 3].map((count) => new VoxelThreads(count));
afterAll(() => Promise.all(threads.map((one) => one.close())));

describe.each(threads.map((one, n) => [n + 1, one] as const))("issue 6 with %i thread(s)", (_, shared) => {
  test("the tensor fit has the bits of one thread alone", async () => {
    const progress: number[] = [];
    const fit = await shared.fitTensor(series, table, voxels, 2, (done) => progress.push(done));
    const alone = fitTensor(series, table, voxels, 2);
    expect(Buffer.from(fit.tensor.buffer).equals(Buffer.from(alone.tensor.buffer))).toBe(true);
    expect(Buffer.from(fit.logS0.buffer).equals(Buffer.from(alone.logS0.buffer))).toBe(true);
    expect(Buffer.from(fit.squaredResidual.buffer).equals(Buffer.from(alone.squaredResidual.buffer))).toBe(
      true,
    );
    expect(fit.zeroSignalVoxels).toBe(alone.zeroSignalVoxels);
    expect(fit.zeroSignalVoxels).toBeGreaterThan(0);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test("the free-water map has the bits of one thread alone", async () => {
    const map = await shared.mapFreeWater(series, table, voxels);
    const alone = mapFreeWater(series, table, voxels);
    expect(Buffer.from(map.buffer).equals(Buffer.from(alone.buffer))).toBe(true);
    expect(map.some((fraction) => fraction > 0.1)).toBe(true);
  });

  test("directions that determine no tensor are refused", async () => {
    const flat = makeTable([0, 2], [1000, 3]);
    const refused = { code: "GRADIENT_TABLE" };
    await expect(shared.fitTensor(series, flat, voxels, 0)).rejects.toMatchObject(refused);
  });
});

test("issue 6 when a thread is gone the job can be tried again", async () => {
  const broken = new VoxelThreads(2);
  await broken.close();
  await expect(broken.fitTensor(series, table, voxels, 0)).rejects.toBeInstanceOf(TryAgain);
});
