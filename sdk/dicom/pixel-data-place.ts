// Finds where the pixel data of an open file lies, and its frames in it, without reading it.
import { formatTag, MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import {
  ElementHeader,
  ITEM,
  MAX_HEADER_BYTES,
  SEQUENCE_DELIMITER,
  UNDEFINED_LENGTH,
  vrName,
} from "./element-header.ts";
import type { FileHeader } from "./file-header.ts";
import type { FileSource } from "./file-window.ts";
import { nativeFrameBits, PIXEL_DATA_TAGS } from "./pixel-data-length.ts";
import { Tag } from "./tags.ts";
import { type Encoding, EXPLICIT_LITTLE } from "./transfer-syntaxes.ts";

/** A range of bytes of a file. */
export interface ByteRange {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

export interface PixelDataPlace {
  /** PixelData (7FE0,0010), FloatPixelData (7FE0,0008) or DoubleFloatPixelData (7FE0,0009). */
  readonly tag: number;
  /** Two letters; empty when implicit. */
  readonly vr: string;
  readonly encoding: Encoding;
  /** The value; of fragments it ends with the file. */
  readonly value: ByteRange;
  /** Compressed: a sequence of fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
  /** ExtendedOffsetTable (7FE0,0001), empty when there is none. */
  readonly extendedOffsets: readonly number[];
}

const EXTENDED_OFFSET_TABLE = 0x7fe00001;
const PIXEL_GROUP = 0x7fe0;
/** One frame of video or microscopy needs eight bytes of it. */
const LARGEST_TABLE = 16 * 1024 ** 2;
const MOST_FRAGMENTS = 200_000;

/**
 * @returns undefined when there is none, or when the data set is deflated, where nothing can be found by its place
 * @throws MalformedDataset or TruncatedDataset
 */
export async function findPixelData(
  file: FileSource,
  found: FileHeader,
): Promise<PixelDataPlace | undefined> {
  const { transferSyntax } = found;
  if (!found.hasPixelData || transferSyntax.deflated) return undefined;
  const head = new ElementHeader();
  let extendedOffsets: readonly number[] = [];
  let at = found.end;
  while (at + 8 <= file.size) {
    const bytes = await readAt(file, at, Math.min(MAX_HEADER_BYTES, file.size - at));
    const from = at + head.read(bytes, 0, bytes.length, transferSyntax);
    const { tag, vr, length } = head;
    if (tag >>> 16 !== PIXEL_GROUP) return undefined;
    const encapsulated = length === UNDEFINED_LENGTH;
    const to = encapsulated ? file.size : from + length;
    if (to > file.size) throw new TruncatedDataset(`${formatTag(tag)} is longer than the file`);
    if (PIXEL_DATA_TAGS.has(tag)) {
      const value = { from, to };
      const name = vr === 0 ? "" : vrName(vr);
      return { tag, vr: name, encoding: transferSyntax, value, encapsulated, extendedOffsets };
    }
    if (tag === EXTENDED_OFFSET_TABLE) extendedOffsets = await readTable(file, { from, to }, 8);
    at = to;
  }
  return undefined;
}

/**
 * Where each frame lies; one frame of compressed pixel data may be in several fragments.
 * @returns undefined when the file does not tell (fragments without an offset table, frames that begin in mid-byte)
 * @throws MalformedDataset or TruncatedDataset
 */
export async function findFrames(
  file: FileSource,
  { dataset }: FileHeader,
  place: PixelDataPlace,
): Promise<readonly (readonly ByteRange[])[] | undefined> {
  const frames = Math.max(1, Number.parseInt(dataset.ascii(Tag.NumberOfFrames) ?? "1", 10) || 1);
  if (place.encapsulated) return encapsulatedFrames(file, place, frames);
  const bits = nativeFrameBits(dataset);
  const { from, to } = place.value;
  if (bits === undefined || (frames > 1 && bits % 8 !== 0)) return undefined;
  const size = Math.ceil(bits / 8);
  if (size * frames > to - from)
    throw new TruncatedDataset(`${formatTag(place.tag)} is shorter than its frames`);
  return Array.from({ length: frames }, (_, index) => {
    const begin = from + index * size;
    return [{ from: begin, to: begin + size }];
  });
}

interface Fragment {
  readonly item: number;
  readonly range: ByteRange;
}

/** @returns the offset after the pixel data, the delimiter of its fragments included */
export async function endOfPixelData(
  file: FileSource,
  { encapsulated, value }: PixelDataPlace,
): Promise<number> {
  return encapsulated ? (await readFragments(file, value)).end : value.to;
}

async function encapsulatedFrames(file: FileSource, place: PixelDataPlace, frames: number) {
  const [table, ...fragments] = (await readFragments(file, place.value)).fragments;
  if (!table) throw new MalformedDataset("the fragments have no offset table, not even an empty one");
  if (frames === 1) return [fragments.map(({ range }) => range)];
  if (fragments.length === frames) return fragments.map(({ range }) => [range]);
  const basic = await readTable(file, table.range, 4);
  const offsets = place.extendedOffsets.length === frames ? place.extendedOffsets : basic;
  return offsets.length === frames ? byOffsets(fragments, offsets) : byStarts(file, fragments, frames);
}

/** @param offsets of the first fragment of each frame, from the first one of all */
function byOffsets(fragments: readonly Fragment[], offsets: readonly number[]): ByteRange[][] | undefined {
  const begin = fragments[0]?.item ?? 0;
  const frames: ByteRange[][] = [];
  for (const { item, range } of fragments) {
    if (item - begin === offsets[frames.length]) frames.push([]);
    frames.at(-1)?.push(range);
  }
  return frames.length === offsets.length ? frames : undefined;
}

/** Start of image of JPEG and JPEG-LS, start of codestream of JPEG 2000. */
const STARTS = new Set([0xffd8, 0xff4f]);

/** Without a table the begin of a stream tells where a frame begins. */
async function byStarts(file: FileSource, fragments: readonly Fragment[], frames: number) {
  const found: ByteRange[][] = [];
  for (const { range } of fragments) {
    const begin = range.to - range.from >= 2 ? (await readAt(file, range.from, 2)).readUInt16BE() : 0;
    if (STARTS.has(begin)) found.push([]);
    found.at(-1)?.push(range);
  }
  const isWhole = found.length === frames && found[0]?.[0]?.from === fragments[0]?.range.from;
  return isWhole ? found : undefined;
}

/** The first one is the basic offset table. @returns also the offset behind the delimiter */
async function readFragments(
  file: FileSource,
  { from, to }: ByteRange,
): Promise<{ readonly fragments: Fragment[]; readonly end: number }> {
  const fragments: Fragment[] = [];
  const head = new ElementHeader();
  let at = from;
  while (fragments.length <= MOST_FRAGMENTS) {
    head.read(await readAt(file, at, 8), 0, 8, EXPLICIT_LITTLE);
    if (head.tag === SEQUENCE_DELIMITER) return { fragments, end: at + 8 };
    const range = { from: at + 8, to: at + 8 + head.length };
    if (head.tag !== ITEM)
      throw new MalformedDataset(`${formatTag(head.tag)} stands where a fragment should`);
    if (range.to > to) throw new TruncatedDataset("a fragment is longer than the file");
    fragments.push({ item: at, range });
    at = range.to;
  }
  throw new MalformedDataset(`there are more than ${MOST_FRAGMENTS} fragments`);
}

async function readTable(file: FileSource, { from, to }: ByteRange, size: 4 | 8): Promise<number[]> {
  if (to - from > LARGEST_TABLE) throw new MalformedDataset("the offset table is too long");
  const bytes = await readAt(file, from, to - from);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
    size === 4 ? bytes.readUInt32LE(index * 4) : Number(bytes.readBigUInt64LE(index * 8)),
  );
}

async function readAt(file: FileSource, at: number, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  if ((await file.read(bytes, at)) < count) throw new TruncatedDataset("the file ends inside its pixel data");
  return bytes;
}
