// Writes DICOM files element by element in any encoding, also such as no well-behaved writer makes.
import { deflateRawSync } from "node:zlib";

/** An element with its bytes, or a sequence with the elements of each item. */
export interface RawElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer | readonly (readonly RawElement[])[];
  /** Written as UN: the reader must know the attribute, or look at the value. */
  readonly asUnknown?: boolean;
  /** Sequence and items end with delimiters. */
  readonly undefinedLength?: boolean;
}

export interface RawSyntax {
  readonly uid: string;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  readonly deflated: boolean;
}

const syntax = (uid: string, explicit: boolean, littleEndian: boolean, deflated = false): RawSyntax => ({
  uid,
  explicit,
  littleEndian,
  deflated,
});

export const SYNTAXES = {
  explicit: syntax("1.2.840.10008.1.2.1", true, true),
  implicit: syntax("1.2.840.10008.1.2", false, true),
  bigEndian: syntax("1.2.840.10008.1.2.2", true, false),
  deflated: syntax("1.2.840.10008.1.2.1.99", true, true, true),
} as const;

const LONG_FORM = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
const META_GROUP = 0x0002;

/** Text in Latin-1, padded as its value representation wants it. */
export const text = (tag: number, vr: string, value: string): RawElement => ({
  tag,
  vr,
  value: padded(Buffer.from(value, "latin1"), vr === "UI" || vr === "OB" || vr === "UN" ? 0 : 0x20),
});

export const bytes = (tag: number, vr: string, value: Buffer): RawElement => ({
  tag,
  vr,
  value: padded(value, 0),
});
export const items = (tag: number, ...value: readonly (readonly RawElement[])[]): RawElement => ({
  tag,
  vr: "SQ",
  value,
});
export const short = (tag: number, value: number): RawElement => {
  const element = Buffer.alloc(2);
  element.writeUInt16LE(value);
  return { tag, vr: "US", value: element };
};

export const padded = (value: Buffer, pad: number): Buffer =>
  value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(pad)]);

/** @param preamble 128 bytes; zero when not given */
export function rawFile(
  elements: readonly RawElement[],
  { uid, ...rest }: RawSyntax,
  preamble = Buffer.alloc(128),
): Buffer {
  const meta = elements.filter(({ tag }) => tag >>> 16 === META_GROUP);
  const said = encode([...meta, text(0x00020010, "UI", uid)], SYNTAXES.explicit);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(said.length);
  const head = encode([{ tag: 0x00020000, vr: "UL", value: length }], SYNTAXES.explicit);
  const dataSet = encode(
    elements.filter(({ tag }) => tag >>> 16 !== META_GROUP),
    { uid, ...rest },
  );
  const body = rest.deflated ? padded(deflateRawSync(dataSet), 0) : dataSet;
  return Buffer.concat([preamble, Buffer.from("DICM"), head, said, body]);
}

/** Sorted by tag; a tag that is there twice keeps the last one. */
function encode(elements: readonly RawElement[], encoding: RawSyntax): Buffer {
  const byTag = new Map(elements.map((element) => [element.tag, element]));
  const sorted = [...byTag.values()].toSorted((a, b) => a.tag - b.tag);
  return Buffer.concat(sorted.map((element) => encodeOne(element, encoding)));
}

function encodeOne(element: RawElement, encoding: RawSyntax): Buffer {
  const { tag, vr, value, asUnknown = false, undefinedLength = false } = element;
  // PS3.5 6.2.2: what stands in UN is implicit little endian
  const inner = asUnknown ? SYNTAXES.implicit : encoding;
  const written = asUnknown && encoding.explicit ? "UN" : vr;
  if (Buffer.isBuffer(value))
    return Buffer.concat([head(tag, written, value.length, encoding), swapped(value, vr, inner)]);
  const content = Buffer.concat(value.map((item) => encodeItem(item, inner, undefinedLength)));
  if (!undefinedLength) return Buffer.concat([head(tag, written, content.length, encoding), content]);
  const end = head(SEQUENCE_END, "", 0, inner);
  return Buffer.concat([head(tag, written, UNDEFINED, encoding), content, end]);
}

function encodeItem(elements: readonly RawElement[], encoding: RawSyntax, undefinedLength: boolean): Buffer {
  const content = encode(elements, encoding);
  if (!undefinedLength) return Buffer.concat([head(ITEM, "", content.length, encoding), content]);
  return Buffer.concat([head(ITEM, "", UNDEFINED, encoding), content, head(ITEM_END, "", 0, encoding)]);
}

function head(tag: number, vr: string, length: number, { explicit, littleEndian }: RawSyntax): Buffer {
  const isLong = !explicit || vr === "" || LONG_FORM.has(vr);
  const withVr = explicit && vr !== "";
  const made = Buffer.alloc(withVr && isLong ? 12 : 8);
  const write16 = (value: number, at: number) =>
    littleEndian ? made.writeUInt16LE(value, at) : made.writeUInt16BE(value, at);
  const write32 = (value: number, at: number) =>
    littleEndian ? made.writeUInt32LE(value, at) : made.writeUInt32BE(value, at);
  write16(tag >>> 16, 0);
  write16(tag & 0xffff, 2);
  if (withVr) made.write(vr, 4, "latin1");
  if (isLong) write32(length, made.length - 4);
  else write16(length, 6);
  return made;
}

const WIDTHS: Readonly<Record<string, number>> = { US: 2, SS: 2, OW: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

/** Numbers are given little endian. */
function swapped(value: Buffer, vr: string, { littleEndian }: RawSyntax): Buffer {
  const width = WIDTHS[vr];
  if (littleEndian || width === undefined) return value;
  const copy = Buffer.from(value);
  if (width === 2) return copy.swap16();
  return width === 4 ? copy.swap32() : copy.swap64();
}
