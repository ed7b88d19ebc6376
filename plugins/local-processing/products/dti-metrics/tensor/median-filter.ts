// In-plane median filter: removes noise and thin structures without moving edges.

/** Middle value of the first `count` entries; reorders them (Hoare's selection). */
function selectMedian(window: Float32Array, count: number): number {
  const middle = count >> 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = window[middle]!;
    let i = low;
    let j = high;
    do {
      while (window[i]! < pivot) i++;
      while (pivot < window[j]!) j--;
      if (i <= j) {
        const swapped = window[i]!;
        window[i] = window[j]!;
        window[j] = swapped;
        i++;
        j--;
      }
    } while (i <= j);
    if (j < middle) low = i;
    if (middle < i) high = j;
  }
  return window[middle]!;
}

/**
 * Median of a (2 radius + 1) squared window in every slice. The border repeats its nearest voxel.
 *
 * @param volume one value a voxel
 * @param size voxels along i, j, k
 */
export function medianFilter(
  volume: Float32Array,
  size: readonly [number, number, number],
  radius: number,
): Float32Array {
  const [nx, ny, nz] = size;
  const filtered = new Float32Array(volume.length);
  const window = new Float32Array((2 * radius + 1) ** 2);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        let count = 0;
        for (let dy = -radius; dy <= radius; dy++) {
          const row = (z * ny + Math.min(ny - 1, Math.max(0, y + dy))) * nx;
          for (let dx = -radius; dx <= radius; dx++) {
            window[count++] = volume[row + Math.min(nx - 1, Math.max(0, x + dx))]!;
          }
        }
        filtered[(z * ny + y) * nx + x] = selectMedian(window, count);
      }
    }
  }
  return filtered;
}
