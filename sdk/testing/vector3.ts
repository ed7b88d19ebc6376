// Three-component vectors of the phantom.

export type Vector3 = readonly [number, number, number];

export const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const scaled = (a: Vector3, by: number): Vector3 => [a[0] * by, a[1] * by, a[2] * by];

export const sum = (...vectors: readonly Vector3[]): Vector3 => [
  vectors.reduce((total, vector) => total + vector[0], 0),
  vectors.reduce((total, vector) => total + vector[1], 0),
  vectors.reduce((total, vector) => total + vector[2], 0),
];

/** A zero vector stays zero. */
export const unit = (a: Vector3): Vector3 => scaled(a, 1 / (Math.sqrt(dot(a, a)) || 1));
