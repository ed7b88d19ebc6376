// Drawing tools shared by the pages of the report: frame, headings, fitted text, key-value lists, scales.
import type { Colour } from "./colour-map.ts";

export type Document = PDFKit.PDFDocument;

/** A4 in points. */
export const PAGE = { width: 595.28, height: 841.89, margin: 36 } as const;
export const LEFT = PAGE.margin;
export const CONTENT = PAGE.width - 2 * PAGE.margin;
export const RIGHT = LEFT + CONTENT;
/** Content ends here; the footer stands below. */
export const BOTTOM = 806;

export const INK = {
  text: "#16202b",
  muted: "#5a6773",
  rule: "#c9d1d9",
  accent: "#0f3d5e",
  panel: "#f2f5f8",
  banner: "#7a1f1f",
  blue: "#2f6fb5",
  orange: "#d9772b",
  pass: "#1a7f37",
  warn: "#b35900",
  fail: "#b00020",
} as const;

export const REGULAR = "Helvetica";
export const BOLD = "Helvetica-Bold";

export interface TextStyle {
  size?: number;
  font?: string;
  colour?: string;
  align?: "left" | "right" | "center";
}

/** The standard fonts know Latin-1 only; anything else would print as a wrong letter. */
const printable = (text: string) => text.replace(/[^\x20-\x7e\u00a0-\u00ff\u2013]/g, "?");

/**
 * One line of text that never leaves its width: what is too long is cut and ends with dots.
 *
 * @param x left edge of the field, whatever the alignment
 */
export function line(
  doc: Document,
  text: string,
  x: number,
  y: number,
  width: number,
  { size = 7.5, font = REGULAR, colour = INK.text, align = "left" }: TextStyle = {},
): void {
  doc.font(font).fontSize(size).fillColor(colour);
  let shown = printable(text);
  while (doc.widthOfString(shown) > width && shown.length > 1)
    shown = `${shown.replace(/(\.\.\.)$/, "").slice(0, -1)}...`;
  const spare = width - doc.widthOfString(shown);
  const shift = align === "right" ? spare : align === "center" ? spare / 2 : 0;
  doc.text(shown, x + shift, y, { lineBreak: false });
}

/** Wrapped text; returns the y below it. */
export function paragraph(
  doc: Document,
  text: string,
  x: number,
  y: number,
  width: number,
  { size = 7.8, font = REGULAR, colour = INK.text }: TextStyle = {},
): number {
  doc.font(font).fontSize(size).fillColor(colour);
  const shown = printable(text);
  doc.text(shown, x, y, { width, lineGap: 1 });
  return y + doc.heightOfString(shown, { width, lineGap: 1 });
}

/** A section heading with its rule, and a remark on the right; returns the y below it. */
export function heading(
  doc: Document,
  text: string,
  x: number,
  y: number,
  width: number,
  remark = "",
): number {
  line(doc, text, x, y, width, { size: 10.5, font: BOLD, colour: INK.accent });
  const used = doc.widthOfString(text) + 12;
  if (remark)
    line(doc, remark, x + used, y + 3, width - used, { size: 7, colour: INK.muted, align: "right" });
  doc
    .moveTo(x, y + 14)
    .lineTo(x + width, y + 14)
    .lineWidth(0.6)
    .strokeColor(INK.accent)
    .stroke();
  return y + 19;
}

/** Names on the left, values in bold beside them; returns the y below the last row. */
export function keyValues(
  doc: Document,
  rows: readonly (readonly [string, string])[],
  x: number,
  y: number,
  width: number,
  nameWidth: number,
): number {
  rows.forEach(([name, value], row) => {
    const top = y + 10.5 * row;
    line(doc, name, x, top, nameWidth - 6, { colour: INK.muted });
    line(doc, value, x + nameWidth, top, width - nameWidth, { font: BOLD });
  });
  return y + 10.5 * rows.length;
}

/** The banner on top of every page; returns the y where content may begin. */
export function banner(doc: Document): number {
  doc.rect(LEFT, 26, CONTENT, 21).fill(INK.banner);
  const text = "RESEARCH USE ONLY \u2013 not a medical device, not for diagnosis or treatment decisions";
  line(doc, text, LEFT, 32.5, CONTENT, { size: 9, font: BOLD, colour: "#ffffff", align: "center" });
  return 57;
}

export function footer(doc: Document, text: string): void {
  line(doc, text, LEFT, 818, CONTENT, { size: 7, colour: INK.muted, align: "center" });
}

/** A rounded label with white text; returns its width. */
export function pill(doc: Document, text: string, x: number, y: number, colour: string, size = 6.5): number {
  doc.font(BOLD).fontSize(size);
  const width = doc.widthOfString(text) + size * 1.6;
  const height = size + 4.5;
  doc.roundedRect(x, y, width, height, height / 2).fill(colour);
  line(doc, text, x, y + 2.7, width, { size, font: BOLD, colour: "#ffffff", align: "center" });
  return width;
}

/** A colour scale with the values of its ends, right-aligned to `right`. */
export function colourScale(
  doc: Document,
  stops: readonly (readonly [number, Colour])[],
  [low, high]: readonly [string, string],
  right: number,
  y: number,
): void {
  const width = 64;
  doc.font(REGULAR).fontSize(7);
  const highWidth = doc.widthOfString(high) + 1;
  const lowWidth = doc.widthOfString(low) + 1;
  const x = right - highWidth - 4 - width;
  const gradient = doc.linearGradient(x, y, x + width, y);
  for (const [position, colour] of stops) gradient.stop(position, colour.map(Math.round) as never);
  doc.rect(x, y, width, 6.5).fill(gradient);
  doc.rect(x, y, width, 6.5).lineWidth(0.3).strokeColor(INK.muted).stroke();
  line(doc, low, x - lowWidth - 4, y + 0.3, lowWidth, { size: 7, colour: INK.muted, align: "right" });
  line(doc, high, right - highWidth, y + 0.3, highWidth, { size: 7, colour: INK.muted, align: "right" });
}
