// The smallest files that a browser shows: a picture and pages of PDF.
import { crc32, deflateSync } from "node:zlib";

/** A grey PNG. */
export function tinyPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // eight bits, grey
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 0xb0);
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const image = chunk("IDAT", deflateSync(rows));
  return Buffer.concat([signature, chunk("IHDR", header), image, chunk("IEND", Buffer.alloc(0))]);
}

/** A page of PDF for each line of text. */
export function tinyPdf(...lines: string[]): Buffer {
  const page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>";
  const number = (index: number) => 4 + 2 * index;
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${lines.map((_, index) => `${number(index)} 0 R`).join(" ")}] /Count ${lines.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...lines.flatMap((line, index) => [
      `<< ${page} /Contents ${number(index) + 1} 0 R >>`,
      stream("", Buffer.from(`BT /F1 24 Tf 72 720 Td (${line}) Tj ET`)),
    ]),
  ]);
}

/** A page of PDF that a black image in JPEG 2000 fills. */
export function blackPdf(): Buffer {
  const page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /XObject << /I 5 0 R >> >>";
  const image =
    "/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8";
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< ${page} /Contents 4 0 R >>`,
    stream("", Buffer.from("200 0 0 200 0 0 cm /I Do")),
    stream(`${image} /Filter /JPXDecode`, Buffer.from(BLACK_JPEG_2000, "base64")),
  ]);
}

/** 64 by 64 grey pixels, all 0, without loss. */
const BLACK_JPEG_2000 =
  "/0//UQApAAAAAABAAAAAQAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAAAAABBwEB/1IADAAAAAEABQQEAAH/XAATQEBISFBISFBISFBISFBISFD/kAAKAAAAAAAYAAH/k9+AEAiQgICAgID/2Q==";

const stream = (entries: string, data: Buffer): string =>
  `<< ${entries} /Length ${data.length} >>\nstream\n${data.toString("latin1")}\nendstream`;

function pdfOf(objects: readonly string[]): Buffer {
  let text = "%PDF-1.5\n";
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join("")}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>`;
  return Buffer.from(`${text}${table}${trailer}\nstartxref\n${text.length}\n%%EOF\n`, "latin1");
}
