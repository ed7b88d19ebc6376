// Page 1 of the report: study, acquisition, values by region, maps, and what was not computed.

import { drawStrip, fullRowHeight, STRIP_FRAME, type Strip } from "./map-strip.ts";
import type { Measurement } from "./measurement.ts";
import {
  BOLD,
  BOTTOM,
  banner,
  CONTENT,
  type Document,
  heading,
  INK,
  keyValues,
  LEFT,
  line,
  pill,
  RIGHT,
} from "./pdf-page.ts";
import { drawRegionTable } from "./region-table.ts";
import { acquisitionRows, formatMeanSd } from "./report-wording.ts";

const BOX_HEIGHT = 30;

/** Draws the page on the current page of the document. */
export function drawMapsPage(doc: Document, measurement: Measurement, strips: readonly Strip[]): void {
  let y = drawTitle(doc, measurement, banner(doc));
  y = drawFacts(doc, measurement, y);
  const remark =
    "mean \u00b1 SD over voxels; diffusivities in \u00b5m\u00b2/ms (the same number in 10^-3 mm\u00b2/s)";
  y = heading(doc, "Values", LEFT, y + 8, CONTENT, remark);
  y = drawRegionTable(doc, measurement, y, formatMeanSd);
  y = heading(
    doc,
    "Maps",
    LEFT,
    y + 6,
    CONTENT,
    "radiological display: patient right on the left of each slice; slice height in mm",
  );
  const boxes = measurement.notComputed.length * (BOX_HEIGHT + 4);
  const rows = strips.reduce((sum, strip) => sum + strip.rows.length, 0);
  const room = (BOTTOM - y - boxes - strips.length * STRIP_FRAME) / rows;
  const rowHeight = Math.min(room, fullRowHeight(strips[0]!.rows[0]!));
  for (const strip of strips) y = drawStrip(doc, strip, y, rowHeight);
  for (const refusal of measurement.notComputed) {
    doc.rect(LEFT, y, CONTENT, BOX_HEIGHT).fill("#fff4e5");
    doc.rect(LEFT, y, 3, BOX_HEIGHT).fill(INK.warn);
    const title = `Not computed: ${refusal.what} [${refusal.code}]`;
    line(doc, title, LEFT + 10, y + 5, CONTENT - 16, { size: 8, font: BOLD, colour: INK.warn });
    line(doc, `${refusal.reason}.`, LEFT + 10, y + 17, CONTENT - 16, { size: 7 });
    y += BOX_HEIGHT + 4;
  }
}

function drawTitle(doc: Document, measurement: Measurement, y: number): number {
  line(doc, "Diffusion tensor metrics", LEFT, y, CONTENT - 140, { size: 19, font: BOLD });
  const words = { pass: "QUALITY: PASS", warn: "QUALITY: WARNINGS", fail: "QUALITY: FAIL" }[
    measurement.verdict
  ];
  doc.font(BOLD).fontSize(9);
  const width = doc.widthOfString(words) + 14.4;
  pill(doc, words, RIGHT - width, y + 3, INK[measurement.verdict], 9);
  const made = `Open product dti-metrics, made ${measurement.created.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  line(doc, made, LEFT, y + 22, CONTENT, { size: 8, colour: INK.muted });
  return y + 38;
}

function drawFacts(doc: Document, measurement: Measurement, y: number): number {
  const column = CONTENT / 2 - 10;
  const { job } = measurement;
  const study: [string, string][] = [
    ["Study", job.studyLabel || "not given"],
    ["Job", job.id ?? "not given"],
    ["Age", job.age || "not given"],
    ["Sex", job.sex || "not given"],
    ["Images looked at", String(measurement.seen.length)],
  ];
  const top = heading(doc, "Study", LEFT, y, column);
  const studyEnd = keyValues(doc, study, LEFT, top, column, 80);
  heading(doc, "Acquisition", LEFT + column + 20, y, column);
  const rows = acquisitionRows(measurement);
  return Math.max(studyEnd, keyValues(doc, rows, LEFT + column + 20, top, column, 80));
}
