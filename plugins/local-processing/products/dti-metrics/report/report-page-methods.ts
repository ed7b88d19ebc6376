// Page 3 of the report: gradient scheme, limits, methods, references and provenance.
import { B0_LIMIT } from "../tensor/gradient-table.ts";
import type { Measurement } from "./measurement.ts";
import {
  BOLD,
  banner,
  CONTENT,
  type Document,
  heading,
  INK,
  keyValues,
  LEFT,
  line,
  paragraph,
} from "./pdf-page.ts";
import { drawRegionTable } from "./region-table.ts";
import { formatPercentiles, LIMITS, methodSentences, provenanceRows, REFERENCES } from "./report-wording.ts";

const SPHERE_RADIUS = 58;
const SHELL_COLOURS = ["#2f6fb5", "#d9772b", "#3a8f5c", "#8a4fa3", "#b00020"] as const;

/** Draws the page on the current page of the document. */
export function drawMethodsPage(doc: Document, measurement: Measurement): void {
  const column = CONTENT / 2 - 10;
  const right = LEFT + column + 20;
  const top = banner(doc);
  const schemeEnd = drawScheme(doc, measurement, LEFT, heading(doc, "Gradient scheme", LEFT, top, column));
  let limitsEnd = heading(doc, "What to keep in mind", right, top, column);
  for (const limit of LIMITS) limitsEnd = bullet(doc, limit, right, limitsEnd, column);

  let y = Math.max(schemeEnd, limitsEnd) + 8;
  y = heading(
    doc,
    "Percentiles",
    LEFT,
    y,
    CONTENT,
    "median (5th \u2013 95th percentile) over voxels; units as on page 1",
  );
  y = drawRegionTable(doc, measurement, y, formatPercentiles);
  y = heading(doc, "Methods", LEFT, y + 8, CONTENT);
  for (const sentence of methodSentences(measurement)) y = paragraph(doc, sentence, LEFT, y, CONTENT) + 3;
  y = heading(doc, "References", LEFT, y + 6, CONTENT);
  for (const reference of REFERENCES) y = bullet(doc, reference, LEFT, y, CONTENT);
  y = heading(doc, "Images looked at", LEFT, y + 6, CONTENT, "the one with the most directions is measured");
  const shown = measurement.seen.slice(0, 8);
  if (shown.length < measurement.seen.length)
    shown.push(`and ${measurement.seen.length - shown.length} more`);
  for (const image of shown) y = bullet(doc, image, LEFT, y, CONTENT);
  y = heading(doc, "Provenance", LEFT, y + 6, CONTENT);
  keyValues(doc, provenanceRows(measurement), LEFT, y, CONTENT, 110);
}

function bullet(doc: Document, text: string, x: number, y: number, width: number): number {
  doc.circle(x + 2.5, y + 3.8, 1.1).fill(INK.accent);
  return paragraph(doc, text, x + 9, y, width - 9) + 2.5;
}

/** Directions on the half sphere seen from above, with the shells beside it; returns the y below. */
function drawScheme(doc: Document, measurement: Measurement, x: number, y: number): number {
  const centreX = x + SPHERE_RADIUS + 4;
  const centreY = y + SPHERE_RADIUS + 4;
  for (const radius of [SPHERE_RADIUS, SPHERE_RADIUS / 2]) {
    doc.circle(centreX, centreY, radius).lineWidth(0.5).strokeColor(INK.rule).stroke();
  }
  const { table } = measurement;
  const shells = measurement.shells.filter((shell) => shell.b > 0);
  const colourOf = (b: number) => {
    const nearest = shells.map((shell) => Math.abs(shell.b - b));
    return SHELL_COLOURS[nearest.indexOf(Math.min(...nearest)) % SHELL_COLOURS.length]!;
  };
  for (let v = 0; v < table.volumes; v++) {
    if (table.bValues[v]! <= B0_LIMIT) continue;
    const [gx, gy, gz] = table.directions.subarray(3 * v, 3 * v + 3) as unknown as [number, number, number];
    const side = gz < 0 ? -SPHERE_RADIUS : SPHERE_RADIUS;
    doc.circle(centreX + gx * side, centreY - gy * side, 1.9).fill(colourOf(table.bValues[v]!));
  }
  const listX = centreX + SPHERE_RADIUS + 14;
  line(doc, "Shells (s/mm\u00b2)", listX, y + 4, 100, { size: 7.5, font: BOLD });
  measurement.shells.slice(0, 8).forEach((shell, n) => {
    const top = y + 17 + 11 * n;
    doc.circle(listX + 3, top + 3, 2.4).fill(shell.b === 0 ? "#9aa5b1" : colourOf(shell.b));
    const directions = shell.b === 0 ? "" : `, ${shell.directions} dir.`;
    line(doc, `b = ${shell.b}: ${shell.volumes} vol.${directions}`, listX + 9, top, 104, { size: 7.2 });
  });
  const under = centreY + SPHERE_RADIUS + 5;
  line(doc, "half sphere seen along the third image axis", x, under, 2 * SPHERE_RADIUS + 60, {
    size: 6.5,
    colour: INK.muted,
  });
  return under + 10;
}
