// Estimates how far the head lies in each volume from where the tensor expects it. Reported, not corrected.
import { type DiffusionSeries, interiorVoxels } from "../images/diffusion-series.ts";
import { packedLength, solveSymmetric } from "../tensor/cholesky.ts";
import type { GradientTable } from "../tensor/gradient-table.ts";
import { designMatrix, predictVolume, type TensorFit } from "../tensor/tensor-fit.ts";

/** Three shifts, three rotations, a signal scale and an offset. */
const UNKNOWNS = 8;

/** A head has roughly this radius in mm; it turns rotations into a mean displacement. */
const HEAD_RADIUS = 60;

/**
 * Root mean square displacement over the head in mm, one value a volume.
 *
 * A rigid motion, linearised once, of every volume against its own prediction (after Jenkinson 1999,
 * FMRIB TR99MJ1 for the mean displacement over a sphere). The fit has absorbed part of the motion, so the
 * value is a lower bound: an injected shift of 2 mm shows as 1.5-1.8 mm.
 */
export function measureApparentMotion(
  series: DiffusionSeries,
  table: GradientTable,
  mask: Uint8Array,
  voxels: Int32Array,
  fit: TensorFit,
): Float64Array {
  const [nx, ny, nz] = series.grid.size;
  const [dx, dy, dz] = series.grid.spacing;
  const slice = nx * ny;
  const design = designMatrix(table);
  const interior = interiorVoxels(mask, voxels, series.grid);
  const place = new Int32Array(series.voxelsPerVolume).fill(-1);
  voxels.forEach((i, k) => {
    place[i] = k;
  });
  const predicted = new Float64Array(voxels.length);
  const normal = new Float64Array(packedLength(UNKNOWNS));
  const motion = new Float64Array(UNKNOWNS);
  const row = new Float64Array(UNKNOWNS);

  const slopeAt = (i: number, offset: number, spacing: number) =>
    (predicted[place[i + offset]!]! - predicted[place[i - offset]!]!) / (2 * spacing);

  const displacements = new Float64Array(table.volumes);
  for (let v = 0; v < table.volumes; v++) {
    predictVolume(fit, design, v, predicted);
    normal.fill(0);
    motion.fill(0);
    for (const i of interior) {
      const gx = slopeAt(i, 1, dx);
      const gy = slopeAt(i, nx, dy);
      const gz = slopeAt(i, slice, dz);
      const x = ((i % nx) - nx / 2) * dx;
      const y = ((Math.floor(i / nx) % ny) - ny / 2) * dy;
      const z = (Math.floor(i / slice) - nz / 2) * dz;
      const expected = predicted[place[i]!]!;
      const measured = series.stored[v * series.voxelsPerVolume + i]! * series.slope + series.intercept;
      row[0] = -gx;
      row[1] = -gy;
      row[2] = -gz;
      row[3] = gy * z - gz * y;
      row[4] = gz * x - gx * z;
      row[5] = gx * y - gy * x;
      row[6] = expected;
      row[7] = 1;
      for (let a = 0, n = 0; a < UNKNOWNS; a++) {
        motion[a]! += row[a]! * (measured - expected);
        for (let c = 0; c <= a; c++, n++) normal[n]! += row[a]! * row[c]!;
      }
    }
    // An image without structure has no measurable motion.
    displacements[v] = solveSymmetric(normal, motion, UNKNOWNS) ? meanDisplacement(motion) : 0;
  }
  return displacements;
}

function meanDisplacement(motion: Float64Array): number {
  const shift = motion[0]! ** 2 + motion[1]! ** 2 + motion[2]! ** 2;
  const rotation = motion[3]! ** 2 + motion[4]! ** 2 + motion[5]! ** 2;
  return Math.sqrt(0.4 * HEAD_RADIUS ** 2 * rotation + shift);
}
