// A brain as formulas: at each point a tissue with its diffusion tensor, so that the truth is known everywhere.
import { cross, scaled, sum, unit, type Vector3 } from "./vector3.ts";

/** Diffusion in one tissue: an axially symmetric tensor and the signal without diffusion weighting. */
export interface Tissue {
  readonly name: "grey" | "white" | "tract" | "fluid";
  /** Along the fibres, mm2/s. */
  readonly axial: number;
  /** Across the fibres, mm2/s. */
  readonly radial: number;
  /** Signal at b = 0, arbitrary units. */
  readonly s0: number;
}

export const TISSUES = {
  grey: { name: "grey", axial: 0.85e-3, radial: 0.85e-3, s0: 600 },
  white: { name: "white", axial: 1.2e-3, radial: 0.5e-3, s0: 450 },
  tract: { name: "tract", axial: 1.7e-3, radial: 0.3e-3, s0: 450 },
  fluid: { name: "fluid", axial: 3.0e-3, radial: 3.0e-3, s0: 1400 },
} as const satisfies Record<string, Tissue>;

/** What is at a point, and where its fibres run. */
export interface Spot {
  readonly tissue: Tissue;
  readonly direction: Vector3;
}

/** Half axes of the brain in mm: left to right, front to back, bottom to top. 4/3 pi abc is 1340 ml. */
export const HALF_AXES: Vector3 = [68, 84, 56];
const CORTEX_FROM = 0.86;
/** Tangent of the angle between a bundle of the corona radiata and the straight way out, at most. */
const LEAN = 0.7;
const NO_FIBRES: Vector3 = [0, 0, 0];

/**
 * @param point mm from the centre of the brain along left, back and up (the axes of DICOM patients, PS3.3 C.7.6.2.1.1)
 * @returns undefined outside the brain
 */
export function spotAt(point: Vector3): Spot | undefined {
  const [x, y, z] = point;
  const depth = Math.hypot(x / HALF_AXES[0], y / HALF_AXES[1], z / HALF_AXES[2]);
  if (depth > 1) return undefined;
  if (inVentricle(x, y, z)) return { tissue: TISSUES.fluid, direction: NO_FIBRES };
  if (depth > CORTEX_FROM) return { tissue: TISSUES.grey, direction: NO_FIBRES };
  const tract = callosum(x, y, z) ?? corticospinal(x, y, z) ?? longitudinal(x, y, z);
  if (tract) return { tissue: TISSUES.tract, direction: tract };
  return { tissue: TISSUES.white, direction: corona(x, y, z + 15) };
}

/**
 * Like the corona radiata: from the middle of the brain to its surface. Bundles side by side lean to
 * different sides, while each keeps its lean along its way: only so does a gradient table with swapped or
 * flipped axes show.
 */
function corona(x: number, y: number, z: number): Vector3 {
  const azimuth = Math.atan2(y, x);
  const height = Math.atan2(z, Math.hypot(x, y));
  const outwards = unit([x, y, z]);
  const around: Vector3 = [-Math.sin(azimuth), Math.cos(azimuth), 0];
  const upwards = cross(outwards, around);
  const leanAround = LEAN * Math.sin(12 * azimuth) * Math.cos(10 * height);
  const leanUp = LEAN * Math.cos(12 * azimuth) * Math.sin(10 * height);
  return unit(sum(outwards, scaled(around, leanAround), scaled(upwards, leanUp)));
}

function inVentricle(x: number, y: number, z: number): boolean {
  return Math.hypot((Math.abs(x) - 10) / 7, (y - 4) / 30, (z - 6) / 8) < 1;
}

/** Like the corpus callosum: an arch over the ventricles from one side to the other. */
function callosum(x: number, y: number, z: number): Vector3 | undefined {
  const up = z + 18;
  const radius = Math.hypot(x, up);
  if (up < 8 || Math.abs(radius - 38) > 6 || Math.abs(y - 2) > 38) return undefined;
  return unit([up, 0, -x]);
}

/** Like the corticospinal tracts: from the brain stem upwards, fanning out on both sides. */
function corticospinal(x: number, y: number, z: number): Vector3 | undefined {
  const axis = 20 + 0.22 * z;
  if (Math.hypot(Math.abs(x) - axis, y - 8 + 0.08 * z) > 8) return undefined;
  return unit([Math.sign(x) * 0.22, -0.08, 1]);
}

/** Like the superior longitudinal fasciculi: arcs along both sides, from front to back. */
function longitudinal(x: number, y: number, z: number): Vector3 | undefined {
  const radius = Math.hypot(Math.abs(x) + 20, y);
  if (Math.abs(radius - 60) > 7 || Math.abs(z - 12) > 12 || Math.abs(y) > 45) return undefined;
  return unit([-Math.sign(x) * y, Math.abs(x) + 20, 0]);
}
