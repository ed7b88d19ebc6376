// Writes diffusion series as GE, Philips, Canon and UIH write them, with canaries in what a converter does not need.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Encoding, readFileHeader } from "@thalamus/sdk/dicom";
import type { DwiPhantom } from "@thalamus/sdk/testing";
import { EXPLICIT, type RawElement, rawMrFile, text } from "./raw-object.ts";

type Direction = readonly number[];
/** How a maker tells b values and directions. */
export interface Vendor {
  readonly manufacturer: string;
  elements(b: number, direction: Direction): RawElement[];
}

const floats = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, 4 * index);
  return bytes;
};
const doubles = (...values: number[]): Buffer => Buffer.from(new Float64Array(values).buffer);
const long = (value: number): Buffer => Buffer.from(new Int32Array([value]).buffer);
const short = (value: number): string => value.toFixed(6);
const standard = (b: number, direction: Direction): RawElement[] => [
  text(0x00189075, "CS", b > 0 ? "DIRECTIONAL" : "NONE"),
  { tag: 0x00189087, vr: "FD", value: doubles(b) },
  { tag: 0x00189089, vr: "FD", value: doubles(...direction) },
];

export const VENDORS: Readonly<Record<string, Vendor>> = {
  GE: {
    manufacturer: "GE MEDICAL SYSTEMS",
    elements: (b, [x, y, z]) => [
      text(0x00190010, "LO", "GEMS_ACQU_01"),
      text(0x0019109c, "LO", "epi2"),
      text(0x001910bb, "DS", short(x!)),
      text(0x001910bc, "DS", short(y!)),
      text(0x001910bd, "DS", short(z!)),
      text(0x001910e0, "DS", "6"),
      text(0x00250010, "LO", "GEMS_SERS_01"),
      text(0x0025101b, "OB", "QZXVKW"),
      text(0x00430010, "LO", "GEMS_PARM_01"),
      text(0x00431039, "IS", `${1e9 + b}\\8\\0\\0`),
      text(0x00431027, "SH", "QZXVKW"),
    ],
  },
  Philips: {
    manufacturer: "Philips Medical Systems",
    elements: (b, direction) => [
      ...standard(b, direction),
      text(0x20010010, "LO", "Philips Imaging DD 001"),
      { tag: 0x20011003, vr: "FL", value: floats(b) },
      text(0x20010011, "LO", "QZXVKW"),
      text(0x200110c8, "LO", "QZXVKW"),
      text(0x20050010, "LO", "Philips MR Imaging DD 001"),
      ...direction.map((value, index) => ({ tag: 0x200510b0 + index, vr: "FL", value: floats(value) })),
      text(0x20050014, "LO", "Philips MR Imaging DD 005"),
      text(0x20050015, "LO", "Philips MR Imaging DD 006"),
      text(0x20051020, "LO", "QZXVKW"),
      { tag: 0x20051415, vr: "SL", value: long(6) },
      text(0x20051436, "UI", "1.2.826.0.1.QZXVKW"),
      text(0x20051583, "LT", "QZXVKW"),
      text(0x20051595, "CS", "NO"),
      text(0x20051596, "IS", "1"),
      { tag: 0x20051599, vr: "SL", value: long(6) },
    ],
  },
  Canon: {
    manufacturer: "CANON_MEC",
    elements: (b, [x, y, z]) => [
      { tag: 0x00189087, vr: "FD", value: doubles(b) },
      text(0x00204000, "LT", b > 0 ? `b=${b}(${x!.toFixed(3)},${y!.toFixed(3)},${z!.toFixed(3)})` : "b=0"),
      text(0x700d0010, "LO", "TOSHIBA_MEC_MR3"),
      text(0x700d1019, "LO", "QZXVKW"),
    ],
  },
  UIH: {
    manufacturer: "UIH",
    elements: (b, direction) => [
      ...standard(b, direction),
      text(0x00650010, "LO", "Image Private Header"),
      { tag: 0x00651009, vr: "FD", value: doubles(b) },
      { tag: 0x00651037, vr: "FD", value: doubles(...direction) },
      text(0x00651017, "LO", "QZXVKW"),
    ],
  },
};

/** The phantom with another maker's way to tell b values and directions. */
export async function writeVendorSeries(
  folder: string,
  { manufacturer, elements }: Vendor,
  phantom: DwiPhantom,
  slices: number,
  encoding: Encoding = EXPLICIT,
): Promise<string[]> {
  mkdirSync(folder);
  const { bValues, directions } = phantom.truth;
  const names: string[] = [];
  for (const [index, file] of phantom.files.entries()) {
    const { dataset, end } = await readFileHeader(file);
    const common = dataset
      .elements()
      .filter(({ tag }) => (tag >>> 16) % 2 === 0 && ![0x00189087, 0x00189089, 0x00189117].includes(tag))
      .map(({ tag, vr, value }): RawElement => ({ tag, vr, value: Buffer.from(value) }));
    const volume = Math.floor(index / slices);
    const own = elements(bValues[volume]!, directions[volume]!);
    const pixels = { tag: 0x7fe00010, vr: "OW", value: readFileSync(file).subarray(end + 12) };
    const name = `${String(index).padStart(3, "0")}.dcm`;
    writeFileSync(
      join(folder, name),
      rawMrFile([...common, text(0x00080070, "LO", manufacturer), ...own, pixels], encoding),
    );
    names.push(name);
  }
  return names;
}
