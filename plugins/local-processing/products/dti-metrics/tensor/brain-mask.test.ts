// Tests of the mask on a ball with a hole, a thin bridge to a second object, and a dim background.
import { expect, test } from "vitest";
import { hashed } from "../testing/woven-phantom.ts";
import { findBrain, otsuThreshold } from "./brain-mask.ts";

const EDGE = 32;
const grid = {
  size: [EDGE, EDGE, EDGE],
  spacing: [3, 3, 3],
  affine: [
    [3, 0, 0, 0],
    [0, 3, 0, 0],
    [0, 0, 3, 0],
  ],
} as const;

test("the mask is the large object, filled, without the small one beside it", () => {
  const image = new Float32Array(EDGE ** 3);
  const truth = new Uint8Array(EDGE ** 3);
  for (let z = 0, i = 0; z < EDGE; z++) {
    for (let y = 0; y < EDGE; y++) {
      for (let x = 0; x < EDGE; x++, i++) {
        const brain = Math.hypot(x - 14, y - 16, z - 16) < 11;
        const hole = Math.hypot(x - 14, y - 16, z - 16) < 4;
        const eye = Math.hypot(x - 29, y - 16, z - 16) < 2.5;
        truth[i] = brain ? 1 : 0;
        image[i] = 20 * hashed(i) + ((brain && !hole) || eye ? 800 + 100 * hashed(i + 7) : 0);
      }
    }
  }
  const { mask } = findBrain(image, grid);
  let both = 0;
  let either = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] && truth[i]) both++;
    either += mask[i]! + truth[i]!;
  }
  expect((2 * both) / either).toBeGreaterThan(0.95);
  expect(mask[16 * EDGE * EDGE + 16 * EDGE + 14]).toBe(1);
  expect(mask[16 * EDGE * EDGE + 16 * EDGE + 29]).toBe(0);
});

test("Otsu's threshold lies between two groups of values and ignores single bright ones", () => {
  const values = Float32Array.from({ length: 1000 }, (_, n) => (n < 600 ? 10 + (n % 5) : 100 + (n % 7)));
  values[999] = 1e6;
  const threshold = otsuThreshold(values);
  expect(threshold).toBeGreaterThan(14);
  expect(threshold).toBeLessThan(100);
});
