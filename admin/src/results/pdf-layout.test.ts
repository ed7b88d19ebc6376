// Pages stand where they are drawn, and only those near the window are.
import { expect, it } from "vitest";
import { dotsFor, fittingScale, layOut, PAGE_GAP, pagesInView, samePlace, stepFrom } from "./pdf-layout.ts";

const A4 = { width: 595, height: 842 };
const WIDE = { width: 842, height: 595 };

it("A-256 lays pages below each other", () => {
  const { tops, heights } = layOut([A4, WIDE, A4], 0.5);
  expect(heights).toEqual([421, 297, 421]);
  expect(tops).toEqual([PAGE_GAP, 421 + 2 * PAGE_GAP, 421 + 297 + 3 * PAGE_GAP]);
});

it("A-256 knows the page that is read and draws a window more on both sides", () => {
  const layout = layOut(Array(20).fill(A4), 1);
  expect(pagesInView(layout, 0, 800)).toEqual({ current: 1, first: 1, last: 2 });
  const tenth = layout.tops[9]!;
  expect(pagesInView(layout, tenth - PAGE_GAP, 800)).toEqual({ current: 10, first: 9, last: 11 });
  expect(pagesInView(layout, layout.tops[19]!, 800)).toMatchObject({ current: 20, last: 20 });
  expect(pagesInView(layOut([], 1), 0, 800)).toEqual({ current: 1, first: 1, last: 1 });
});

it("A-256 keeps the line that is read when pages grow or shrink", () => {
  const [small, large] = [layOut([A4, WIDE, A4], 0.5), layOut([A4, WIDE, A4], 2)];
  const middle = small.tops[1]! + small.heights[1]! / 2;
  expect(samePlace(small, large, middle)).toBe(large.tops[1]! + large.heights[1]! / 2);
  expect(samePlace(large, small, 0)).toBe(0);
  // between two pages
  expect(samePlace(large, small, large.tops[1]! - 1)).toBe(small.tops[0]! + small.heights[0]!);
});

it("A-256 fits the widest page and steps from any size", () => {
  expect(fittingScale([A4, WIDE], 842 + 2 * PAGE_GAP)).toBe(1);
  expect([stepFrom(1, 1), stepFrom(1.37, 1), stepFrom(1.37, -1), stepFrom(1, -1)]).toEqual([
    1.25, 1.5, 1.25, 0.75,
  ]);
  expect([stepFrom(3, 1), stepFrom(0.25, -1), stepFrom(4.2, 1)]).toEqual([3, 0.25, 3]);
});

it("A-256 draws large pages with fewer dots than the screen has", () => {
  expect(dotsFor(A4, 1, 2)).toBe(2);
  const dots = dotsFor(A4, 4, 3);
  expect(dots).toBeLessThan(3);
  expect(A4.width * A4.height * (4 * dots) ** 2).toBeCloseTo(16_000_000, 0);
});
