// A head-sized diffusion series for measuring dti-metrics, and the same as files for other programs.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  type DiffusionSeries,
  voxelsOf,
} from "../../../plugins/local-processing/products/dti-metrics/images/diffusion-series.ts";
import type { GradientTable } from "../../../plugins/local-processing/products/dti-metrics/tensor/gradient-table.ts";
import {
  diffusionFiles,
  makeTable,
  withNoise,
  wovenPhantom,
} from "../../../plugins/local-processing/products/dti-metrics/testing/woven-phantom.ts";

export interface ProductPhantom {
  /** In shared memory. */
  readonly series: DiffusionSeries;
  readonly table: GradientTable;
  readonly voxels: Int32Array;
}

const TISSUE = 200;

/** @param edge voxels along each edge; with 56 the ball has 54 000 */
export function productPhantom(edge: number): ProductPhantom {
  const table = makeTable([0, 6], [700, 32], [1500, 32]);
  const noisy = withNoise(wovenPhantom(table, { edge, freeWater: 0.15 }), 25);
  const stored = new Float32Array(new SharedArrayBuffer(4 * noisy.stored.length));
  stored.set(noisy.stored);
  const mask = Uint8Array.from({ length: noisy.voxelsPerVolume }, (_, i) => (stored[i]! > TISSUE ? 1 : 0));
  return { series: { ...noisy, stored }, table, voxels: voxelsOf(mask) };
}

/** Image, mask and table as MRtrix3 reads them. @returns their paths without the ending */
export function writePhantom({ series, table, voxels }: ProductPhantom, folder: string) {
  const base = join(folder, "phantom");
  const mask = new Float32Array(series.voxelsPerVolume);
  for (const i of voxels) mask[i] = 1;
  const maskFiles = diffusionFiles({ ...series, volumes: 1, stored: mask }, table);
  for (const [ending, content] of Object.entries(diffusionFiles(series, table))) {
    const isImage = ending === ".nii.gz";
    writeFileSync(`${base}${isImage ? ".nii" : ending}`, isImage ? gunzipSync(content as Buffer) : content);
  }
  writeFileSync(`${base}-mask.nii`, gunzipSync(maskFiles[".nii.gz"] as Buffer));
  return base;
}
