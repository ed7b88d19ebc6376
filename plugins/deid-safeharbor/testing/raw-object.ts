// Writes DICOM objects element by element for tests, in any encoding, whatever the standard says about them.
import { type Encoding, encodeFileMeta, vrCode } from "@thalamus/sdk/dicom";

export interface RawElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer | string | readonly RawItem[];
  /** Of a sequence: no lengths, but delimiters. */
  readonly open?: boolean;
}
export type RawItem = readonly RawElement[];

export const EXPLICIT: Encoding = { explicit: true, littleEndian: true };
export const IMPLICIT: Encoding = { explicit: false, littleEndian: true };
export const BIG_ENDIAN: Encoding = { explicit: true, littleEndian: false };

const LONG = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const OPEN = 0xffffffff;
const MR = "1.2.840.10008.5.1.4.1.1.4";

export const text = (tag: number, vr: string, value: string): RawElement => ({ tag, vr, value });

export function encodeRaw(elements: readonly RawElement[], encoding: Encoding): Buffer {
  const sorted = elements.toSorted((a, b) => a.tag - b.tag);
  return Buffer.concat(sorted.flatMap((element) => encodeElement(element, encoding)));
}

function encodeElement({ tag, vr, value, open }: RawElement, encoding: Encoding): Buffer[] {
  if (typeof value === "string" || Buffer.isBuffer(value)) {
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    const pad = bytes.length % 2 === 1 ? [Buffer.from(vr === "UI" || vr === "OB" ? "\0" : " ")] : [];
    return [head(tag, vr, bytes.length + pad.length, encoding), bytes, ...pad];
  }
  const items = value.flatMap((item) => {
    const content = encodeRaw(item, encoding);
    const end = open ? [head(ITEM_END, "", 0, encoding)] : [];
    return [head(ITEM, "", open ? OPEN : content.length, encoding), content, ...end];
  });
  const content = Buffer.concat(items);
  const end = open ? [head(SEQUENCE_END, "", 0, encoding)] : [];
  return [head(tag, vr, open ? OPEN : content.length, encoding), content, ...end];
}

function head(tag: number, vr: string, length: number, { explicit, littleEndian }: Encoding): Buffer {
  const long = LONG.has(vr);
  const bytes = Buffer.alloc(explicit && vr !== "" && long ? 12 : 8);
  const put16 = (value: number, at: number) =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const put32 = (value: number, at: number) =>
    littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  put16(tag >>> 16, 0);
  put16(tag & 0xffff, 2);
  if (!explicit || vr === "") put32(length, 4);
  else {
    bytes.writeUInt16BE(vrCode(vr), 4);
    if (long) put32(length, 8);
    else put16(length, 6);
  }
  return bytes;
}

const SYNTAXES = new Map([
  [EXPLICIT, "1.2.840.10008.1.2.1"],
  [IMPLICIT, "1.2.840.10008.1.2"],
  [BIG_ENDIAN, "1.2.840.10008.1.2.2"],
]);

/** A small MR image with these elements beside those it must have; of one tag the last one counts. */
export function rawMrFile(elements: readonly RawElement[], encoding = EXPLICIT, sopClassUid = MR): Buffer {
  const number = (tag: number, value: number): RawElement => {
    const bytes = Buffer.alloc(2);
    if (encoding.littleEndian) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return { tag, vr: "US", value: bytes };
  };
  const base = [
    text(0x00080016, "UI", sopClassUid),
    text(0x00080018, "UI", "1.2.3.4.5.6"),
    text(0x00080060, "CS", "MR"),
    text(0x0020000d, "UI", "1.2.3.4"),
    text(0x0020000e, "UI", "1.2.3.4.5"),
    number(0x00280002, 1),
    text(0x00280004, "CS", "MONOCHROME2"),
    number(0x00280010, 2),
    number(0x00280011, 2),
    number(0x00280100, 16),
    number(0x00280101, 12),
    number(0x00280102, 11),
    number(0x00280103, 0),
    { tag: 0x7fe00010, vr: "OW", value: Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]) },
  ];
  const byTag = new Map([...base, ...elements].map((element) => [element.tag, element]));
  const transferSyntaxUid = SYNTAXES.get(encoding) ?? "";
  const meta = encodeFileMeta({ sopClassUid, sopInstanceUid: "1.2.3.4.5.6", transferSyntaxUid }, "SENDERAE");
  return Buffer.concat([meta, encodeRaw([...byTag.values()], encoding)]);
}
