// Reads the header of a PS3.10 file: file meta information and all elements before the pixel data.
import { type FileHandle, open } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import { DatasetView, type Located, locateElement, type ViewedElement } from "./dataset-view.ts";
import { uint16 } from "./element-header.ts";
import { Tag } from "./tags.ts";
import {
  type Encoding,
  EXPLICIT_LITTLE,
  type TransferSyntax,
  transferSyntaxOf,
} from "./transfer-syntaxes.ts";

/** Where the pixel data begins: FloatPixelData (7FE0,0008) and its like. */
const PIXEL_DATA_GROUP = 0x7fe00000;
const WINDOW_BYTES = 65_536;
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
  const source = new FileWindow(file, size);
  const start = await source.bytesAt(0, WINDOW_BYTES);
  if (start.toString("latin1", PREAMBLE_BYTES - 4, PREAMBLE_BYTES) !== "DICM") {
    throw new MalformedDataset("the file has no DICM prefix");
  }
  const isMeta = (tag: number) => tag >>> 16 === 2;
  const meta = await readElements(source, PREAMBLE_BYTES, EXPLICIT_LITTLE, isMeta);
  const metaView = new DatasetView(meta.elements);
  const syntax = transferSyntaxOf(metaView.ascii(Tag.TransferSyntaxUID) ?? "");
  const isHeader = (tag: number) => tag < PIXEL_DATA_GROUP;
  const body = syntax.deflated
    ? await readElements(await inflate(file, meta.end, size), 0, syntax, isHeader)
    : await readElements(source, meta.end, syntax, isHeader);
  return {
    meta: metaView,
    transferSyntax: syntax,
    dataset: new DatasetView(body.elements),
    hasPixelData: body.stopped,
  };
}

/** Bytes that can be read from any offset. */
interface Source {
  readonly size: number;
  /** @returns at least `count` bytes from `offset` on, fewer only at the end */
  bytesAt(offset: number, count: number): Promise<Buffer>;
}

/** A file and the last piece of it that was read; elements keep views of older pieces. */
class FileWindow implements Source {
  readonly size: number;
  readonly #file: FileHandle;
  #start = 0;
  #bytes = Buffer.alloc(0);

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async bytesAt(offset: number, count: number): Promise<Buffer> {
    const end = Math.min(offset + count, this.size);
    const inside = offset >= this.#start && end <= this.#start + this.#bytes.length;
    if (!inside) {
      const buffer = Buffer.allocUnsafe(Math.max(count, WINDOW_BYTES));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, offset);
      this.#start = offset;
      this.#bytes = buffer.subarray(0, bytesRead);
    }
    return this.#bytes.subarray(offset - this.#start);
  }
}

async function inflate(file: FileHandle, from: number, size: number): Promise<Source> {
  if (size > MAX_HEADER_BYTES) throw new MalformedDataset("the deflated file is larger than 64 MB");
  const deflated = Buffer.alloc(size - from);
  await file.read(deflated, 0, deflated.length, from);
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
}

async function readElements(
  source: Source,
  from: number,
  encoding: Encoding,
  isWanted: (tag: number) => boolean,
): Promise<ReadElements> {
  const elements = new Map<number, ViewedElement>();
  let at = from;
  while (at < source.size) {
    // Asked before the head is read: what follows the file meta information may be encoded otherwise.
    if (!isWanted(await tagAt(source, at, encoding))) return { elements, end: at, stopped: true };
    const { element, end } = await locate(source, at, encoding);
    if (element.sequence || end <= MAX_VALUE_BYTES) elements.set(element.tag, element);
    at += end;
  }
  if (at > source.size) throw new TruncatedDataset("the file ends inside its header");
  return { elements, end: at, stopped: false };
}

async function tagAt(source: Source, at: number, { littleEndian }: Encoding): Promise<number> {
  const bytes = await source.bytesAt(at, LONGEST_HEAD);
  if (bytes.length < 4) throw new TruncatedDataset("the file ends inside its header");
  return uint16(bytes, 0, littleEndian) * 0x10000 + uint16(bytes, 2, littleEndian);
}

/** Finds the element at an offset, with its whole value where that is to be kept; `end` counts from there. */
async function locate(source: Source, at: number, encoding: Encoding): Promise<Located> {
  let count = LONGEST_HEAD;
  for (;;) {
    const bytes = await source.bytesAt(at, count);
    const found = tryLocate(bytes, encoding);
    if (found && (found.end <= bytes.length || isPassedBy(found))) return found;
    if (at + count > source.size) throw new TruncatedDataset("the file ends inside its header");
    if (count > MAX_HEADER_BYTES) throw new MalformedDataset("the header is larger than 64 MB");
    count = found ? found.end : Math.max(WINDOW_BYTES, 2 * bytes.length);
  }
}

/** @returns undefined when the bytes end inside the head or inside a sequence of undefined length */
function tryLocate(bytes: Buffer, encoding: Encoding): Located | undefined {
  try {
    return locateElement(bytes, 0, encoding);
  } catch (error) {
    if (error instanceof TruncatedDataset) return undefined;
    throw error;
  }
}

const isPassedBy = ({ element, end }: Located): boolean => !element.sequence && end > MAX_VALUE_BYTES;
