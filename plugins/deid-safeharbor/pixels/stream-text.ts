// Finds text inside of compressed frames: comments and application segments that encoders and cameras put there.
import type { ByteRange, FileSource } from "@thalamus/sdk/dicom";

/** Marker segments before the first scan or tile. */
interface Dialect {
  /** Second byte of the marker the stream begins with; the first one of all is FF. */
  readonly start: number;
  /** Where samples begin. */
  readonly end: number;
  /** Bytes of a segment, behind its length, that belong to its syntax; undefined for segments without text. */
  textAfter(marker: number): number | undefined;
}

/** ISO/IEC 10918-1 B.2.4, also JPEG-LS. APP0, APP8 and APP14 say how colours are to be read. */
const JPEG: Dialect = {
  start: 0xd8,
  end: 0xda,
  textAfter: (marker) => {
    const application = marker >= 0xe0 && marker <= 0xef && ![0xe0, 0xe8, 0xee].includes(marker);
    return application || marker === 0xfe ? 0 : undefined;
  },
};
/** ISO/IEC 15444-1 A.9.2: a comment begins with two bytes that tell whether it is text. */
const JPEG_2000: Dialect = {
  start: 0x4f,
  end: 0x90,
  textAfter: (marker) => (marker === 0x64 ? 2 : undefined),
};

const SYNTAXES = "1.2.840.10008.1.2.4.";
const DIALECTS: readonly (readonly [Dialect, readonly string[]])[] = [
  [JPEG, ["50", "51", "57", "70", "80", "81"]],
  [JPEG_2000, ["90", "91", "92", "93", "201", "202", "203"]],
];
/** What encoders write about themselves names nobody. */
const HARMLESS =
  /^(|Kakadu-v?[\d.]+|Created by (?:GDCM\/)?OpenJPEG version [\d.]+|Creator: JasPer Version [\d.]+)$/;
const MOST_SEGMENTS = 10_000;
const LONGEST_NAME = 64;
const SEGMENT_HEAD = 4;

/** Whether streams of a transfer syntax have places for text. */
export const mayHoldText = (transferSyntaxUid: string): boolean => dialectOf(transferSyntaxUid) !== undefined;

function dialectOf(transferSyntaxUid: string): Dialect | undefined {
  if (!transferSyntaxUid.startsWith(SYNTAXES)) return undefined;
  const own = transferSyntaxUid.slice(SYNTAXES.length);
  return DIALECTS.find(([, syntaxes]) => syntaxes.includes(own))?.[0];
}

/**
 * Where text stands before the samples of a frame.
 * @param frame its fragments, in order
 * @returns ranges of the file; undefined when the frame is no stream of its transfer syntax
 */
export async function textInStream(
  file: FileSource,
  frame: readonly ByteRange[],
  transferSyntaxUid: string,
): Promise<readonly ByteRange[] | undefined> {
  const dialect = dialectOf(transferSyntaxUid);
  if (!dialect) return [];
  const stream = new FrameStream(file, frame);
  const [first, second] = await stream.read(0, 2);
  if (first !== 0xff || second !== dialect.start) return undefined;
  const found: ByteRange[] = [];
  let at = 2;
  for (let segments = 0; segments < MOST_SEGMENTS; segments += 1) {
    const head = await stream.read(at, SEGMENT_HEAD);
    if (head.length < 2 || head[0] !== 0xff) return undefined;
    const marker = head[1]!;
    if (marker === dialect.end) return found;
    // A marker may be preceded by any number of FF (ISO/IEC 10918-1 B.1.1.2).
    if (marker === 0xff) at += 1;
    else if (head.length < SEGMENT_HEAD || head.readUInt16BE(2) < 2) return undefined;
    else {
      const next = at + 2 + head.readUInt16BE(2);
      const after = dialect.textAfter(marker);
      if (after !== undefined) found.push(...(await textBetween(stream, at + SEGMENT_HEAD + after, next)));
      at = next;
    }
  }
  return undefined;
}

async function textBetween(stream: FrameStream, from: number, to: number): Promise<ByteRange[]> {
  if (to <= from) return [];
  const text = await stream.read(from, Math.min(to - from, LONGEST_NAME + 1));
  return HARMLESS.test(text.toString("latin1").replace(/[\0 \n]+$/, "")) ? [] : stream.rangesOf(from, to);
}

/** The fragments of a frame as if they were one. */
class FrameStream {
  readonly #file: FileSource;
  readonly #frame: readonly ByteRange[];

  constructor(file: FileSource, frame: readonly ByteRange[]) {
    this.#file = file;
    this.#frame = frame;
  }

  /** @returns fewer bytes at the end */
  async read(from: number, count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (const range of this.rangesOf(from, from + count)) {
      const part = Buffer.alloc(range.to - range.from);
      parts.push(part.subarray(0, await this.#file.read(part, range.from)));
    }
    return Buffer.concat(parts);
  }

  /** Where bytes of the frame lie in the file. */
  rangesOf(from: number, to: number): ByteRange[] {
    const ranges: ByteRange[] = [];
    let begin = 0;
    for (const fragment of this.#frame) {
      const end = begin + fragment.to - fragment.from;
      const [first, last] = [Math.max(from, begin), Math.min(to, end)];
      if (first < last)
        ranges.push({ from: fragment.from + first - begin, to: fragment.from + last - begin });
      begin = end;
    }
    return ranges;
  }
}
