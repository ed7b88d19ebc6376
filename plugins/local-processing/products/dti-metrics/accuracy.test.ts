// Compares the measured means with MRtrix3 on data of real scanners.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { createMessages } from "./contract/messages.ts";
import { chooseSeries } from "./images/choose-series.ts";
import { type DiffusionSeries, meanVolume, voxelsOf } from "./images/diffusion-series.ts";
import { readNifti } from "./images/nifti.ts";
import { findBrain } from "./tensor/brain-mask.ts";
import {
  findShells,
  type GradientTable,
  imageToScanner,
  parseGradientTable,
} from "./tensor/gradient-table.ts";
import { fitTensor } from "./tensor/tensor-fit.ts";
import { mapTensors } from "./tensor/tensor-maps.ts";
import { missingFor, realData } from "./testing/real-data.ts";

// MRtrix3 on a busy machine is slower than the usual limit.
vi.setConfig({ testTimeout: 60_000 });

const work = mkdtempSync(join(tmpdir(), "dti-accuracy-"));
afterAll(() => rmSync(work, { recursive: true }));

const settings = { nativeConverter: undefined, onChild: () => {} };

type Converted = Awaited<ReturnType<typeof chooseSeries>>;
const conversions = new Map<string, Promise<Converted>>();

/** The series as NIfTI; converted once for all tests. */
function converted(name: string): Promise<Converted> {
  const source = join(realData, "dwi", name);
  const silent = createMessages(() => {});
  const conversion = conversions.get(name) ?? chooseSeries(source, join(work, name), 1500, settings, silent);
  conversions.set(name, conversion);
  return conversion;
}

/** Voxels of a mask in which every signal is above zero, as in the reference. */
function positiveVoxels(series: DiffusionSeries, mask: ArrayLike<number>): Int32Array {
  return voxelsOf(
    Uint8Array.from({ length: series.voxelsPerVolume }, (_, i) => {
      if (!mask[i]) return 0;
      for (let v = 0; v < series.volumes; v++) {
        if (!(series.stored[v * series.voxelsPerVolume + i]! * series.slope + series.intercept > 0)) return 0;
      }
      return 1;
    }),
  );
}

function measure(series: DiffusionSeries, table: GradientTable, voxels: Int32Array, reweightings: number) {
  const fit = fitTensor(series, table, voxels, reweightings);
  const maps = mapTensors(fit, voxels, series.voxelsPerVolume, imageToScanner(series.grid.affine));
  const mean = (map: Float32Array) => voxels.reduce((sum, i) => sum + map[i]!, 0) / voxels.length;
  return { voxels, maps, fa: mean(maps.FA), md: mean(maps.MD) };
}

function expectMeans(
  measured: ReturnType<typeof measure>,
  voxels: number,
  [fa, md]: readonly [number, number],
): void {
  expect(measured.voxels).toHaveLength(voxels);
  expect(Math.abs(measured.fa - fa)).toBeLessThan(1e-4);
  expect(Math.abs(measured.md - md)).toBeLessThan(1e-4);
}

test("on a NIfTI block with directions in rows of three the means equal MRtrix3 to 1e-4", async ({
  skip,
}) => {
  const missing = missingFor({ data: "nifti/small_64D.nii" });
  if (missing) skip(missing);
  const base = join(realData, "nifti/small_64D");
  const series = await readNifti(`${base}.nii`);
  const table = parseGradientTable(
    readFileSync(`${base}.bval`, "utf8"),
    readFileSync(`${base}.bvec`, "utf8"),
  );
  const voxels = positiveVoxels(series, new Uint8Array(series.voxelsPerVolume).fill(1));
  expectMeans(measure(series, table, voxels, 0), 996, [0.396795, 1.268697]);
  expectMeans(measure(series, table, voxels, 2), 996, [0.401369, 1.270865]);
});

/** Runs an MRtrix3 command on one thread. */
const mrtrix = (program: string, ...args: string[]) =>
  execFileSync(program, ["-quiet", "-nthreads", "1", ...args], { stdio: "ignore" });

test.for([
  { name: "uih", voxels: 19688, ols: [0.236188, 1.066631], weighted: [0.237437, 1.0669] },
  { name: "siemens-mosaic", voxels: 73503, ols: [0.258427, 0.816658], weighted: [0.267664, 0.821194] },
] as const)(
  "on the DICOM series $name means and directions inside dwi2mask equal MRtrix3 to 1e-4 and 0.1 degrees",
  async (reference, { skip }) => {
    const missing = missingFor({ data: `dwi/${reference.name}`, program: "dwi2mask" });
    if (missing) skip(missing);
    const { niftiFile, table } = await converted(reference.name);
    const base = niftiFile.slice(0, -".nii".length);
    const mask = `${base}-mask.nii`;
    const gradients = ["-fslgrad", `${base}.bvec`, `${base}.bval`];
    mrtrix("dwi2mask", ...gradients, niftiFile, mask);
    mrtrix("dwi2tensor", "-ols", "-iter", "2", "-mask", mask, ...gradients, niftiFile, `${base}-tensor.nii`);
    mrtrix("tensor2metric", "-modulate", "none", "-vector", `${base}-v1.nii`, `${base}-tensor.nii`);

    const series = await readNifti(niftiFile);
    const voxels = positiveVoxels(series, (await readNifti(mask)).stored);
    expectMeans(measure(series, table, voxels, 0), reference.voxels, reference.ols);
    const weighted = measure(series, table, voxels, 2);
    expectMeans(weighted, reference.voxels, reference.weighted);
    const vectors = (await readNifti(`${base}-v1.nii`)).stored;
    const angles = Float64Array.from(voxels, (i) => {
      const cosine = [0, 1, 2].reduce(
        (sum, axis) =>
          sum + weighted.maps.direction[3 * i + axis]! * vectors[axis * series.voxelsPerVolume + i]!,
        0,
      );
      return (180 / Math.PI) * Math.acos(Math.min(1, Math.abs(cosine)));
    }).sort();
    expect(angles[Math.floor(0.99 * angles.length)]).toBeLessThan(0.1);
  },
);

test("in a sagittal mosaic the corpus callosum runs left to right, not front to back", async ({ skip }) => {
  const missing = missingFor({ data: "dwi/siemens-mosaic" });
  if (missing) skip(missing);
  const { niftiFile, table } = await converted("siemens-mosaic");
  const series = await readNifti(niftiFile);
  const { mask } = findBrain(meanVolume(series, findShells(table)[0]!.volumes), series.grid);
  const voxels = voxelsOf(mask);
  const { affine, size } = series.grid;
  const { maps } = measure(series, table, voxels, 2);
  const positionOf = (i: number) => {
    const index = [i % size[0], Math.floor(i / size[0]) % size[1], Math.floor(i / (size[0] * size[1])), 1];
    return affine.map((row) => row.reduce((sum, value, n) => sum + value * index[n]!, 0));
  };
  const middle = voxels.reduce((sum, i) => sum + positionOf(i)[0]!, 0) / voxels.length;
  // Coherent white matter within 8 mm of the mid-sagittal plane is, above all, corpus callosum.
  const callosum = voxels.filter((i) => {
    const isCoherent = maps.FA[i]! > 0.7 && maps.FA[i]! < 1 && maps.MD[i]! > 0.4 && maps.MD[i]! < 1.2;
    return isCoherent && Math.abs(positionOf(i)[0]! - middle) < 8;
  });
  const share = (axis: number) =>
    callosum.filter((i) => Math.abs(maps.direction[3 * i + axis]!) > 0.7).length / callosum.length;
  expect(callosum.length).toBeGreaterThan(100);
  expect(share(0)).toBeGreaterThan(0.6);
  expect(share(1)).toBeLessThan(0.3);
});
