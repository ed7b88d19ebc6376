// The diffusion weightings of a phantom: volumes without weighting first, then one shell after another.
import { unit, type Vector3 } from "./vector3.ts";

/** How one volume is weighted. */
export interface Weighting {
  /** s/mm2 */
  readonly b: number;
  /** Unit vector in the patient's axes; undefined at b = 0, and of the mean over all directions. */
  readonly direction: Vector3 | undefined;
}

export interface SchemeOptions {
  readonly b0Volumes: number;
  readonly directions: number;
  /** b values in s/mm2. */
  readonly shells: readonly number[];
  /** Each shell ends with the mean over its directions, which some scanners compute and put into the series. */
  readonly meanVolumes?: boolean;
}

export function gradientScheme(options: SchemeOptions): Weighting[] {
  const { b0Volumes, directions, shells, meanVolumes = false } = options;
  const plain = Array.from({ length: b0Volumes }, () => ({ b: 0, direction: undefined }));
  const weighted = shells.flatMap((b, shell) => [
    ...hemisphere(directions, shell).map((direction) => ({ b, direction })),
    ...(meanVolumes ? [{ b, direction: undefined }] : []),
  ]);
  return [...plain, ...weighted];
}

/** Points spread evenly over a half sphere by the golden angle, turned a little for each shell. */
function hemisphere(count: number, turn: number): Vector3[] {
  const goldenAngle = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: count }, (_, index) => {
    const z = (index + 0.5) / count;
    const ring = Math.sqrt(1 - z * z);
    const angle = index * goldenAngle + turn;
    return unit([ring * Math.cos(angle), ring * Math.sin(angle), z]);
  });
}
