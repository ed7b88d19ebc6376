// Series as the scanners of each vendor write them: the tensor that was put in comes out, in the scanner's frame.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantomOptions, type DwiPhantomTruth, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { createMessages } from "./contract/messages.ts";
import { chooseSeries } from "./images/choose-series.ts";
import { type DiffusionSeries, voxelsOf } from "./images/diffusion-series.ts";
import { readNifti } from "./images/nifti.ts";
import { testGradientOrientation } from "./quality/gradient-orientation.ts";
import { imageToScanner } from "./tensor/gradient-table.ts";
import { medianOf } from "./tensor/map-statistics.ts";
import { fitTensor } from "./tensor/tensor-fit.ts";
import { mapTensors } from "./tensor/tensor-maps.ts";

const work = mkdtempSync(join(tmpdir(), "dti-vendors-"));
afterAll(() => rmSync(work, { recursive: true }));

/** Values are whole numbers from 0 to 4095, which is all the noise there is. */
const LARGEST_FA_ERROR = 0.01;
const LARGEST_MD_ERROR = 0.01;
/** Degrees, in nine of ten voxels. */
const LARGEST_ANGLE = 2;

type Spot = ReturnType<DwiPhantomTruth["spotAt"]>;

/** What the phantom has at the centre of each voxel. */
function spotsOf(series: DiffusionSeries, truth: DwiPhantomTruth): Spot[] {
  const [nx, ny] = series.grid.size;
  return Array.from({ length: series.voxelsPerVolume }, (_, i) => {
    const index = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny)), 1];
    const [x, y, z] = series.grid.affine.map((row) =>
      row.reduce((sum, value, n) => sum + value * index[n]!, 0),
    );
    // from right, front, up to left, back, up
    return truth.spotAt([-x!, -y!, z!]);
  });
}

/** Angle in degrees between the fibre of a voxel and its first eigenvector. */
function angleTo(spot: NonNullable<Spot>, direction: Float32Array, voxel: number): number {
  const [left, back, up] = spot.fibre;
  const [x, y, z] = direction.subarray(3 * voxel, 3 * voxel + 3);
  return (180 / Math.PI) * Math.acos(Math.min(1, Math.abs(-left * x! - back * y! + up * z!)));
}

/** The rotation with rows and columns exchanged, which an axial series hides. */
const transposed = (rotation: readonly number[]) =>
  rotation.map((_, place) => rotation[3 * (place % 3) + Math.floor(place / 3)]!);

const CASES = [
  { scanner: "siemens", plane: "sagittal" },
  { scanner: "siemens-mosaic", plane: "axial" },
  { scanner: "siemens-mosaic", plane: "sagittal" },
  { scanner: "siemens-enhanced", plane: "sagittal" },
  { scanner: "ge-col", plane: "axial" },
  { scanner: "ge-col", plane: "sagittal" },
  { scanner: "ge-row", plane: "axial" },
  { scanner: "philips", plane: "sagittal" },
  { scanner: "canon", plane: "coronal" },
  { scanner: "uih", plane: "sagittal" },
] as const;

/** A phantom of 40 x 40 x 16 voxels, converted and fitted inside of its head. */
async function measured(options: Pick<DwiPhantomOptions, "scanner" | "plane">) {
  const name = `${options.scanner}-${options.plane}`;
  const source = join(work, name);
  const { truth } = await writeDwiPhantom(source, {
    ...options,
    ...{ matrix: 40, slices: 16, directions: 10, b0Volumes: 2, noise: 0, tiltDegrees: 25 },
  });
  const settings = { nativeConverter: undefined, onChild: () => {} };
  const silent = createMessages(() => {});
  const { niftiFile, table } = await chooseSeries(source, join(work, `${name}.work`), 1500, settings, silent);
  const series = await readNifti(niftiFile);
  const spots = spotsOf(series, truth);
  const voxels = voxelsOf(Uint8Array.from(spots, (spot) => (spot ? 1 : 0)));
  return { truth, table, series, spots, voxels, fit: fitTensor(series, table, voxels, 2) };
}

describe("issue 6 series of every vendor", () => {
  test.each(CASES)(
    "$scanner, $plane and tilted: b values, FA, MD and fibres as they were",
    async (options) => {
      const { truth, table, series, spots, voxels, fit } = await measured(options);
      expect(series.grid.size.toSorted((a, b) => a - b)).toEqual([16, 40, 40]);
      expect(table.bValues.length).toBe(truth.bValues.length);
      for (const [volume, b] of truth.bValues.entries()) expect(table.bValues[volume]).toBeCloseTo(b, 0);

      const rotation = imageToScanner(series.grid.affine);
      const maps = mapTensors(fit, voxels, series.voxelsPerVolume, rotation);
      for (const tissue of ["white", "tract", "grey"] as const) {
        const inside = voxels.filter((i) => spots[i]!.tissue === tissue);
        expect(inside.length).toBeGreaterThan(300);
        const md = medianOf(Float64Array.from(inside, (i) => maps.MD[i]!));
        expect(Math.abs(md - truth.tissues[tissue].md)).toBeLessThan(LARGEST_MD_ERROR);
        const fa = medianOf(Float64Array.from(inside, (i) => maps.FA[i]!));
        expect(Math.abs(fa - truth.tissues[tissue].fa)).toBeLessThan(LARGEST_FA_ERROR);
      }

      const tracts = [...voxels].filter((i) => spots[i]!.tissue === "tract");
      const share = (direction: Float32Array) =>
        tracts.filter((i) => angleTo(spots[i]!, direction, i) < LARGEST_ANGLE).length / tracts.length;
      expect(share(maps.direction)).toBeGreaterThan(0.9);
      expect(testGradientOrientation(fit, voxels, series.grid).asGivenIsBest).toBe(true);
      const wrong = mapTensors(fit, voxels, series.voxelsPerVolume, transposed(rotation));
      expect(share(wrong.direction)).toBeLessThan(0.2);
    },
  );

  test("ge-col in a coronal plane, which the converter reads otherwise than others, does not go unnoticed", async () => {
    const { series, voxels, fit } = await measured({ scanner: "ge-col", plane: "coronal" });
    expect(testGradientOrientation(fit, voxels, series.grid).asGivenIsBest).toBe(false);
  });
});
