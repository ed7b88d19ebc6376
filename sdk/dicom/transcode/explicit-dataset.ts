// Walks a data set on disk and gives it in Explicit VR Little Endian; long values pass in pieces.
import { formatTag, MalformedDataset, TruncatedDataset } from "../dataset-errors.ts";
import { locateElement } from "../dataset-view.ts";
import { elementHead, longestValue } from "../dataset-writer.ts";
import { ElementHeader, MAX_HEADER_BYTES, UNDEFINED_LENGTH, vrName } from "../element-header.ts";
import type { FileWindow } from "../file-window.ts";
import { Tag } from "../tags.ts";
import type { Encoding } from "../transfer-syntaxes.ts";
import { turnedWords, wordBytes } from "../word-order.ts";
import type { DecodedPixels } from "./decoded-frames.ts";
import { creatorTag, explicitElement, explicitVr, paddingOf, type Surroundings } from "./explicit-element.ts";

/** Longer values are not loaded; a multiple of every word. */
const PIECE_BYTES = 256 * 1024;
/** Sequences are; the groups for each frame of a long multi-frame object take a few megabytes. */
const LARGEST_SEQUENCE = 64 * 1024 ** 2;
/** Offset tables of fragments: ExtendedOffsetTable (7FE0,0001), its lengths (7FE0,0002), their total (7FE0,0003). */
const TABLES = new Set([0x7fe00001, 0x7fe00002, 0x7fe00003]);
/** IconImageSequence (0088,0200): a preview, whose pixels are compressed like those of the image. */
const ICON = 0x00880200;

export interface ExplicitDatasetParts {
  readonly source: FileWindow;
  readonly from: number;
  readonly encoding: Encoding;
  /** PixelRepresentation (0028,0103) is 1. */
  readonly signed: boolean;
  /** Of an object with compressed pixels. */
  readonly pixels?: DecodedPixels | undefined;
}

/** One element of the top level, before its value is read. */
interface Head {
  readonly tag: number;
  /** As it is written, empty when implicit. */
  readonly vr: string;
  readonly at: number;
  readonly value: number;
  readonly length: number;
}

/** @throws MalformedDataset, TruncatedDataset, CannotTranscode */
export async function* explicitDataset(parts: ExplicitDatasetParts): AsyncGenerator<Uint8Array> {
  const { source, pixels } = parts;
  const creators = new Map<number, string>();
  const surroundings: Surroundings = {
    signed: parts.signed,
    creatorOf: (tag) => creators.get(creatorTag(tag)),
  };
  const replaced = [...(pixels?.replaced ?? [])].sort(([a], [b]) => a - b);
  let at = parts.from;
  while (at < source.size) {
    const head = await headAt(source, at, parts.encoding);
    while (replaced[0] && replaced[0][0] <= head.tag) yield* replaced.shift()![1];
    if (pixels && head.tag === Tag.PixelData) {
      yield* pixels.element();
      at = pixels.end;
      continue;
    }
    const isReplaced =
      pixels?.replaced.has(head.tag) || (pixels && (TABLES.has(head.tag) || head.tag === ICON));
    const pieces = elementAt(source, head, parts.encoding, surroundings);
    for (;;) {
      const { value, done } = await pieces.next();
      if (done) {
        at = value;
        break;
      }
      if (!isReplaced) yield value;
    }
    if (isCreator(head.tag)) creators.set(head.tag, await textAt(source, head));
  }
  for (const [, element] of replaced) yield* element;
}

async function headAt(source: FileWindow, at: number, encoding: Encoding): Promise<Head> {
  const header = new ElementHeader();
  const bytes = await source.bytesAt(at, MAX_HEADER_BYTES);
  const size = header.read(bytes, 0, bytes.length, encoding);
  if (size > bytes.length) throw new TruncatedDataset("the file ends inside the head of an element");
  const { tag, vr, length } = header;
  if (tag >>> 16 === 0xfffe) throw new MalformedDataset(`${formatTag(tag)} stands where an element should`);
  return { tag, vr: vr === 0 ? "" : vrName(vr), at, value: at + size, length };
}

/** Gives the element; returns where the next one begins. */
async function* elementAt(
  source: FileWindow,
  head: Head,
  encoding: Encoding,
  surroundings: Surroundings,
): AsyncGenerator<Uint8Array, number> {
  const { tag, vr, at, value, length } = head;
  const isOpen = length === UNDEFINED_LENGTH;
  if (!isOpen && value + length > source.size) {
    throw new TruncatedDataset(`${formatTag(tag)} is longer than the file`);
  }
  const written = isOpen ? "SQ" : explicitVr(tag, vr, surroundings);
  if (written !== "SQ" && length > PIECE_BYTES) {
    yield* longValue(source, head, encoding, written);
    return value + length;
  }
  const located = isOpen
    ? await locateOpen(source, at, encoding)
    : locateElement(await loaded(source, head), 0, encoding);
  yield* explicitElement(located.element, surroundings);
  return at + located.end;
}

async function loaded(source: FileWindow, { tag, at, value, length }: Head): Promise<Buffer> {
  if (length > LARGEST_SEQUENCE) throw new MalformedDataset(`${formatTag(tag)} is longer than 64 MB`);
  return source.bytesAt(at, value - at + length);
}

/** Only its end tells how long it is, so more and more is read. */
async function locateOpen(source: FileWindow, at: number, encoding: Encoding) {
  for (let count = PIECE_BYTES; ; count *= 4) {
    try {
      return locateElement(await source.bytesAt(at, count), 0, encoding);
    } catch (error) {
      const isCut = error instanceof TruncatedDataset && at + count < source.size;
      if (!isCut || count >= LARGEST_SEQUENCE) throw error;
    }
  }
}

async function* longValue(
  source: FileWindow,
  { tag, value, length }: Head,
  { littleEndian }: Encoding,
  vr: string,
): AsyncGenerator<Uint8Array> {
  const word = littleEndian ? 1 : wordBytes(vr);
  const size = length + (length % 2);
  yield elementHead(tag, size > longestValue(vr) ? "UN" : vr, size);
  for (let done = 0; done < length; done += PIECE_BYTES) {
    const count = Math.min(PIECE_BYTES, length - done);
    const piece = (await source.bytesAt(value + done, count)).subarray(0, count);
    if (piece.length < count) throw new TruncatedDataset(`${formatTag(tag)} is longer than the file`);
    yield word === 1 ? piece : turnedWords(piece, word);
  }
  if (length % 2 === 1) yield paddingOf(vr);
}

const isCreator = (tag: number): boolean =>
  (tag >>> 16) % 2 === 1 && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;

async function textAt(source: FileWindow, { value, length }: Head): Promise<string> {
  const bytes = await source.bytesAt(value, Math.min(length, 64));
  return bytes.toString("latin1", 0, Math.min(length, 64)).replace(/[\0 ]+$/, "");
}
