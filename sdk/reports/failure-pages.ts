// Worker thread: draws the page of a failure report as PDF, and a picture of that very page.
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { encode } from "fast-png";
import PDFDocument from "pdfkit";
import type { FailureText } from "./failure-report.ts";

export interface FailurePages {
  readonly pdf: Uint8Array;
  readonly png: Uint8Array;
}

/** Points; A4 is 595 x 842. */
const MARGIN = 64;
const WIDTH = 595 - 2 * MARGIN;
const LABEL_WIDTH = 90;
const FOOTER_TOP = 770;
/** Of the picture, in pixels for each point. */
const SCALE = 2;
const INK = "#1f2933";
const QUIET = "#616e7c";
const LINE = "#cbd2d9";
const BANNER = "#f0f2f5";
const ACCENT = "#b44d12";

async function drawPdf(text: FailureText): Promise<Uint8Array> {
  const page = new PDFDocument({
    size: "A4",
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: 842 - FOOTER_TOP + 10 },
    lang: "en",
    info: { Title: text.title, Creator: "Thalamus" },
  });
  const chunks: Buffer[] = [];
  page.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = once(page, "end");
  page.rect(0, 0, 595, 34).fill(BANNER);
  page.font("Helvetica-Bold").fontSize(9).fillColor(QUIET);
  page.text(latin(text.banner), MARGIN, 13, { width: WIDTH, align: "center", characterSpacing: 0.6 });
  page.rect(MARGIN, 88, 4, 26).fill(ACCENT);
  page
    .fontSize(24)
    .fillColor(INK)
    .text(latin(text.title), MARGIN + 16, 90);
  drawFacts(page, text.facts);
  for (const [heading, body] of text.sections) {
    page.moveDown(1.6);
    page.font("Helvetica-Bold").fontSize(12).fillColor(INK).text(latin(heading), MARGIN);
    page.moveDown(0.3);
    page.font("Helvetica").fontSize(11).text(latin(body), { width: WIDTH, lineGap: 3 });
  }
  // the foot of the page is no place for the text above
  page.page.margins.bottom = 0;
  page.fontSize(8).fillColor(QUIET).text(latin(text.footer), MARGIN, FOOTER_TOP, { width: WIDTH });
  page.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawFacts(page: PDFKit.PDFDocument, facts: FailureText["facts"]): void {
  page
    .moveTo(MARGIN, 134)
    .lineTo(MARGIN + WIDTH, 134)
    .lineWidth(0.75)
    .stroke(LINE);
  let top = 148;
  for (const [label, value] of facts) {
    page.font("Helvetica").fontSize(10).fillColor(QUIET).text(latin(label), MARGIN, top);
    page.fillColor(INK).text(latin(value), MARGIN + LABEL_WIDTH, top, { width: WIDTH - LABEL_WIDTH });
    top = page.y + 6;
  }
  page
    .moveTo(MARGIN, top + 4)
    .lineTo(MARGIN + WIDTH, top + 4)
    .lineWidth(0.75)
    .stroke(LINE);
  page.x = MARGIN;
  page.y = top + 4;
}

/** The fonts every reader has know Latin-1 only. */
const latin = (text: string): string =>
  text.replaceAll("…", "...").replaceAll(/[^\n\x20-\x7e\xa0-\xff]/gu, "?");

async function drawPicture(pdf: Uint8Array): Promise<Uint8Array> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(Buffer.from(pdf));
  const picture = await document.getPage(0).render({
    scale: SCALE,
    render: async ({ data, width, height }) => {
      const rgb = withoutAlpha(data, width * height);
      return encode({ width, height, data: rgb, channels: 3, depth: 8 });
    },
  });
  document.destroy();
  library.destroy();
  return picture.data;
}

function withoutAlpha(rgba: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    rgb[3 * pixel] = rgba[4 * pixel] ?? 0;
    rgb[3 * pixel + 1] = rgba[4 * pixel + 1] ?? 0;
    rgb[3 * pixel + 2] = rgba[4 * pixel + 2] ?? 0;
  }
  return rgb;
}

const pdf = await drawPdf(workerData as FailureText);
const pages: FailurePages = { pdf, png: await drawPicture(pdf) };
parentPort?.postMessage(pages);
