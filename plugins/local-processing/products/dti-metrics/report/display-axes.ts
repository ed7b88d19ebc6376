// Turns any acquisition into radiological display: patient right on the left, front up, slices from the feet.
import type { VoxelGrid } from "../images/diffusion-series.ts";

/** A volume seen along the nearest scanner axes: x to the patient's left, y to the back, z to the head. */
export interface DisplayView {
  /** Voxels along x, y, z of the display. */
  size: readonly [number, number, number];
  /** mm between voxels along x, y, z of the display. */
  spacing: readonly [number, number, number];
  /** Position in the stored volume of a display voxel. */
  voxelAt: (x: number, y: number, z: number) => number;
  /** Height of a display slice in the scanner frame, mm, at the middle of the volume. */
  heightOf: (z: number) => number;
}

/** A part of the display volume, ends included. */
export interface DisplayBox {
  x: readonly [number, number];
  y: readonly [number, number];
  z: readonly [number, number];
}

/** Stored axis nearest to each scanner axis; every stored axis is used once, the clearest match first. */
function nearestAxes(affine: readonly (readonly number[])[]): [number, number, number] {
  const lengths = [0, 1, 2].map((column) => Math.hypot(...[0, 1, 2].map((row) => affine[row]![column]!)));
  const matches = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => ({ row, column, cosine: Math.abs(affine[row]![column]!) / lengths[column]! })),
  );
  matches.sort((a, b) => b.cosine - a.cosine);
  const axes: [number, number, number] = [-1, -1, -1];
  for (const { row, column } of matches) {
    if (axes[row] === -1 && !axes.includes(column)) axes[row] = column;
  }
  return axes;
}

/** The radiological view of a grid. */
export function radiologicalView(grid: VoxelGrid): DisplayView {
  const axes = nearestAxes(grid.affine);
  const strides = [1, grid.size[0], grid.size[0] * grid.size[1]];
  const size = axes.map((axis) => grid.size[axis]!) as [number, number, number];
  const spacing = axes.map((axis) => grid.spacing[axis]!) as [number, number, number];
  const stride = axes.map((axis) => strides[axis]!) as [number, number, number];
  // The picture runs from right to left and from front to back, RAS+ axes the other way.
  const runsBackwards = axes.map((axis, row) => {
    const isPositive = grid.affine[row]![axis]! >= 0;
    return row === 2 ? !isPositive : isPositive;
  }) as [boolean, boolean, boolean];
  const along = (d: 0 | 1 | 2, position: number) =>
    (runsBackwards[d] ? size[d] - 1 - position : position) * stride[d];
  const heightOf = (z: number) => {
    const index = grid.size.map((n) => (n - 1) / 2);
    index[axes[2]] = runsBackwards[2] ? size[2] - 1 - z : z;
    const row = grid.affine[2]!;
    return row[0]! * index[0]! + row[1]! * index[1]! + row[2]! * index[2]! + row[3]!;
  };
  return { size, spacing, voxelAt: (x, y, z) => along(0, x) + along(1, y) + along(2, z), heightOf };
}

/** The box around a mask with a margin of two voxels in the plane. The mask must not be empty. */
export function boxAround(view: DisplayView, mask: Uint8Array): DisplayBox {
  const [nx, ny, nz] = view.size;
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        if (!mask[view.voxelAt(x, y, z)]) continue;
        [x, y, z].forEach((position, d) => {
          low[d] = Math.min(low[d]!, position);
          high[d] = Math.max(high[d]!, position);
        });
      }
    }
  }
  const margin = 2;
  return {
    x: [Math.max(0, low[0]! - margin), Math.min(nx - 1, high[0]! + margin)],
    y: [Math.max(0, low[1]! - margin), Math.min(ny - 1, high[1]! + margin)],
    z: [low[2]!, high[2]!],
  };
}

/** Evenly spaced slices, from the feet upwards, among those with at least 40 % of the largest mask area. */
export function pickSlices(view: DisplayView, mask: Uint8Array, count: number): number[] {
  const areas = Array.from({ length: view.size[2] }, (_, z) => {
    let area = 0;
    for (let y = 0; y < view.size[1]; y++) {
      for (let x = 0; x < view.size[0]; x++) area += mask[view.voxelAt(x, y, z)]!;
    }
    return area;
  });
  const enough = 0.4 * Math.max(...areas);
  const first = areas.findIndex((area) => area >= enough);
  const last = areas.findLastIndex((area) => area >= enough);
  return Array.from({ length: count }, (_, n) => Math.round(first + ((last - first) * n) / (count - 1)));
}
