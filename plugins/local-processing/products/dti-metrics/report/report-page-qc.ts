// Page 2 of the report: quality checks, histograms, motion, slice signals and further maps.

import { B0_LIMIT } from "../tensor/gradient-table.ts";
import { histogramOf } from "../tensor/map-statistics.ts";
import { differenceStops } from "./colour-map.ts";
import { drawStrip, fullRowHeight, STRIP_FRAME, type Strip } from "./map-strip.ts";
import type { Measurement, Metric } from "./measurement.ts";
import { drawSliceSignals } from "./mosaic.ts";
import {
  BOLD,
  BOTTOM,
  banner,
  CONTENT,
  colourScale,
  type Document,
  heading,
  INK,
  LEFT,
  line,
  pill,
  RIGHT,
} from "./pdf-page.ts";

const HISTOGRAM_HEIGHT = 62;
const CHART_HEIGHT = 62;
const BINS = 60;
/** Relative slice signal at the ends of the scale. */
const SIGNAL_WINDOW = [0.8, 1.2] as const;

/** Draws the page on the current page of the document. */
export function drawQualityPage(doc: Document, measurement: Measurement, strips: readonly Strip[]): void {
  let y = drawChecks(doc, measurement, banner(doc));
  y = heading(doc, "Distribution over voxels", LEFT, y + 6, CONTENT);
  const legend = [
    [INK.blue, "whole mask"],
    [INK.orange, "white-matter-like"],
  ] as const;
  legend.forEach(([colour, words], n) => {
    const x = RIGHT - 160 + n * 70;
    doc
      .rect(x, y - 15, 7, 7)
      .fillOpacity(0.65)
      .fill(colour)
      .fillOpacity(1);
    line(doc, words, x + 10, y - 14.5, 80, { size: 7, colour: INK.muted });
  });
  y = drawHistograms(doc, measurement, y);
  y = drawVolumeCharts(doc, measurement, y + 6);
  y = heading(doc, "Further maps", LEFT, y + 6, CONTENT);
  const rows = strips.reduce((sum, strip) => sum + strip.rows.length, 0);
  const room = (BOTTOM - y - strips.length * STRIP_FRAME) / rows;
  const rowHeight = Math.min(room, fullRowHeight(strips[0]!.rows[0]!));
  for (const strip of strips) y = drawStrip(doc, strip, y, rowHeight);
}

function drawChecks(doc: Document, measurement: Measurement, y: number): number {
  const remark = "no check replaces looking at the images";
  let top = heading(doc, "Quality checks", LEFT, y, CONTENT, remark);
  measurement.checks.forEach((check, row) => {
    if (row % 2 === 1) doc.rect(LEFT, top - 2.5, CONTENT, 13).fill(INK.panel);
    pill(doc, check.status.toUpperCase(), LEFT + 4, top - 1.5, INK[check.status], 5.8);
    line(doc, check.name, LEFT + 42, top, 170, { size: 7.8 });
    line(doc, check.value, LEFT + 216, top, 150, { size: 7.8, font: BOLD });
    line(doc, check.limit, LEFT + 370, top, CONTENT - 374, { size: 7.5, colour: INK.muted });
    top += 13;
  });
  return top;
}

function drawHistograms(doc: Document, measurement: Measurement, y: number): number {
  const { metrics, regions } = measurement;
  const gap = 14;
  const width = (CONTENT - gap * (metrics.length - 1)) / metrics.length;
  const brain = regions.find((region) => region.id === "brain")!;
  const whiteMatter = regions.find((region) => region.id === "wmLike")!;
  metrics.forEach((metric, n) => {
    const x = LEFT + n * (width + gap);
    const whole = histogramOf(metric.map, brain.voxels, metric.window, BINS);
    const part = histogramOf(metric.map, whiteMatter.voxels, metric.window, BINS);
    const highest = Math.max(...whole, ...part, 1e-9);
    for (const [bins, colour] of [[whole, INK.blue] as const, [part, INK.orange] as const]) {
      doc.moveTo(x, y + HISTOGRAM_HEIGHT);
      bins.forEach((share, bin) => {
        const top = y + HISTOGRAM_HEIGHT * (1 - (0.95 * share) / highest);
        doc.lineTo(x + (width * bin) / BINS, top).lineTo(x + (width * (bin + 1)) / BINS, top);
      });
      doc
        .lineTo(x + width, y + HISTOGRAM_HEIGHT)
        .fillOpacity(0.55)
        .fill(colour)
        .fillOpacity(1);
    }
    doc.moveTo(x, y + HISTOGRAM_HEIGHT).lineTo(x + width, y + HISTOGRAM_HEIGHT);
    doc.lineWidth(0.5).strokeColor(INK.muted).stroke();
    const [low, high] = metric.window;
    const under = y + HISTOGRAM_HEIGHT + 2.5;
    line(doc, String(low), x, under, 20, { size: 6.5, colour: INK.muted });
    line(doc, String(high), x + width - 20, under, 20, { size: 6.5, colour: INK.muted, align: "right" });
    line(doc, axisTitle(metric), x + 14, under, width - 28, { size: 7, align: "center" });
  });
  return y + HISTOGRAM_HEIGHT + 12;
}

const axisTitle = (metric: Metric) => (metric.unit === "1" ? metric.id : `${metric.id} (\u00b5m\u00b2/ms)`);

function drawVolumeCharts(doc: Document, measurement: Measurement, y: number): number {
  const half = CONTENT / 2 - 10;
  const right = LEFT + half + 20;
  const top = heading(doc, "Apparent displacement", LEFT, y, half, "mm, by volume; grey: b = 0");
  heading(doc, "Slice signal", right, y, half, "measured / expected");
  drawDisplacements(doc, measurement, LEFT + 16, top, half - 16);
  const picture = drawSliceSignals(
    measurement.sliceSignals.relative,
    measurement.sliceSignals.slices,
    SIGNAL_WINDOW,
  );
  const chartX = right + 16;
  doc.image(picture.png, chartX, top, { width: half - 16, height: CHART_HEIGHT });
  doc
    .rect(chartX, top, half - 16, CHART_HEIGHT)
    .lineWidth(0.4)
    .strokeColor(INK.muted)
    .stroke();
  line(doc, String(measurement.sliceSignals.slices), right, top, 13, {
    size: 6.5,
    colour: INK.muted,
    align: "right",
  });
  line(doc, "1", right, top + CHART_HEIGHT - 6, 13, { size: 6.5, colour: INK.muted, align: "right" });
  line(doc, "slices up, volumes to the right", chartX, top + CHART_HEIGHT + 3, 130, {
    size: 6.5,
    colour: INK.muted,
  });
  const ends = SIGNAL_WINDOW.map(String) as [string, string];
  colourScale(doc, differenceStops, ends, right + half, top + CHART_HEIGHT + 3);
  return top + CHART_HEIGHT + 12;
}

function drawDisplacements(
  doc: Document,
  measurement: Measurement,
  x: number,
  y: number,
  width: number,
): void {
  const values = measurement.displacements;
  const ceiling = Math.max(2.5, ...values) * 1.04;
  const heightOf = (mm: number) => (CHART_HEIGHT * mm) / ceiling;
  const step = width / values.length;
  values.forEach((mm, v) => {
    const isWeighted = measurement.tensorTable.bValues[v]! > B0_LIMIT;
    const height = Math.max(0.4, heightOf(mm));
    const bar = Math.max(0.4, step * 0.8);
    doc.rect(x + v * step, y + CHART_HEIGHT - height, bar, height).fill(isWeighted ? INK.blue : "#9aa5b1");
  });
  for (const mm of [1, 2]) {
    const level = y + CHART_HEIGHT - heightOf(mm);
    doc
      .moveTo(x, level)
      .lineTo(x + width, level)
      .lineWidth(0.4)
      .dash(2, { space: 2 });
    doc
      .strokeColor(mm === 2 ? INK.warn : INK.muted)
      .stroke()
      .undash();
    line(doc, String(mm), x - 14, level - 3, 11, { size: 6.5, colour: INK.muted, align: "right" });
  }
  doc.rect(x, y, width, CHART_HEIGHT).lineWidth(0.4).strokeColor(INK.muted).stroke();
  line(doc, "0", x - 14, y + CHART_HEIGHT - 6, 11, { size: 6.5, colour: INK.muted, align: "right" });
  const under = y + CHART_HEIGHT + 3;
  line(doc, "volume 1", x, under, 60, { size: 6.5, colour: INK.muted });
  line(doc, String(values.length), x + width - 40, under, 40, {
    size: 6.5,
    colour: INK.muted,
    align: "right",
  });
}
