// Makes report.pdf: three A4 pages, "research use only" on each.
import PDFDocument from "pdfkit";
import { product } from "../contract/product-description.ts";
import type { Measurement } from "./measurement.ts";
import { type Document, footer, PAGE } from "./pdf-page.ts";
import { drawMapsPage } from "./report-page-maps.ts";
import { drawMethodsPage } from "./report-page-methods.ts";
import { drawQualityPage } from "./report-page-qc.ts";
import { firstPageStrips, secondPageStrips } from "./report-pictures.ts";

/** The report as PDF. It holds no name, date of birth or identifier of a patient. */
export async function renderPdf(measurement: Measurement): Promise<Buffer> {
  const doc: Document = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    // Everything is placed by hand; a margin would make pdfkit break pages on its own.
    margin: 0,
    autoFirstPage: false,
    info: {
      Title: "Diffusion tensor metrics (research use only)",
      Author: `${product.id} ${product.version}`,
      CreationDate: measurement.created,
    },
  });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const finished = new Promise<void>((done, fail) => {
    doc.on("end", done);
    doc.on("error", fail);
  });
  const pages = [
    () => drawMapsPage(doc, measurement, firstPageStrips(measurement)),
    () => drawQualityPage(doc, measurement, secondPageStrips(measurement)),
    () => drawMethodsPage(doc, measurement),
  ];
  pages.forEach((draw, n) => {
    doc.addPage();
    draw();
    footer(doc, `page ${n + 1} of ${pages.length}    ${product.id} ${product.version}    research use only`);
  });
  doc.end();
  await finished;
  return Buffer.concat(chunks);
}
