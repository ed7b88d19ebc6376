// The gradient table: b-values and directions, their shells and their way into the scanner frame.
import { Unsuitable } from "../contract/refusal.ts";

/** b in s/mm2; directions are unit vectors (or zero) in the FSL image frame, three values a volume. */
export interface GradientTable {
  volumes: number;
  bValues: Float64Array;
  directions: Float64Array;
}

/** Volumes measured with (nearly) the same b-value; `b` is their mean, 0 for the unweighted ones. */
export interface Shell {
  b: number;
  volumes: number[];
}

/** Scanners write small b-values on "b = 0" volumes (imaging gradients); FSL and MRtrix use the same limit. */
export const B0_LIMIT = 50;

const numbersOf = (line: string): number[] => line.trim().split(/\s+/).map(Number);

/**
 * Reads the text of a .bval and a .bvec file.
 *
 * Directions may stand in three rows (FSL) or in one row a volume (dipy). A direction that is not a
 * number or shorter than 0.05 counts as none, which is how b = 0 volumes are written.
 *
 * @throws Unsuitable GRADIENT_TABLE when the shapes do not match or a b-value is no number >= 0
 */
export function parseGradientTable(bvalText: string, bvecText: string): GradientTable {
  const bValues = numbersOf(bvalText.replace(/\r?\n/g, " "));
  const rows = bvecText.trim().split(/\r?\n/).map(numbersOf);
  const volumes = bValues.length;
  if (bValues.some((b) => !(Number.isFinite(b) && b >= 0))) {
    throw new Unsuitable("GRADIENT_TABLE", "b-values must be finite numbers, 0 or greater");
  }
  const inThreeRows = rows.length === 3 && rows.every((row) => row.length === volumes);
  const inRowsOfThree = rows.length === volumes && rows.every((row) => row.length === 3);
  if (!inThreeRows && !inRowsOfThree) {
    throw new Unsuitable(
      "GRADIENT_TABLE",
      `the direction file has ${rows.length} rows for ${volumes} b-values`,
    );
  }
  const directions = new Float64Array(3 * volumes);
  for (let v = 0; v < volumes; v++) {
    const direction = [0, 1, 2].map((axis) => (inThreeRows ? rows[axis]![v]! : rows[v]![axis]!));
    const length = Math.hypot(...direction);
    if (length > 0.05)
      directions.set(
        direction.map((part) => part / length),
        3 * v,
      );
  }
  return { volumes, bValues: Float64Array.from(bValues), directions };
}

/** The table of some volumes only, in the given order. */
export function selectVolumes(table: GradientTable, volumes: readonly number[]): GradientTable {
  const directions = new Float64Array(3 * volumes.length);
  volumes.forEach((v, position) => {
    directions.set(table.directions.subarray(3 * v, 3 * v + 3), 3 * position);
  });
  return {
    volumes: volumes.length,
    bValues: Float64Array.from(volumes, (v) => table.bValues[v]!),
    directions,
  };
}

/** Sorts the volumes into shells: a gap of more than 100 s/mm2 or 5 % begins a new one. Lowest b first. */
export function findShells(table: GradientTable): Shell[] {
  const order = [...table.bValues.keys()].sort((a, b) => table.bValues[a]! - table.bValues[b]!);
  const unweighted = order.filter((v) => table.bValues[v]! <= B0_LIMIT);
  const shells: Shell[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const v of order.slice(unweighted.length)) {
    const b = table.bValues[v]!;
    if (b - previous > Math.max(100, 0.05 * previous)) shells.push({ b, volumes: [] });
    shells.at(-1)!.volumes.push(v);
    previous = b;
  }
  for (const shell of shells) {
    const sum = shell.volumes.reduce((total, v) => total + table.bValues[v]!, 0);
    shell.b = sum / shell.volumes.length;
  }
  return unweighted.length > 0 ? [{ b: 0, volumes: unweighted }, ...shells] : shells;
}

/**
 * Counts directions that differ by more than 2 degrees; g and -g measure the same and count once. Those of volumes at
 * b = 0 do not count: some scanners write the direction of their imaging gradients there.
 */
export function countDirections(table: GradientTable, volumes: readonly number[]): number {
  const sameAbove = Math.cos((2 * Math.PI) / 180);
  const kept: number[][] = [];
  for (const v of volumes) {
    if (table.bValues[v]! <= B0_LIMIT) continue;
    const [x, y, z] = table.directions.subarray(3 * v, 3 * v + 3) as unknown as [number, number, number];
    if (x === 0 && y === 0 && z === 0) continue;
    const known = kept.some((k) => Math.abs(k[0]! * x + k[1]! * y + k[2]! * z) > sameAbove);
    if (!known) kept.push([x, y, z]);
  }
  return kept.length;
}

/**
 * The rotation from the FSL image frame to the scanner frame (RAS): scanner = M * image.
 *
 * FSL's convention: directions follow the voxel axes, and the first axis is flipped when the affine has a
 * positive determinant. Nine values, column by column: M[3 * axis + row]. The columns are the voxel axes,
 * not the rows; an axial series hides the difference, a sagittal one shows a green corpus callosum.
 */
export function imageToScanner(affine: readonly (readonly number[])[]): number[] {
  const columns = [0, 1, 2].map((axis) => {
    const column = [0, 1, 2].map((row) => affine[row]![axis]!);
    const length = Math.hypot(...column);
    return column.map((part) => part / length);
  });
  const flip = determinant(affine) > 0 ? -1 : 1;
  return [...columns[0]!.map((part) => part * flip), ...columns[1]!, ...columns[2]!];
}

/** Determinant of the upper left 3 x 3 part; its sign tells the handedness of the voxel axes. */
export function determinant(affine: readonly (readonly number[])[]): number {
  const [a, b, c] = affine as readonly [readonly number[], readonly number[], readonly number[]];
  return (
    a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
    a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
    a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
  );
}
