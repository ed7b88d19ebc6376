// Works on the shape of a mask: erode, dilate, keep the largest piece, fill holes.

type Size = readonly [number, number, number];

/** Offsets to the six face neighbours that lie inside the volume, written into `out`; returns their count. */
function faceNeighbours(i: number, [nx, ny, nz]: Size, out: Int32Array): number {
  const slice = nx * ny;
  const x = i % nx;
  const y = Math.floor(i / nx) % ny;
  const z = Math.floor(i / slice);
  let count = 0;
  if (x > 0) out[count++] = i - 1;
  if (x < nx - 1) out[count++] = i + 1;
  if (y > 0) out[count++] = i - nx;
  if (y < ny - 1) out[count++] = i + nx;
  if (z > 0) out[count++] = i - slice;
  if (z < nz - 1) out[count++] = i + slice;
  return count;
}

/** Removes voxels that touch the background; the edge of the volume does not count as background. */
export function erode(mask: Uint8Array, size: Size): Uint8Array {
  return keepByNeighbours(mask, size, 1);
}

/** Adds voxels that touch the mask. */
export function dilate(mask: Uint8Array, size: Size): Uint8Array {
  return keepByNeighbours(mask, size, 0);
}

/** Flips every voxel of one value that has a face neighbour of the other value. */
function keepByNeighbours(mask: Uint8Array, size: Size, flipped: 0 | 1): Uint8Array {
  const result = mask.slice();
  const neighbours = new Int32Array(6);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== flipped) continue;
    const count = faceNeighbours(i, size, neighbours);
    for (let n = 0; n < count; n++) {
      if (mask[neighbours[n]!] !== flipped) {
        result[i] = 1 - flipped;
        break;
      }
    }
  }
  return result;
}

/** Only the largest piece that hangs together over faces; an empty mask stays empty. */
export function largestPiece(mask: Uint8Array, size: Size): Uint8Array {
  const piece = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  const neighbours = new Int32Array(6);
  let pieces = 0;
  let largest = 0;
  let largestCount = 0;
  for (let seed = 0; seed < mask.length; seed++) {
    if (!mask[seed] || piece[seed]) continue;
    pieces++;
    let depth = 0;
    let count = 0;
    stack[depth++] = seed;
    piece[seed] = pieces;
    while (depth > 0) {
      const i = stack[--depth]!;
      count++;
      const found = faceNeighbours(i, size, neighbours);
      for (let n = 0; n < found; n++) {
        const j = neighbours[n]!;
        if (!mask[j] || piece[j]) continue;
        piece[j] = pieces;
        stack[depth++] = j;
      }
    }
    if (count > largestCount) {
      largestCount = count;
      largest = pieces;
    }
  }
  return mask.map((_, i) => (largest > 0 && piece[i] === largest ? 1 : 0));
}

/** Fills, slice by slice, background that is not connected to the slice's border. */
export function fillHoles(mask: Uint8Array, [nx, ny, nz]: Size): Uint8Array {
  const filled = mask.slice();
  const slice = nx * ny;
  const stack = new Int32Array(slice);
  for (let z = 0; z < nz; z++) {
    const base = z * slice;
    const outside = new Uint8Array(slice);
    let depth = 0;
    const flood = (i: number) => {
      if (outside[i] || mask[base + i]) return;
      outside[i] = 1;
      stack[depth++] = i;
    };
    for (let x = 0; x < nx; x++) {
      flood(x);
      flood((ny - 1) * nx + x);
    }
    for (let y = 0; y < ny; y++) {
      flood(y * nx);
      flood(y * nx + nx - 1);
    }
    while (depth > 0) {
      const i = stack[--depth]!;
      const x = i % nx;
      if (x > 0) flood(i - 1);
      if (x < nx - 1) flood(i + 1);
      if (i >= nx) flood(i - nx);
      if (i < slice - nx) flood(i + nx);
    }
    for (let i = 0; i < slice; i++) if (!outside[i]) filled[base + i] = 1;
  }
  return filled;
}
