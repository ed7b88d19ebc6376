// Draws a mosaic of slices as a strip across the page: caption, legend, R and L marks, slice heights.
import { type Colour, greyStops, heatStops } from "./colour-map.ts";
import type { Mosaic } from "./mosaic.ts";
import { BOLD, CONTENT, colourScale, type Document, INK, LEFT, line, RIGHT } from "./pdf-page.ts";

export interface Strip {
  caption: string;
  /** One or more rows of slices. */
  rows: Mosaic[];
  legend: StripLegend;
}

export type StripLegend =
  | { kind: "directions" }
  | { kind: "grey" | "heat"; low: string; high: string }
  | { kind: "words"; text: string };

/** Height of caption and gap, which a page adds to the pictures when it shares out its space. */
export const STRIP_FRAME = 15;

const DIRECTION_COLOURS: readonly [string, string][] = [
  ["#e02020", "left\u2013right"],
  ["#1ca01c", "front\u2013back"],
  ["#2040f0", "up\u2013down"],
];

function directionLegend(doc: Document, y: number): void {
  let x = RIGHT;
  for (const [colour, words] of DIRECTION_COLOURS.toReversed()) {
    doc.fontSize(7);
    const width = doc.widthOfString(words);
    line(doc, words, x - width, y + 0.3, width + 1, { size: 7, colour: INK.muted });
    doc.circle(x - width - 6, y + 3.2, 3).fill(colour);
    x -= width + 18;
  }
}

function drawLegend(doc: Document, legend: StripLegend, y: number): void {
  const stops: Record<"grey" | "heat", readonly (readonly [number, Colour])[]> = {
    grey: greyStops,
    heat: heatStops,
  };
  if (legend.kind === "directions") directionLegend(doc, y);
  else if (legend.kind === "words") {
    line(doc, legend.text, LEFT, y + 0.3, CONTENT, { size: 7, colour: INK.muted, align: "right" });
  } else colourScale(doc, stops[legend.kind], [legend.low, legend.high], RIGHT, y);
}

/** Height of one row of a strip that fills the page's width. */
export const fullRowHeight = (mosaic: Mosaic): number => (CONTENT * mosaic.height) / mosaic.width;

/**
 * Draws a strip.
 *
 * @param rowHeight height of each row of slices in points; the picture is centred when it is narrower
 * @returns the y below the strip
 */
export function drawStrip(doc: Document, strip: Strip, y: number, rowHeight: number): number {
  line(doc, strip.caption, LEFT, y, CONTENT / 2, { size: 7.5, font: BOLD });
  drawLegend(doc, strip.legend, y);
  let top = y + 10;
  doc.rect(LEFT, top, CONTENT, strip.rows.length * rowHeight).fill("#000000");
  for (const mosaic of strip.rows) {
    const width = (rowHeight * mosaic.width) / mosaic.height;
    const x = LEFT + (CONTENT - width) / 2;
    doc.image(mosaic.png, x, top, { width, height: rowHeight });
    const tile = width / mosaic.heights.length;
    mosaic.heights.forEach((height, n) => {
      const label = `${height < 0 ? "\u2013" : "+"}${Math.abs(height).toFixed(0)}`;
      line(doc, label, x + n * tile, top + rowHeight - 7.5, tile - 3, {
        size: 5.5,
        colour: "#b8c2cc",
        align: "right",
      });
    });
    line(doc, "R", LEFT + 4, top + 4, 10, { size: 8, font: BOLD, colour: "#ffffff" });
    line(doc, "L", RIGHT - 14, top + 4, 10, { size: 8, font: BOLD, colour: "#ffffff", align: "right" });
    top += rowHeight;
  }
  return top + STRIP_FRAME - 10;
}
