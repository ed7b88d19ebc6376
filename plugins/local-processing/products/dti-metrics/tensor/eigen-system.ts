// Eigenvalues and first eigenvector of a symmetric 3 x 3 tensor in closed form.

/**
 * Eigenvalues, largest first (trigonometric solution; Smith 1961, Commun ACM 4:168).
 *
 * @param tensor six values from `at`: xx yy zz xy xz yz
 * @param out three eigenvalues in the unit of the tensor
 */
export function eigenvalues(tensor: Float64Array, at: number, out: Float64Array): void {
  const xy = tensor[at + 3]!;
  const xz = tensor[at + 4]!;
  const yz = tensor[at + 5]!;
  const mean = (tensor[at]! + tensor[at + 1]! + tensor[at + 2]!) / 3;
  const x = tensor[at]! - mean;
  const y = tensor[at + 1]! - mean;
  const z = tensor[at + 2]! - mean;
  const spread = x * x + y * y + z * z + 2 * (xy * xy + xz * xz + yz * yz);
  if (spread <= 1e-300) {
    out.fill(mean, 0, 3);
    return;
  }
  const p = Math.sqrt(spread / 6);
  const determinant = x * (y * z - yz * yz) - xy * (xy * z - yz * xz) + xz * (xy * yz - y * xz);
  const ratio = Math.min(1, Math.max(-1, determinant / (2 * p * p * p)));
  const angle = Math.acos(ratio) / 3;
  out[0] = mean + 2 * p * Math.cos(angle);
  out[2] = mean + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
  out[1] = 3 * mean - out[0] - out[2];
}

/**
 * Unit eigenvector of one eigenvalue: the rows of D - value * I span the plane across it, so the largest
 * of their three cross products is parallel to it. Zero when the tensor is isotropic.
 */
export function eigenvector(tensor: Float64Array, at: number, value: number, out: Float64Array): void {
  const xx = tensor[at]! - value;
  const yy = tensor[at + 1]! - value;
  const zz = tensor[at + 2]! - value;
  const xy = tensor[at + 3]!;
  const xz = tensor[at + 4]!;
  const yz = tensor[at + 5]!;
  let longest = 0;
  const keepIfLonger = (x: number, y: number, z: number) => {
    const squared = x * x + y * y + z * z;
    if (squared <= longest) return;
    longest = squared;
    out[0] = x;
    out[1] = y;
    out[2] = z;
  };
  out.fill(0, 0, 3);
  keepIfLonger(xy * yz - xz * yy, xz * xy - xx * yz, xx * yy - xy * xy);
  keepIfLonger(xy * zz - xz * yz, xz * xz - xx * zz, xx * yz - xy * xz);
  keepIfLonger(yy * zz - yz * yz, yz * xz - xy * zz, xy * yz - yy * xz);
  if (longest === 0) return;
  const scale = 1 / Math.sqrt(longest);
  out[0]! *= scale;
  out[1]! *= scale;
  out[2]! *= scale;
}
