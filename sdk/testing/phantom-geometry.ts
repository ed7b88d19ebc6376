// Where the voxels of a phantom lie in the patient (PS3.3 C.7.6.2).
import { cross, dot, scaled, sum, type Vector3 } from "./vector3.ts";

/** How the slices cut the head. */
export type Plane = "axial" | "sagittal" | "coronal";

export interface PhantomGeometry {
  readonly matrix: number;
  readonly slices: number;
  /** mm */
  readonly pixelSpacing: number;
  /** mm; slices touch. */
  readonly sliceThickness: number;
  /** Direction of increasing column, increasing row and increasing slice, in the patient's axes; not always right-handed. */
  readonly rowAxis: Vector3;
  readonly columnAxis: Vector3;
  readonly sliceAxis: Vector3;
  /** Left, back and up of the head in the patient's axes. */
  readonly headAxes: readonly [Vector3, Vector3, Vector3];
}

/** mm covered in the plane and across the slices, whatever the matrix. */
const FIELD_OF_VIEW = 201.6;
const COVERAGE = 120;

/** @param tiltDegrees of the head around the axis from left to right; slices are set along its own axes */
export function phantomGeometry(
  matrix: number,
  slices: number,
  tiltDegrees: number,
  plane: Plane = "axial",
): PhantomGeometry {
  const tilt = (tiltDegrees * Math.PI) / 180;
  const left: Vector3 = [1, 0, 0];
  const back: Vector3 = [0, Math.cos(tilt), Math.sin(tilt)];
  const up = cross(left, back);
  // sagittal slices are counted from the right, against the normal that rows and columns make
  const [rowAxis, columnAxis, sliceAxis] = {
    axial: [left, back, up] as const,
    sagittal: [back, scaled(up, -1), left] as const,
    coronal: [left, scaled(up, -1), back] as const,
  }[plane];
  return {
    matrix,
    slices,
    pixelSpacing: FIELD_OF_VIEW / matrix,
    sliceThickness: COVERAGE / slices,
    rowAxis,
    columnAxis,
    sliceAxis,
    headAxes: [left, back, up],
  };
}

/** mm from the centre of the brain, along rows, columns and slices. */
export function offsets(geometry: PhantomGeometry, column: number, row: number, slice: number): Vector3 {
  const middle = (geometry.matrix - 1) / 2;
  return [
    (column - middle) * geometry.pixelSpacing,
    (row - middle) * geometry.pixelSpacing,
    (slice - (geometry.slices - 1) / 2) * geometry.sliceThickness,
  ];
}

/** From the patient's axes to those of the image: along rows, along columns, and along the normal of both. */
export function alongImage(vector: Vector3, { rowAxis, columnAxis }: PhantomGeometry): Vector3 {
  return [dot(vector, rowAxis), dot(vector, columnAxis), dot(vector, cross(rowAxis, columnAxis))];
}

/** mm from the centre of the brain, in the patient's axes. */
export function patientPoint(geometry: PhantomGeometry, column: number, row: number, slice: number): Vector3 {
  const [across, down, up] = offsets(geometry, column, row, slice);
  const { rowAxis, columnAxis, sliceAxis } = geometry;
  return sum(scaled(rowAxis, across), scaled(columnAxis, down), scaled(sliceAxis, up));
}

/** From the patient's axes to left, back and up of the head, which the brain model uses. */
export function alongHead(vector: Vector3, { headAxes: [left, back, up] }: PhantomGeometry): Vector3 {
  return [dot(vector, left), dot(vector, back), dot(vector, up)];
}

/** From left, back and up of the head to the patient's axes. */
export function fromHead([x, y, z]: Vector3, { headAxes: [left, back, up] }: PhantomGeometry): Vector3 {
  return sum(scaled(left, x), scaled(back, y), scaled(up, z));
}

/** ImagePositionPatient (0020,0032) of a slice, in mm. */
export const slicePosition = (geometry: PhantomGeometry, slice: number): Vector3 =>
  patientPoint(geometry, 0, 0, slice);
