// Where the voxels of a phantom lie in the patient (PS3.3 C.7.6.2).
import { cross, scaled, sum, type Vector3 } from "./vector3.ts";

export interface PhantomGeometry {
  readonly matrix: number;
  readonly slices: number;
  /** mm */
  readonly pixelSpacing: number;
  /** mm; slices touch. */
  readonly sliceThickness: number;
  /** Direction of increasing column, increasing row and increasing slice, in the patient's axes. */
  readonly rowAxis: Vector3;
  readonly columnAxis: Vector3;
  readonly sliceAxis: Vector3;
}

/** mm covered in the plane and across the slices, whatever the matrix. */
const FIELD_OF_VIEW = 201.6;
const COVERAGE = 120;

/** @param tiltDegrees of the slices around the axis from left to right, as they are set along the brain's base */
export function phantomGeometry(matrix: number, slices: number, tiltDegrees: number): PhantomGeometry {
  const tilt = (tiltDegrees * Math.PI) / 180;
  const rowAxis: Vector3 = [1, 0, 0];
  const columnAxis: Vector3 = [0, Math.cos(tilt), Math.sin(tilt)];
  return {
    matrix,
    slices,
    pixelSpacing: FIELD_OF_VIEW / matrix,
    sliceThickness: COVERAGE / slices,
    rowAxis,
    columnAxis,
    sliceAxis: cross(rowAxis, columnAxis),
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

/** ImagePositionPatient (0020,0032) of a slice, in mm. */
export function slicePosition(geometry: PhantomGeometry, slice: number): Vector3 {
  const [across, down, up] = offsets(geometry, 0, 0, slice);
  const { rowAxis, columnAxis, sliceAxis } = geometry;
  return sum(scaled(rowAxis, across), scaled(columnAxis, down), scaled(sliceAxis, up));
}
