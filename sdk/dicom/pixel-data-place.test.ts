// Where frames lie: native ones, compressed ones in fragments, with and without tables, and files that lie.
import { describe, expect, test } from "vitest";
import { type Dataset, encodeDataset } from "./dataset-writer.ts";
import { readHeader } from "./file-header.ts";
import { encodeFileMeta } from "./file-meta.ts";
import type { FileSource } from "./file-window.ts";
import { findFrames, findPixelData } from "./pixel-data-place.ts";

const NATIVE = "1.2.840.10008.1.2.1";
const JPEG = "1.2.840.10008.1.2.4.50";
const image = { Rows: 2, Columns: 2, BitsAllocated: 8, SamplesPerPixel: 1 } satisfies Dataset;

function sourceOf(dataSet: Uint8Array, transferSyntaxUid: string): FileSource & { readonly file: Buffer } {
  const object = { sopClassUid: "1.2.840.10008.5.1.4.1.1.7", sopInstanceUid: "1.2.3", transferSyntaxUid };
  const file = Buffer.concat([encodeFileMeta(object), dataSet]);
  const read = async (into: Uint8Array, at: number) =>
    file.copy(into, 0, at, Math.min(file.length, at + into.length));
  return { file, size: file.length, read };
}

/** Bytes of each frame as text; undefined when the file does not tell where they are. */
async function framesOf(dataSet: Uint8Array, syntax: string): Promise<string[] | undefined> {
  const source = sourceOf(dataSet, syntax);
  const header = await readHeader(source);
  const place = await findPixelData(source, header);
  const frames = place && (await findFrames(source, header, place));
  return frames?.map((ranges) =>
    ranges.map(({ from, to }) => source.file.toString("latin1", from, to)).join(""),
  );
}

const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const item = (content: Uint8Array) => Buffer.concat([u32(0xe000fffe, content.length), content]);
const PIXELS = Buffer.concat([u32(0x00107fe0), Buffer.from("OB\0\0"), u32(0xffffffff)]);
const END = u32(0xe0ddfffe, 0);

function compressed(
  frames: number,
  table: readonly number[],
  fragments: readonly string[],
  before = Buffer.alloc(0),
) {
  const header = encodeDataset({ ...image, NumberOfFrames: frames });
  const items = [item(u32(...table)), ...fragments.map((one) => item(Buffer.from(one)))];
  return Buffer.concat([header, before, PIXELS, ...items, END]);
}

describe("native frames", () => {
  test("follow one another without gaps", async () => {
    const PixelData = Buffer.from("aaaabbbbcccc");
    expect(await framesOf(encodeDataset({ ...image, NumberOfFrames: 3, PixelData }), NATIVE)).toEqual([
      ...["aaaa", "bbbb", "cccc"],
    ]);
  });

  test("are as long as their samples and bits say; padding belongs to none", async () => {
    const rgb = { ...image, SamplesPerPixel: 3, PixelData: Buffer.from("rgbrgbrgbrgb") };
    expect(await framesOf(encodeDataset(rgb), NATIVE)).toEqual(["rgbrgbrgbrgb"]);
    const odd = { ...image, Rows: 1, Columns: 3, PixelData: Buffer.from("abc\0") };
    expect(await framesOf(encodeDataset(odd), NATIVE)).toEqual(["abc"]);
  });

  test("of single bits that begin in mid-byte cannot be told apart", async () => {
    const bits = { ...image, BitsAllocated: 1, NumberOfFrames: 2, PixelData: Uint8Array.of(0xff, 0) };
    expect(await framesOf(encodeDataset(bits), NATIVE)).toBeUndefined();
  });

  test("that are not all there are refused", async () => {
    const cut = { ...image, NumberOfFrames: 9, PixelData: Buffer.from("aaaabbbb") };
    await expect(framesOf(encodeDataset(cut), NATIVE)).rejects.toThrow("is shorter than its frames");
  });
});

describe("compressed frames", () => {
  test.each([
    ["one in several fragments", compressed(1, [], ["one ", "two "]), ["one two "]],
    ["one fragment each, whatever the table says", compressed(2, [0, 999], ["aa", "bb"]), ["aa", "bb"]],
    [
      "several fragments each, by the basic table",
      compressed(2, [0, 20], ["aa", "AA", "bb"]),
      ["aaAA", "bb"],
    ],
    [
      "several fragments each, by a table that is wrong",
      compressed(2, [0, 11], ["aa", "AA", "bb"]),
      undefined,
    ],
    ["several fragments without a table", compressed(2, [], ["aa", "AA", "bb"]), undefined],
  ])("%s", async (_name, dataSet, frames) => {
    expect(await framesOf(dataSet, JPEG)).toEqual(frames);
  });

  test("several fragments each, by the extended table before the pixel data", async () => {
    const table = Buffer.from(BigUint64Array.from([0n, 10n]).buffer);
    const extended = Buffer.concat([u32(0x00017fe0), Buffer.from("OV\0\0"), u32(table.length), table]);
    expect(await framesOf(compressed(2, [], ["aa", "bb", "BB"], extended), JPEG)).toEqual(["aa", "bbBB"]);
  });

  test("whose lengths lie are refused", async () => {
    const header = encodeDataset(image);
    const long = Buffer.concat([header, PIXELS, item(u32()), u32(0xe000fffe, 5000), Buffer.from("aa"), END]);
    await expect(framesOf(long, JPEG)).rejects.toThrow("longer than the file");
    const noise = Buffer.concat([header, PIXELS, item(u32()), Buffer.from("what is this here")]);
    await expect(framesOf(noise, JPEG)).rejects.toThrow("where a fragment should");
    const open = Buffer.concat([header, PIXELS, item(u32())]);
    await expect(framesOf(open, JPEG)).rejects.toThrow("ends inside");
  });
});

test("an object without pixels has no place for them", async () => {
  expect(await framesOf(encodeDataset({ PatientID: "1" }), NATIVE)).toBeUndefined();
});
