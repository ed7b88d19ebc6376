// Test data made from a known truth: gradient schemes, tensors, and a head-sized ball woven of straight fibres.
import type { DiffusionSeries, VoxelGrid } from "../images/diffusion-series.ts";
import { encodeNifti } from "../images/nifti.ts";
import { determinant, type GradientTable } from "../tensor/gradient-table.ts";

export type Vector = [number, number, number];

/** Diffusivity along and across a fibre, um2/ms. */
export interface FibreDiffusivity {
  along: number;
  across: number;
}

export const FIBRE: FibreDiffusivity = { along: 1.7, across: 0.4 };

/** FA and MD that follow from the definition for a tensor with two equal smaller eigenvalues. */
export function truthOf({ along, across }: FibreDiffusivity): { fa: number; md: number } {
  return {
    fa: (along - across) / Math.sqrt(along ** 2 + 2 * across ** 2),
    md: (along + 2 * across) / 3,
  };
}

/** Evenly spread directions on a half sphere (Fibonacci lattice). */
export function spreadDirections(count: number): Vector[] {
  return Array.from({ length: count }, (_, n) => {
    const z = (n + 0.5) / count;
    const angle = n * Math.PI * (3 - Math.sqrt(5));
    const radius = Math.sqrt(1 - z * z);
    return [radius * Math.cos(angle), radius * Math.sin(angle), z];
  });
}

/** A table of shells, each a b-value in s/mm2 and its number of volumes. */
export function makeTable(...shells: [b: number, volumes: number][]): GradientTable {
  const bValues = shells.flatMap(([b, volumes]) => new Array<number>(volumes).fill(b));
  const directions = shells.flatMap(([b, volumes]) =>
    b === 0 ? new Array<Vector>(volumes).fill([0, 0, 0]) : spreadDirections(volumes),
  );
  return {
    volumes: bValues.length,
    bValues: Float64Array.from(bValues),
    directions: Float64Array.from(directions.flat()),
  };
}

/** Signal of a fibre, as a share of S0. @param direction unit vector in the frame of the gradients */
export function fibreDecay(b: number, gradient: Vector, direction: Vector, fibre = FIBRE): number {
  const cosine = gradient[0] * direction[0] + gradient[1] * direction[1] + gradient[2] * direction[2];
  return Math.exp((-b / 1000) * (fibre.across + (fibre.along - fibre.across) * cosine ** 2));
}

export const waterDecay = (b: number): number => Math.exp((-b / 1000) * 3);

/** A repeatable random number 0..1 for each whole number. */
export function hashed(n: number): number {
  let t = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
  return ((t ^ (t >>> 16)) >>> 0) / 2 ** 32;
}

/** Rows of voxels run straight along these diagonals, so that swaps and flips of axes can be told apart. */
const DIAGONALS: readonly Vector[] = [
  [1, 1, 0],
  [0, 1, 1],
  [1, 0, 1],
];

/**
 * Fibre direction of a voxel, along the voxel axes. The ball has three slabs; in each, every diagonal row of
 * voxels is one fibre with its own slight tilt, as in white matter: alike along it, different across.
 */
function fibreDirection(x: number, y: number, z: number, slab: number): Vector {
  const [dx, dy, dz] = DIAGONALS[slab]!;
  // Coordinates that do not change along the diagonal name the row.
  const row = slab === 0 ? [x - y, z] : slab === 1 ? [y - z, x] : [x - z, y];
  const seed = 7919 * (row[0]! + 200) + row[1]! + 1e6 * slab;
  const tilt = [0, 1, 2].map((n) => 0.7 * (hashed(3 * seed + n) - 0.5));
  const direction: Vector = [dx + tilt[0]!, dy + tilt[1]!, dz + tilt[2]!];
  const length = Math.hypot(...direction);
  return direction.map((part) => part / length) as Vector;
}

export interface PhantomOptions {
  /** Share of free water in every voxel. */
  freeWater?: number;
  /** Voxels along each edge, 3 mm each. */
  edge?: number;
  affine?: number[][];
}

/** Radiological storage, as scanners write it: the first axis runs to the patient's left. */
const AXIAL = [
  [-3, 0, 0, 60],
  [0, 3, 0, -60],
  [0, 0, 3, -60],
];

/** Noise-free volumes of the woven ball in a faint background. */
export function wovenPhantom(table: GradientTable, options: PhantomOptions = {}): DiffusionSeries {
  const { freeWater = 0, edge = 40, affine = AXIAL } = options;
  const grid: VoxelGrid = { size: [edge, edge, edge], spacing: [3, 3, 3], affine };
  const voxelsPerVolume = edge ** 3;
  const stored = new Float32Array(voxelsPerVolume * table.volumes).fill(5);
  const radius = 0.42 * edge;
  const middle = (edge - 1) / 2;
  // The FSL convention flips the first axis of images with a positive determinant.
  const flip = determinant(affine) > 0 ? -1 : 1;
  for (let z = 0, i = 0; z < edge; z++) {
    for (let y = 0; y < edge; y++) {
      for (let x = 0; x < edge; x++, i++) {
        if (Math.hypot(x - middle, y - middle, z - middle) > radius) continue;
        const [ux, uy, uz] = fibreDirection(x, y, z, Math.floor((3 * z) / edge));
        const s0 = 900 + 200 * hashed(i);
        for (let v = 0; v < table.volumes; v++) {
          const gradient = [0, 1, 2].map((axis) => table.directions[3 * v + axis]!) as Vector;
          const tissue = fibreDecay(table.bValues[v]!, gradient, [flip * ux, uy, uz]);
          const decay = (1 - freeWater) * tissue + freeWater * waterDecay(table.bValues[v]!);
          stored[v * voxelsPerVolume + i] = s0 * decay;
        }
      }
    }
  }
  return { grid, volumes: table.volumes, voxelsPerVolume, stored, slope: 1, intercept: 0 };
}

/** The series with the noise of a magnitude image (Rician), the same each time. @param sd in each of two channels */
export function withNoise(series: DiffusionSeries, sd: number): DiffusionSeries {
  const stored = Float32Array.from(series.stored, (signal, i) => {
    const radius = sd * Math.sqrt(-2 * Math.log(1 - hashed(2 * i)));
    const angle = 2 * Math.PI * hashed(2 * i + 1);
    return Math.hypot(signal + radius * Math.cos(angle), radius * Math.sin(angle));
  });
  return { ...series, stored };
}

/** The three files of a NIfTI series, by the ending of their name. */
export function diffusionFiles(
  series: DiffusionSeries,
  table: GradientTable,
): Record<string, string | Buffer> {
  const row = (axis: number) =>
    Array.from({ length: table.volumes }, (_, v) => table.directions[3 * v + axis]);
  return {
    ".nii.gz": encodeNifti(series.grid, series.stored as Float32Array),
    ".bval": `${[...table.bValues].join(" ")}\n`,
    ".bvec": `${[0, 1, 2].map((axis) => row(axis).join(" ")).join("\n")}\n`,
  };
}
