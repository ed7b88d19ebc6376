// A small diffusion study as NIfTI files: image, gradient table, sidecar.
import {
  diffusionFiles,
  makeTable,
  wovenPhantom,
} from "../../plugins/local-processing/products/dti-metrics/testing/woven-phantom.ts";
import type { PackedFile } from "./archives.ts";

export interface NiftiOptions {
  /** Voxels along each edge. */
  readonly edge?: number;
  readonly sidecar?: object;
  /** Path without ending. */
  readonly base?: string;
}

export function niftiFiles(options: NiftiOptions = {}): PackedFile[] {
  const { edge = 8, base = "Doe_Jane/dwi", sidecar = { PatientAge: "48", PatientSex: "Female" } } = options;
  const table = makeTable([0, 1], [1000, 12]);
  const files = diffusionFiles(wovenPhantom(table, { edge }), table);
  return [
    ...Object.entries(files).map(([ending, content]) => ({
      path: `${base}${ending}`,
      bytes: Buffer.from(content),
    })),
    { path: `${base}.json`, bytes: Buffer.from(JSON.stringify(sidecar)) },
  ];
}
