// Makes report.png from page 1 of the very PDF, so that both show the same.
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { encode } from "fast-png";

/** Pixels per point: A4 becomes 1190 x 1684. */
const SCALE = 2;

/** Page 1 of a PDF as PNG. @throws Error when the PDF cannot be read */
export async function renderPng(pdf: Uint8Array): Promise<Uint8Array> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const page = await document.getPage(0).render({
      scale: SCALE,
      render: async ({ data, width, height }) => {
        const pixels = new Uint8Array(3 * width * height);
        for (let i = 0; i < width * height; i++) {
          pixels[3 * i] = data[4 * i]!;
          pixels[3 * i + 1] = data[4 * i + 1]!;
          pixels[3 * i + 2] = data[4 * i + 2]!;
        }
        return encode({ width, height, data: pixels, channels: 3, depth: 8 });
      },
    });
    document.destroy();
    return page.data;
  } finally {
    library.destroy();
  }
}
