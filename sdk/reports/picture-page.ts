// A page with a picture on it, for reports that come as a picture only: archives and portals want a PDF.
import { once } from "node:events";
import PDFDocument from "pdfkit";

/** Points; A4 is 595 x 842. */
const MARGIN = 24;
const FIT: [number, number] = [595 - 2 * MARGIN, 842 - 2 * MARGIN];

/**
 * @param png or JPEG
 * @returns a PDF of one A4 page, filled by the picture as far as its shape allows
 * @throws Error when it is no picture
 */
export async function pictureAsPdf(png: Uint8Array, title: string): Promise<Buffer> {
  const page = new PDFDocument({ size: "A4", margin: MARGIN, lang: "en", info: { Title: title } });
  const chunks: Buffer[] = [];
  page.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = once(page, "end");
  page.image(Buffer.from(png), MARGIN, MARGIN, { fit: FIT, align: "center", valign: "center" });
  page.end();
  await ended;
  return Buffer.concat(chunks);
}
