// Where the pages of a PDF stand below each other, which of them are in view, and the steps of their size.

/** Of a page, in points (1/72 inch). */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** In pixels from the top of what scrolls. */
export interface PageLayout {
  readonly tops: readonly number[];
  readonly heights: readonly number[];
}

/** Pages by number, from 1: the one read now, and those worth drawing. */
export interface PagesInView {
  readonly current: number;
  readonly first: number;
  readonly last: number;
}

/** Around and between the pages, in pixels. */
export const PAGE_GAP = 12;

/** Pixels of a point when a page is as large as on paper. */
export const PAPER_SCALE = 96 / 72;

const STEPS: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];
export const SMALLEST = STEPS[0]!;
export const LARGEST = STEPS.at(-1)!;

/** What browsers on phones still draw, in pixels of one page. */
const MOST_PIXELS = 16_000_000;

export function layOut(sizes: readonly PageSize[], scale: number): PageLayout {
  const heights = sizes.map(({ height }) => Math.floor(height * scale));
  let next = PAGE_GAP;
  const tops = heights.map((height) => {
    const top = next;
    next += height + PAGE_GAP;
    return top;
  });
  return { tops, heights };
}

/**
 * @param top how far it is scrolled, in pixels
 * @param height of the window onto the pages, in pixels; a window more is drawn above and below
 */
export function pagesInView({ tops, heights }: PageLayout, top: number, height: number): PagesInView {
  const lastFrom = (limit: number) => Math.max(tops.findLastIndex((one) => one <= limit) + 1, 1);
  const first = tops.findIndex((one, index) => one + heights[index]! >= top - height) + 1;
  return {
    current: lastFrom(top + height / 3),
    first: Math.max(first, 1),
    last: lastFrom(top + 2 * height),
  };
}

/** Where to scroll in another layout of the same pages, so that the same line of a page is at the top. */
export function samePlace(before: PageLayout, after: PageLayout, top: number): number {
  const page = before.tops.findLastIndex((one) => one <= top);
  if (page < 0) return top;
  const share = Math.min((top - before.tops[page]!) / before.heights[page]!, 1);
  return Math.round(after.tops[page]! + share * after.heights[page]!);
}

/** The scale at which the widest page is as wide as there is room. */
export const fittingScale = (sizes: readonly PageSize[], room: number): number =>
  Math.max(room - 2 * PAGE_GAP, 50) / Math.max(...sizes.map(({ width }) => width));

/** The next step from any size, which may lie between two. */
export function stepFrom(factor: number, by: -1 | 1): number {
  const next =
    by > 0 ? STEPS.find((step) => step > factor + 0.01) : STEPS.findLast((step) => step < factor - 0.01);
  return next ?? (by > 0 ? LARGEST : SMALLEST);
}

/** Dots for each pixel: as many as the screen has, fewer where the page would be too large to draw. */
export function dotsFor({ width, height }: PageSize, scale: number, screen: number): number {
  return Math.min(screen, Math.sqrt(MOST_PIXELS / (width * scale * height * scale)));
}
