// The header of an image as it may leave: numbers that describe the picture, and not a byte more (nifti1.h).
import type { ElementChange } from "../elements/element-change.ts";
import { UnreadableNifti } from "./unreadable-nifti.ts";

const HEADER_BYTES = 348;
/** Header, and the four bytes that say whether extensions follow. */
export const FIRST_VOXEL = 352;
const MAGIC_AT = 344;
const VOXEL_OFFSET_AT = 108;
const MOST_EXTENSION_BYTES = 16_000_000;
/** Some programs pad the file. */
export const MOST_PADDING = 65_536;

/** What stays, from byte to byte: sizes, types, geometry, units and scaling. All else becomes zero. */
const KEPT: readonly (readonly [from: number, to: number])[] = [
  [0, 4], // sizeof_hdr
  [39, 56], // dim_info, dim
  [56, 108], // intent_p1 to 3, intent_code, datatype, bitpix, slice_start, pixdim
  [112, 140], // scl_slope, scl_inter, slice_end, slice_code, xyzt_units, cal_max, cal_min, slice_duration, toffset
  [252, 328], // qform_code, sform_code, quatern_b to d, qoffset_x to z, srow_x to z
  [344, 348], // magic
];
/** Fields that can hold text, or that no program has used since NIfTI came. */
const CLEARED: readonly (readonly [name: string, from: number, to: number])[] = [
  ["data_type", 4, 14],
  ["db_name", 14, 32],
  ["extents", 32, 36],
  ["session_error", 36, 38],
  ["regular", 38, 39],
  ["glmax, glmin", 140, 148],
  ["descrip", 148, 228],
  ["aux_file", 228, 252],
  ["intent_name", 328, 344],
];
/** ANALYZE 7.5 wants an `r` here, and converters write it. */
const REGULAR_AT = 38;
const REGULAR = 0x72;

export interface ImageHeader {
  /** The first 352 bytes of the copy. */
  readonly clean: Buffer;
  /** Where the voxels of the source begin. */
  readonly voxelsAt: number;
  readonly voxelBytes: number;
  readonly cleared: readonly ClearedField[];
  /** Between header and voxels: extensions, or nothing that is one. */
  readonly extensionBytes: number;
}

export interface ClearedField {
  readonly name: string;
  /** As it stands in the source. */
  readonly value: Buffer;
}

/**
 * @param head the first 352 bytes of the unpacked image or more
 * @throws UnreadableNifti
 */
export function cleanHeader(head: Buffer): ImageHeader {
  const { voxelsAt, voxelBytes, isLittle } = layoutOf(head);
  const clean = Buffer.alloc(FIRST_VOXEL);
  for (const [from, to] of KEPT) head.copy(clean, from, from, to);
  if (head[REGULAR_AT] === REGULAR) clean[REGULAR_AT] = REGULAR;
  if (isLittle) clean.writeFloatLE(FIRST_VOXEL, VOXEL_OFFSET_AT);
  else clean.writeFloatBE(FIRST_VOXEL, VOXEL_OFFSET_AT);
  const fields = CLEARED.map(([name, from, to]) => ({ name, value: head.subarray(from, to), from }));
  const cleared = fields.filter(
    ({ value, from }) => !value.equals(clean.subarray(from, from + value.length)),
  );
  return { clean, voxelsAt, voxelBytes, cleared, extensionBytes: voxelsAt - FIRST_VOXEL };
}

/** What is written into the record for a header. */
export function headerChanges({ cleared, extensionBytes }: ImageHeader): ElementChange[] {
  const fields = cleared.map(({ name }) => ({ path: name, action: "empty", rule: "nifti.text" }) as const);
  if (extensionBytes === 0) return fields;
  return [...fields, { path: "extensions", action: "remove", rule: "nifti.extension" }];
}

function layoutOf(head: Buffer): { voxelsAt: number; voxelBytes: number; isLittle: boolean } {
  if (head.length < FIRST_VOXEL) throw new UnreadableNifti("it is shorter than a NIfTI header");
  const isLittle = head.readInt32LE(0) === HEADER_BYTES;
  if (!isLittle && head.readInt32BE(0) !== HEADER_BYTES)
    throw new UnreadableNifti("it has no NIfTI-1 header");
  if (head.toString("latin1", MAGIC_AT, MAGIC_AT + 4) !== "n+1\0")
    throw new UnreadableNifti("it is not a single-file NIfTI-1 image");
  const short = (at: number) => (isLittle ? head.readInt16LE(at) : head.readInt16BE(at));
  const dimensions = short(40);
  if (dimensions < 1 || dimensions > 7) throw new UnreadableNifti("its number of dimensions is none");
  const extent = Array.from({ length: dimensions }, (_, index) => short(42 + 2 * index));
  const bits = short(72);
  if (extent.some((size) => size < 1) || bits < 8 || bits % 8 !== 0)
    throw new UnreadableNifti("its dimensions or its voxels have no size");
  const voxelBytes = extent.reduce((product, size) => product * size, bits / 8);
  const voxelsAt = isLittle ? head.readFloatLE(VOXEL_OFFSET_AT) : head.readFloatBE(VOXEL_OFFSET_AT);
  const isPlace = voxelsAt >= FIRST_VOXEL && voxelsAt <= FIRST_VOXEL + MOST_EXTENSION_BYTES;
  if (!Number.isInteger(voxelsAt) || !isPlace)
    throw new UnreadableNifti("its voxels begin where they cannot");
  if (!Number.isSafeInteger(voxelBytes)) throw new UnreadableNifti("it is too large to be counted");
  return { voxelsAt, voxelBytes, isLittle };
}
