// Turns fitted tensors into maps: FA, MD, AD, RD, S0 and the first eigenvector in the scanner frame.
import { eigenvalues, eigenvector } from "./eigen-system.ts";
import type { TensorFit } from "./tensor-fit.ts";

/** Maps of a whole volume, 0 outside the fitted voxels. Diffusivities in um2/ms (= 10^-3 mm2/s). */
export interface TensorMaps {
  FA: Float32Array;
  MD: Float32Array;
  AD: Float32Array;
  RD: Float32Array;
  S0: Float32Array;
  /** Unit vectors (x to the right, y to the front, z up: RAS+), three values a voxel. */
  direction: Float32Array;
  /** Voxels with an eigenvalue of zero or less; they stay in the maps as fitted. */
  nonPositiveVoxels: number;
}

/** Fractional anisotropy of one tensor (Basser 1996 J Magn Reson B 111:209); 0 for a zero tensor. */
export function fractionalAnisotropy(tensor: Float64Array, at: number): number {
  const xx = tensor[at]!;
  const yy = tensor[at + 1]!;
  const zz = tensor[at + 2]!;
  const offDiagonal = tensor[at + 3]! ** 2 + tensor[at + 4]! ** 2 + tensor[at + 5]! ** 2;
  const mean = (xx + yy + zz) / 3;
  const norm = xx * xx + yy * yy + zz * zz + 2 * offDiagonal;
  const deviation = (xx - mean) ** 2 + (yy - mean) ** 2 + (zz - mean) ** 2 + 2 * offDiagonal;
  return norm > 0 ? Math.sqrt((1.5 * deviation) / norm) : 0;
}

/**
 * Computes the maps.
 *
 * @param voxels positions of the fitted voxels in one volume
 * @param voxelsPerVolume length of each map
 * @param rotation image frame to scanner frame, from `imageToScanner`
 */
export function mapTensors(
  fit: TensorFit,
  voxels: Int32Array,
  voxelsPerVolume: number,
  rotation: readonly number[],
): TensorMaps {
  const map = () => new Float32Array(voxelsPerVolume);
  const maps: TensorMaps = {
    FA: map(),
    MD: map(),
    AD: map(),
    RD: map(),
    S0: map(),
    direction: new Float32Array(3 * voxelsPerVolume),
    nonPositiveVoxels: 0,
  };
  const values = new Float64Array(3);
  const vector = new Float64Array(3);
  for (let k = 0; k < voxels.length; k++) {
    const i = voxels[k]!;
    eigenvalues(fit.tensor, 6 * k, values);
    eigenvector(fit.tensor, 6 * k, values[0]!, vector);
    if (values[2]! <= 0) maps.nonPositiveVoxels++;
    maps.FA[i] = fractionalAnisotropy(fit.tensor, 6 * k);
    maps.MD[i] = (values[0]! + values[1]! + values[2]!) / 3;
    maps.AD[i] = values[0]!;
    maps.RD[i] = (values[1]! + values[2]!) / 2;
    maps.S0[i] = Math.exp(fit.logS0[k]!);
    for (let row = 0; row < 3; row++) {
      maps.direction[3 * i + row] =
        rotation[row]! * vector[0]! + rotation[3 + row]! * vector[1]! + rotation[6 + row]! * vector[2]!;
    }
  }
  return maps;
}
