// Tests whether the gradient table fits the image, by trying the 24 ways in which axes get swapped or flipped.
import type { VoxelGrid } from "../images/diffusion-series.ts";
import { eigenvalues, eigenvector } from "../tensor/eigen-system.ts";
import { determinant } from "../tensor/gradient-table.ts";
import type { TensorFit } from "../tensor/tensor-fit.ts";
import { fractionalAnisotropy } from "../tensor/tensor-maps.ts";

const AXIS_ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** One flip of each axis is enough: a direction and its opposite are the same. */
const FLIPS = [
  [1, 1, 1],
  [-1, 1, 1],
  [1, -1, 1],
  [1, 1, -1],
] as const;

export interface GradientOrientation {
  asGivenIsBest: boolean;
  /** The best alternative in words, "as given" when that is the best. */
  best: string;
  /** Score of the table as given minus the best other score; below 0 when another one wins. */
  margin: number;
  /** Voxels that took part; with few of them the test says little. */
  voxels: number;
}

interface Neighbour {
  offset: number;
  /** Unit vector to the neighbour along the voxel axes. */
  towards: readonly [number, number, number];
}

/** The 13 neighbours that with their opposites make up the 26 around a voxel. */
function halfNeighbourhood(grid: VoxelGrid): Neighbour[] {
  const [nx, ny] = grid.size;
  const neighbours: Neighbour[] = [];
  for (let dz = 0; dz <= 1; dz++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const isSecondHalf = dz === 0 && (dy < 0 || (dy === 0 && dx <= 0));
        if (isSecondHalf) continue;
        const mm = [dx * grid.spacing[0], dy * grid.spacing[1], dz * grid.spacing[2]] as const;
        const length = Math.hypot(...mm);
        neighbours.push({
          offset: dx + dy * nx + dz * nx * ny,
          towards: [mm[0] / length, mm[1] / length, mm[2] / length],
        });
      }
    }
  }
  return neighbours;
}

/** First eigenvectors along the voxel axes, and FA where a voxel may be white matter, else 0. */
function directionsOnGrid(fit: TensorFit, voxels: Int32Array, grid: VoxelGrid) {
  const length = grid.size[0] * grid.size[1] * grid.size[2];
  const directions = new Float32Array(3 * length);
  const anisotropy = new Float32Array(length);
  const values = new Float64Array(3);
  const vector = new Float64Array(3);
  // The FSL convention flips the first axis of images with a positive determinant.
  const flip = determinant(grid.affine) > 0 ? -1 : 1;
  for (let k = 0; k < voxels.length; k++) {
    const i = voxels[k]!;
    eigenvalues(fit.tensor, 6 * k, values);
    const md = (values[0]! + values[1]! + values[2]!) / 3;
    const fa = fractionalAnisotropy(fit.tensor, 6 * k);
    if (fa >= 1 || md <= 0.2 || md >= 1.3) continue;
    eigenvector(fit.tensor, 6 * k, values[0]!, vector);
    anisotropy[i] = fa;
    directions[3 * i] = flip * vector[0]!;
    directions[3 * i + 1] = vector[1]!;
    directions[3 * i + 2] = vector[2]!;
  }
  return { directions, anisotropy };
}

/**
 * Scores the table as given and its 23 alternatives.
 *
 * A fibre direction resembles that of the neighbour *along* the fibre more than that of the others. Each
 * score is the mean over voxels and neighbours of w * (similarity - mean similarity for that neighbour),
 * w = cos^8 of the angle between direction and neighbour. Taking off the mean cancels anisotropic voxels
 * and clumped directions; without it the test failed on a real series. (The idea is that of MRtrix3
 * `dwigradcheck`, without tractography.)
 */
export function testGradientOrientation(
  fit: TensorFit,
  voxels: Int32Array,
  grid: VoxelGrid,
): GradientOrientation {
  const [nx, ny, nz] = grid.size;
  const { directions, anisotropy } = directionsOnGrid(fit, voxels, grid);
  const neighbours = halfNeighbourhood(grid);
  const fibres = voxels.filter((i) => {
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    const z = Math.floor(i / (nx * ny));
    const inside = x > 0 && y > 0 && z > 0 && x < nx - 1 && y < ny - 1 && z < nz - 1;
    return inside && anisotropy[i]! > 0.35 && anisotropy[i]! < 0.95;
  });

  // Similarities do not depend on the alternative, since all of them turn both directions alike.
  const count = neighbours.length;
  const excess = new Float32Array(fibres.length * count).fill(Number.NaN);
  neighbours.forEach((neighbour, n) => {
    let sum = 0;
    let pairs = 0;
    for (let a = 0; a < fibres.length; a++) {
      const i = 3 * fibres[a]!;
      const j = i + 3 * neighbour.offset;
      if (!(anisotropy[fibres[a]! + neighbour.offset]! > 0.2)) continue;
      const dot =
        directions[i]! * directions[j]! +
        directions[i + 1]! * directions[j + 1]! +
        directions[i + 2]! * directions[j + 2]!;
      excess[a * count + n] = Math.abs(dot);
      sum += Math.abs(dot);
      pairs++;
    }
    const mean = pairs > 0 ? sum / pairs : 0;
    for (let a = 0; a < fibres.length; a++) excess[a * count + n]! -= mean;
  });

  const scoreOf = (order: readonly number[], flips: readonly number[]): number => {
    let score = 0;
    let weights = 0;
    for (let a = 0; a < fibres.length; a++) {
      const i = 3 * fibres[a]!;
      const x = directions[i + order[0]!]! * flips[0]!;
      const y = directions[i + order[1]!]! * flips[1]!;
      const z = directions[i + order[2]!]! * flips[2]!;
      for (let n = 0; n < count; n++) {
        const similarity = excess[a * count + n]!;
        if (Number.isNaN(similarity)) continue;
        const [tx, ty, tz] = neighbours[n]!.towards;
        const cosine2 = (x * tx + y * ty + z * tz) ** 2;
        const cosine4 = cosine2 * cosine2;
        const weight = cosine4 * cosine4;
        score += weight * similarity;
        weights += weight;
      }
    }
    return weights > 0 ? score / weights : 0;
  };
  const scores = AXIS_ORDERS.flatMap((order) =>
    FLIPS.map((flips) => ({ name: nameOf(order, flips), score: scoreOf(order, flips) })),
  );
  const given = scores[0]!;
  const others = scores.slice(1).sort((a, b) => b.score - a.score);
  const margin = given.score - others[0]!.score;
  const asGivenIsBest = margin >= 0;
  return { asGivenIsBest, best: asGivenIsBest ? given.name : others[0]!.name, margin, voxels: fibres.length };
}

/** Says what would have to be done to the table: "x flipped", "axes y x z", "axes y x z, x flipped". */
function nameOf(order: readonly number[], flips: readonly number[]): string {
  const letters = "xyz";
  const parts: string[] = [];
  if (order.some((axis, position) => axis !== position)) {
    parts.push(`axes ${order.map((axis) => letters[axis]).join(" ")}`);
  }
  const flipped = flips.indexOf(-1);
  if (flipped >= 0) parts.push(`${letters[flipped]} flipped`);
  return parts.length > 0 ? parts.join(", ") : "as given";
}
