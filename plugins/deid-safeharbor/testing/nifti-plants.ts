// A small image with a text of its own in every place of a NIfTI study that can hold one.
import { crc32, deflateRawSync } from "node:zlib";

/** nifti1.h: fields of text, with as many bytes as they have. */
export const TEXT_FIELDS: readonly (readonly [name: string, at: number, bytes: number])[] = [
  ["data_type", 4, 10],
  ["db_name", 14, 18],
  ["descrip", 148, 80],
  ["aux_file", 228, 24],
  ["intent_name", 328, 16],
];
const EDGE = 4;

export interface ImagePlants {
  /** By the name of the field. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Content of extensions between header and voxels. */
  readonly extensions?: readonly Buffer[];
  readonly behind?: Buffer;
  readonly volumes?: number;
  readonly bigEndian?: boolean;
}

/** NIfTI-1, unsigned shorts. */
export function plantedImage({
  fields = {},
  extensions = [],
  behind = Buffer.alloc(0),
  volumes = 3,
  bigEndian = false,
}: ImagePlants = {}): Buffer {
  const head = Buffer.alloc(352);
  const short = (at: number, value: number) =>
    bigEndian ? head.writeInt16BE(value, at) : head.writeInt16LE(value, at);
  const float = (at: number, value: number) =>
    bigEndian ? head.writeFloatBE(value, at) : head.writeFloatLE(value, at);
  if (bigEndian) head.writeInt32BE(348, 0);
  else head.writeInt32LE(348, 0);
  for (const [index, size] of [4, EDGE, EDGE, EDGE, volumes, 1, 1, 1].entries()) short(40 + 2 * index, size);
  short(70, 512);
  short(72, 16);
  for (const [index, size] of [1, 2, 2, 2.5, 6].entries()) float(76 + 4 * index, size);
  float(112, 1);
  short(252, 1);
  head.write("r", 38, "latin1");
  head.write("n+1\0", 344, "latin1");
  for (const [name, at, bytes] of TEXT_FIELDS) {
    const text = fields[name];
    if (text !== undefined) head.write(text.slice(0, bytes), at, "latin1");
  }
  if (extensions.length > 0) head[348] = 1;
  const packed = extensions.map((content, index) => extension(content, index === 0 ? 6 : 4, bigEndian));
  const between = Buffer.concat(packed);
  float(108, 352 + between.length);
  const voxels = Buffer.alloc(EDGE ** 3 * volumes * 2);
  for (let at = 0; at < voxels.length; at += 1) voxels[at] = (at * 37 + (at >> 5)) & 0xff;
  return Buffer.concat([head, between, voxels, behind]);
}

export const voxelsOf = (image: Buffer, volumes = 3): Buffer => {
  const isBig = image.readInt32BE(0) === 348;
  const at = isBig ? image.readFloatBE(108) : image.readFloatLE(108);
  return image.subarray(at, at + EDGE ** 3 * volumes * 2);
};

/** Size, code and content, a multiple of 16 (nifti1.h, extended header). */
function extension(content: Buffer, code: number, bigEndian: boolean): Buffer {
  const size = Math.ceil((content.length + 8) / 16) * 16;
  const whole = Buffer.alloc(size);
  for (const [at, value] of [[0, size] as const, [4, code] as const]) {
    if (bigEndian) whole.writeInt32BE(value, at);
    else whole.writeInt32LE(value, at);
  }
  content.copy(whole, 8);
  return whole;
}

/** Packed as gzip does it by default: with the name of the file, a comment and a time in its header (RFC 1952). */
export function gzipWithNames(
  content: Buffer,
  names: { name: string; comment: string; extra: string },
): Buffer {
  const head = Buffer.from([0x1f, 0x8b, 8, 0x04 | 0x08 | 0x10, 0, 0, 0, 0, 0, 3]);
  head.writeUInt32LE(1_712_345_678, 4);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(names.extra.length, 0);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(content), 0);
  tail.writeUInt32LE(content.length, 4);
  const texts = Buffer.from(`${names.extra}${names.name}\0${names.comment}\0`, "latin1");
  return Buffer.concat([head, length, texts, deflateRawSync(content), tail]);
}
