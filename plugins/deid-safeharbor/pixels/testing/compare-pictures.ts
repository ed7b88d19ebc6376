// Compares a masked picture with its source, sample by sample.

import { sampleAt, type TestPicture } from "@thalamus/sdk/testing";
import { expect } from "vitest";
import type { Region } from "../pixel-rule-settings.ts";

/** Asserts that all samples in the regions are black and that no other one has changed. */
export function expectMasked(
  before: Buffer,
  after: Buffer,
  picture: TestPicture,
  regions: readonly Region[],
  black: readonly number[],
): void {
  expect(after.length).toBe(before.length);
  const isMasked = (column: number, row: number) =>
    regions.some(
      ({ x, y, width, height }) => column >= x && column < x + width && row >= y && row < y + height,
    );
  const wrong: string[] = [];
  let masked = 0;
  for (let frame = 0; frame < picture.frames; frame += 1) {
    for (let y = 0; y < picture.rows; y += 1) {
      for (let x = 0; x < picture.columns; x += 1) {
        const inside = isMasked(x, y);
        if (inside) masked += 1;
        for (let sample = 0; sample < picture.samples; sample += 1) {
          const place = { frame, x, y, sample };
          const wanted = inside ? black[sample] : sampleAt(before, picture, place);
          if (sampleAt(after, picture, place) !== wanted) wrong.push(JSON.stringify(place));
        }
      }
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(masked).toBeGreaterThan(0);
}
