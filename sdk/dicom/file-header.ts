// Reads the header of a PS3.10 file: file meta information and all elements before the pixel data.
import { open } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import { DatasetView, type Located, locateElement, type ViewedElement } from "./dataset-view.ts";
import { uint16 } from "./element-header.ts";
import { type FileSource, FileWindow, type Source, WINDOW_BYTES } from "./file-window.ts";
import { Tag } from "./tags.ts";
import {
  type Encoding,
  EXPLICIT_LITTLE,
  type TransferSyntax,
  transferSyntaxOf,
} from "./transfer-syntaxes.ts";

/** Where the pixel data begins: FloatPixelData (7FE0,0008) and its like. */
const PIXEL_DATA_GROUP = 0x7fe00000;
/** Single values longer than this are passed by: they are images, documents or scanner protocols. */
const MAX_VALUE_BYTES = 65_536;
/** A header beyond this is refused; per-frame groups of a long multi-frame object take a few megabytes. */
const MAX_HEADER_BYTES = 64 * 1024 ** 2;
const MAX_INFLATED_BYTES = 256 * 1024 ** 2;
const PREAMBLE_BYTES = 132;
const LONGEST_HEAD = 12;

export interface FileHeader {
  readonly meta: DatasetView;
  readonly transferSyntax: TransferSyntax;
  readonly dataset: DatasetView;
  /** Whether an element of the pixel data group follows. */
  readonly hasPixelData: boolean;
  /** Where the pixel data group or the end is; in a deflated data set it counts from the begin of the inflated one. */
  readonly end: number;
  /** Values outside of sequences that were too long to be read. */
  readonly passedBy: readonly PassedValue[];
}

/** A value that was left where it is. */
export interface PassedValue {
  readonly tag: number;
  /** Two letters; empty when implicit. */
  readonly vr: string;
  /** Offset as that of `FileHeader.end`. */
  readonly at: number;
  readonly length: number;
}

/**
 * Reads what stands before the pixel data, from the first 64 KB and more only where that does not suffice.
 * Values longer than 64 KB outside of sequences are left out.
 * @param path absolute
 * @throws MalformedDataset when it is no PS3.10 file or its header is larger than 64 MB
 * @throws TruncatedDataset when it ends inside the header
 */
export async function readFileHeader(path: string): Promise<FileHeader> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const read = async (into: Uint8Array, at: number) => (await file.read(into, 0, into.length, at)).bytesRead;
  // awaited here, so that the file is open until then
  return await readHeader({ size, read });
}

/** The same of a file that is open. */
export async function readHeader(file: FileSource): Promise<FileHeader> {
  const source = new FileWindow(file);
  const { meta, transferSyntax: syntax, end } = await readMeta(source);
  const isHeader = (tag: number) => tag < PIXEL_DATA_GROUP;
  const body = syntax.deflated
    ? await readElements(await inflate(file, end), 0, syntax, isHeader)
    : await readElements(source, end, syntax, isHeader);
  return {
    meta,
    transferSyntax: syntax,
    dataset: new DatasetView(body.elements),
    hasPixelData: body.stopped,
    end: body.end,
    passedBy: body.passedBy,
  };
}

/** The file meta information, and where it ends. */
export type FileMeta = Pick<FileHeader, "meta" | "transferSyntax" | "end">;

/** Reads the file meta information alone, with the errors of `readFileHeader`. */
export async function readMeta(source: Source): Promise<FileMeta> {
  const start = await source.bytesAt(0, WINDOW_BYTES);
  if (start.toString("latin1", PREAMBLE_BYTES - 4, PREAMBLE_BYTES) !== "DICM") {
    throw new MalformedDataset("the file has no DICM prefix");
  }
  const isMeta = (tag: number) => tag >>> 16 === 2;
  const { elements, end } = await readElements(source, PREAMBLE_BYTES, EXPLICIT_LITTLE, isMeta);
  const meta = new DatasetView(elements);
  return { meta, transferSyntax: transferSyntaxOf(meta.ascii(Tag.TransferSyntaxUID) ?? ""), end };
}

async function inflate(file: FileSource, from: number): Promise<Source> {
  const { size } = file;
  if (size > MAX_HEADER_BYTES) throw new MalformedDataset("the deflated file is larger than 64 MB");
  const deflated = Buffer.alloc(size - from);
  await file.read(deflated, from);
  try {
    const bytes = inflateRawSync(deflated, { maxOutputLength: MAX_INFLATED_BYTES });
    return { size: bytes.length, bytesAt: async (offset) => bytes.subarray(offset) };
  } catch {
    throw new MalformedDataset("the deflated data set cannot be inflated");
  }
}

interface ReadElements {
  readonly elements: ReadonlyMap<number, ViewedElement>;
  /** Where the first element begins that is not wanted, or the end. */
  readonly end: number;
  /** Whether there is such an element. */
  readonly stopped: boolean;
  readonly passedBy: readonly PassedValue[];
}

async function readElements(
  source: Source,
  from: number,
  encoding: Encoding,
  isWanted: (tag: number) => boolean,
): Promise<ReadElements> {
  const taken: TakenElements = { elements: new Map(), passedBy: [] };
  let at = from;
  while (at < source.size) {
    const bytes = await source.bytesAt(at, LONGEST_HEAD);
    const isEnd = at + bytes.length >= source.size;
    const run = takeLoaded({ bytes, at, isEnd }, encoding, isWanted, taken);
    at += run.end;
    if (run.stopped) return { ...taken, end: at, stopped: true };
    // what is longer than the window is read alone
    if (run.end === 0) at += take(await locate(source, at, encoding), 0, at, taken);
  }
  if (at > source.size) throw new TruncatedDataset("the file ends inside its header");
  return { ...taken, end: at, stopped: false };
}

interface TakenElements {
  readonly elements: Map<number, ViewedElement>;
  readonly passedBy: PassedValue[];
}

/** A piece of the file; `isEnd` when nothing follows it. */
interface LoadedPiece {
  readonly bytes: Buffer;
  readonly at: number;
  readonly isEnd: boolean;
}

/** All elements that are whole in a piece, one after the other: waiting for each takes longer than reading it. */
function takeLoaded(
  { bytes, at, isEnd }: LoadedPiece,
  encoding: Encoding,
  isWanted: (tag: number) => boolean,
  taken: TakenElements,
): { readonly end: number; readonly stopped: boolean } {
  let end = 0;
  while (end < bytes.length && (isEnd || end + LONGEST_HEAD <= bytes.length)) {
    if (end + 4 > bytes.length) throw new TruncatedDataset("the file ends inside its header");
    // Asked before the head is read: what follows the file meta information may be encoded otherwise.
    if (!isWanted(tagAt(bytes, end, encoding))) return { end, stopped: true };
    const found = tryLocate(bytes, end, encoding);
    if (!found || (found.end > bytes.length && !isPassedBy(found, end))) break;
    end = take(found, end, at, taken);
  }
  return { end, stopped: false };
}

/**
 * @param start of the element in its piece, which begins at `at` of the file
 * @returns its end in the piece
 */
function take(found: Located, start: number, at: number, { elements, passedBy }: TakenElements): number {
  const { element, valueAt, end } = found;
  const { tag, vr } = element;
  if (isPassedBy(found, start)) passedBy.push({ tag, vr, at: at + valueAt, length: end - valueAt });
  else elements.set(tag, element);
  return end;
}

const tagAt = (bytes: Buffer, at: number, { littleEndian }: Encoding): number =>
  uint16(bytes, at, littleEndian) * 0x10000 + uint16(bytes, at + 2, littleEndian);

/** Finds the element at an offset, with its whole value where that is to be kept; `end` counts from there. */
async function locate(source: Source, at: number, encoding: Encoding): Promise<Located> {
  let count = LONGEST_HEAD;
  for (;;) {
    const bytes = await source.bytesAt(at, count);
    const found = tryLocate(bytes, 0, encoding);
    if (found && (found.end <= bytes.length || isPassedBy(found))) return found;
    if (at + count > source.size) throw new TruncatedDataset("the file ends inside its header");
    if (count > MAX_HEADER_BYTES) throw new MalformedDataset("the header is larger than 64 MB");
    count = found ? found.end : Math.max(WINDOW_BYTES, 2 * bytes.length);
  }
}

/** @returns undefined when the bytes end inside the head or inside a sequence of undefined length */
function tryLocate(bytes: Buffer, at: number, encoding: Encoding): Located | undefined {
  try {
    return locateElement(bytes, at, encoding);
  } catch (error) {
    if (error instanceof TruncatedDataset) return undefined;
    throw error;
  }
}

/** @param start of the element in its piece */
const isPassedBy = ({ element, end }: Located, start = 0): boolean =>
  !element.sequence && end - start > MAX_VALUE_BYTES;
