// Draws the table of values: a row for each tissue-like class, a column for each metric.
import type { MapStatistics } from "../tensor/map-statistics.ts";
import type { Measurement } from "./measurement.ts";
import { BOLD, CONTENT, type Document, INK, LEFT, line, REGULAR } from "./pdf-page.ts";

const REGION_COLUMN = 128;
const VOLUME_COLUMN = 46;
const ROW_HEIGHT = 18;

/**
 * Draws the table.
 *
 * @param format how the statistics of a cell are written
 * @returns the y below the table
 */
export function drawRegionTable(
  doc: Document,
  measurement: Measurement,
  y: number,
  format: (statistics: MapStatistics | undefined) => string,
): number {
  const { metrics, regions } = measurement;
  const width = (CONTENT - REGION_COLUMN - VOLUME_COLUMN) / metrics.length;
  const cells = (texts: readonly string[], top: number, font: string) => {
    texts.forEach((text, n) => {
      const x = LEFT + REGION_COLUMN + (n === 0 ? 0 : VOLUME_COLUMN + (n - 1) * width);
      line(doc, text, x, top, (n === 0 ? VOLUME_COLUMN : width) - 4, { size: 7.8, font, align: "right" });
    });
  };
  doc.rect(LEFT, y - 3, CONTENT, 14).fill("#dde6ee");
  line(doc, "Tissue-like class", LEFT + 6, y, REGION_COLUMN, { size: 7.8, font: BOLD });
  cells(["Volume", ...metrics.map((metric) => metric.id)], y, BOLD);
  let top = y + 13;
  regions.forEach((region, row) => {
    if (row % 2 === 1) doc.rect(LEFT, top - 2, CONTENT, ROW_HEIGHT).fill(INK.panel);
    line(doc, region.name, LEFT + 6, top, REGION_COLUMN - 8, { size: 7.8, font: BOLD });
    line(doc, region.rule, LEFT + 6, top + 8.2, REGION_COLUMN - 8, { size: 6, colour: INK.muted });
    const values = metrics.map((metric) => format(region.statistics[metric.id]));
    cells([`${region.volumeMl.toFixed(0)} ml`, ...values], top + 3, REGULAR);
    top += ROW_HEIGHT;
  });
  return top;
}
