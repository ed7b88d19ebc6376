// Draws the quality control report as a PDF of A4 pages.
import { once } from "node:events";
import type { CheckLine } from "@thalamus/sdk";
import PDFDocument from "pdfkit";
import { BYPASS_CONSEQUENCES } from "./bypass-consequences.ts";
import type { QcCheck, QcReport, QcVerdict } from "./qc-report.ts";

type Page = PDFKit.PDFDocument;

/** Points; A4 is 595 x 842. */
const MARGIN = 54;
const WIDTH = 595 - 2 * MARGIN;
const LAST_LINE = 770;
const FOOTER_TOP = 800;
const VERDICT_WIDTH = 66;
const TEXT_LEFT = MARGIN + VERDICT_WIDTH + 12;
const TEXT_WIDTH = WIDTH - VERDICT_WIDTH - 12;
const INK = "#1f2933";
const QUIET = "#52606d";
const LINE = "#cbd2d9";

const LOOK: Readonly<Record<CheckLine["verdict"] | QcVerdict, readonly [word: string, color: string]>> = {
  pass: ["PASS", "#1b6e45"],
  warn: ["WARNING", "#8a5a00"],
  bypassed: ["BYPASSED", "#8a5a00"],
  fail: ["FAIL", "#a61b1b"],
  "not-run": ["NOT RUN", "#52606d"],
  incomplete: ["INCOMPLETE", "#52606d"],
};

export async function drawQcReport(report: QcReport): Promise<Buffer> {
  const page = new PDFDocument({
    size: "A4",
    // texts near the foot must not open a page by themselves
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: 0 },
    bufferPages: true,
    lang: "en",
    info: { Title: "Quality control report", Creator: "Thalamus" },
  });
  const chunks: Buffer[] = [];
  page.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = once(page, "end");
  drawHead(page, report);
  for (const check of report.checks) drawCheck(page, check);
  drawFooters(page, report);
  page.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawHead(page: Page, { study, madeAt, verdict, summary }: QcReport): void {
  page.font("Helvetica-Bold").fontSize(20).fillColor(INK).text("Quality control report", MARGIN, MARGIN);
  const [word, color] = LOOK[verdict];
  page.moveDown(0.6);
  const top = page.y;
  const band = { left: MARGIN + 110, width: WIDTH - 122 };
  const height =
    page.font("Helvetica").fontSize(10).heightOfString(latin(summary), { width: band.width }) + 18;
  page.rect(MARGIN, top, WIDTH, height).fill(color);
  page
    .font("Helvetica-Bold")
    .fontSize(12)
    .fillColor("#ffffff")
    .text(word, MARGIN + 12, top + 9);
  page
    .font("Helvetica")
    .fontSize(10)
    .text(latin(summary), band.left, top + 10, { width: band.width });
  page.y = top + height + 12;
  const facts: [string, string][] = [
    ["Study", `${study.id}, revision ${study.revision}`],
    [
      "Content",
      `${study.format === "nifti" ? "NIfTI" : "DICOM"}, ${study.seriesCount} series, ${study.instanceCount} files`,
    ],
    ["Received", timeWords(study.receivedAt)],
    ["Report made", timeWords(madeAt)],
  ];
  for (const fact of facts) drawFact(page, fact);
}

function drawFact(page: Page, [label, value]: readonly [string, string]): void {
  const top = page.y;
  page.font("Helvetica").fontSize(9.5).fillColor(QUIET).text(label, MARGIN, top);
  page.fillColor(INK).text(latin(value), TEXT_LEFT, top, { width: TEXT_WIDTH });
  page.y += 3;
}

function drawCheck(page: Page, { check, rules, endedAt, lines, message, bypass }: QcCheck): void {
  makeRoom(page, 90);
  page.y += 14;
  page.font("Helvetica-Bold").fontSize(13).fillColor(INK).text(latin(check), MARGIN, page.y);
  page.y += 2;
  if (rules) {
    const title = rules.title === undefined ? "" : `: ${rules.title}`;
    drawFact(page, ["Rule set", `${rules.name}, version ${rules.version}${title}`]);
  }
  if (endedAt) drawFact(page, ["Ended", timeWords(endedAt)]);
  if (message !== null) drawFact(page, ["Note", message]);
  if (bypass) {
    drawFact(page, ["Bypassed by", `${bypass.by}, ${timeWords(new Date(bypass.at))}`]);
    drawFact(page, ["Reason", bypass.reason]);
    drawFact(page, ["It may mean", BYPASS_CONSEQUENCES.join(" ")]);
  }
  for (const line of lines) drawLine(page, line);
}

function drawLine(page: Page, line: CheckLine): void {
  const rows = rowsOf(line);
  makeRoom(page, heightOf(page, line, rows));
  page.y += 5;
  page
    .moveTo(MARGIN, page.y)
    .lineTo(MARGIN + WIDTH, page.y)
    .lineWidth(0.5)
    .stroke(LINE);
  page.y += 6;
  const top = page.y;
  const [word, color] = LOOK[line.verdict];
  page
    .font("Helvetica-Bold")
    .fontSize(9)
    .fillColor(color)
    .text(word, MARGIN, top + 1, { width: VERDICT_WIDTH });
  page
    .fontSize(10)
    .fillColor(INK)
    .text(latin(`${line.title} (${line.id})`), TEXT_LEFT, top, { width: TEXT_WIDTH });
  for (const [label, text] of rows) {
    page.font("Helvetica").fontSize(9.5).fillColor(QUIET);
    page.text(`${label}: `, TEXT_LEFT, page.y + 1, { width: TEXT_WIDTH, continued: true });
    page.fillColor(INK).text(latin(text));
  }
}

function rowsOf({ found, wanted, howToFix, series }: CheckLine): [string, string][] {
  return [
    ["Found", found],
    ["Wanted", wanted],
    ...(series && series.length > 0 ? [["Series", series.join(", ")] as [string, string]] : []),
    ...(howToFix === undefined ? [] : [["How to fix", howToFix] as [string, string]]),
  ];
}

function heightOf(page: Page, line: CheckLine, rows: readonly [string, string][]): number {
  page.font("Helvetica").fontSize(10);
  const texts = [`${line.title} (${line.id})`, ...rows.map(([label, text]) => `${label}: ${text}`)];
  return texts.reduce((sum, text) => sum + page.heightOfString(latin(text), { width: TEXT_WIDTH }) + 1, 14);
}

function makeRoom(page: Page, height: number): void {
  if (page.y + height <= LAST_LINE) return;
  page.addPage();
  page.y = MARGIN;
}

function drawFooters(page: Page, { study }: QcReport): void {
  const { count } = page.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    page.switchToPage(index);
    const text = `Study ${study.id} (the hub's own id) - page ${index + 1} of ${count}`;
    page.font("Helvetica").fontSize(8).fillColor(QUIET).text(text, MARGIN, FOOTER_TOP, { width: WIDTH });
  }
}

const timeWords = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** The fonts every reader has know Latin-1 only. */
const latin = (text: string): string => text.replaceAll(/[^\n\x20-\x7e\xa0-\xff]/gu, "?");
