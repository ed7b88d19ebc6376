// Compressed pixels, compressed by dcmtk and GDCM: decompressed by us they are bit for bit what they were before.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { hasTool, runTool } from "../../testing/real-data.ts";
import { dcmodify, GREY_16, type TestPicture, writeTestPicture } from "../../testing/test-picture.ts";
import { compressedFrameShape, openFrameCodec } from "../codecs/index.ts";
import { elementHead } from "../dataset-writer.ts";
import { encodeFileMeta } from "../file-meta.ts";
import { Tag } from "../tags.ts";
import { headerOf, pixelsOf, transcoded, transcodeFile } from "./testing/transcoded.ts";

const folder = mkdtempSync(join(tmpdir(), "decoded-frames-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GREY_8: TestPicture = { ...GREY_16, bitsAllocated: 8, bitsStored: 8 };
const SIGNED: TestPicture = { ...GREY_16, signed: true };
const GREY_FULL: TestPicture = { ...GREY_16, bitsStored: 16 };
const SIGNED_FULL: TestPicture = { ...SIGNED, bitsStored: 16 };
const RGB: TestPicture = { ...GREY_8, samples: 3, photometric: "RGB" };
/** An odd number of bytes altogether. */
const ODD: TestPicture = { ...GREY_8, rows: 15, columns: 13 };

const RLE = ["dcmcrle"];
const JPEG = ["dcmcjpeg", "+e1", "+cn"];
const JPEG_PIECES = [...JPEG, "+fs", "1"];
const JPEG_14 = ["dcmcjpeg", "+el", "+sv", "5", "+cn"];
const JPEG_LS = ["dcmcjpls", "+el"];
const JPEG_LS_PIECES = [...JPEG_LS, "+fs", "1"];
const JPEG_2000 = ["gdcmconv", "--j2k"];

const run = ([program = "", ...args]: readonly string[], source: string, target: string) =>
  expect(runTool(program, ...args, source, target)).toMatchObject({ status: 0 });

const CASES: readonly (readonly [string, TestPicture, readonly string[], string])[] = [
  ["RLE, 8 bits", GREY_8, RLE, "1.2.840.10008.1.2.5"],
  ["RLE, 8 bits, an odd number of pixels", ODD, RLE, "1.2.840.10008.1.2.5"],
  ["RLE, 12 bits", GREY_16, RLE, "1.2.840.10008.1.2.5"],
  ["RLE, 16 bits signed", SIGNED_FULL, RLE, "1.2.840.10008.1.2.5"],
  ["RLE, 32 bits", { ...GREY_16, bitsAllocated: 32, bitsStored: 32 }, RLE, "1.2.840.10008.1.2.5"],
  ["RLE, colours", RGB, RLE, "1.2.840.10008.1.2.5"],
  ["JPEG Lossless SV1, 8 bits", GREY_8, JPEG, "1.2.840.10008.1.2.4.70"],
  ["JPEG Lossless SV1, 12 bits", GREY_16, JPEG, "1.2.840.10008.1.2.4.70"],
  ["JPEG Lossless SV1, 12 bits signed", SIGNED, JPEG, "1.2.840.10008.1.2.4.70"],
  ["JPEG Lossless SV1, 16 bits", GREY_FULL, JPEG, "1.2.840.10008.1.2.4.70"],
  ["JPEG Lossless SV1, 16 bits signed", SIGNED_FULL, JPEG, "1.2.840.10008.1.2.4.70"],
  ["JPEG Lossless SV1, frames in several fragments", GREY_16, JPEG_PIECES, "1.2.840.10008.1.2.4.70"],
  [
    "JPEG Lossless SV1, frames in several fragments and no table of them",
    GREY_16,
    [...JPEG_PIECES, "-ot"],
    "1.2.840.10008.1.2.4.70",
  ],
  ["JPEG Lossless SV1, colours", RGB, JPEG, "1.2.840.10008.1.2.4.70"],
  ["JPEG Lossless Process 14, 12 bits", GREY_16, JPEG_14, "1.2.840.10008.1.2.4.57"],
  ["JPEG-LS, 8 bits", GREY_8, JPEG_LS, "1.2.840.10008.1.2.4.80"],
  ["JPEG-LS, 12 bits", GREY_16, JPEG_LS, "1.2.840.10008.1.2.4.80"],
  ["JPEG-LS, 16 bits signed", SIGNED_FULL, JPEG_LS, "1.2.840.10008.1.2.4.80"],
  ["JPEG-LS, frames in several fragments", GREY_16, JPEG_LS_PIECES, "1.2.840.10008.1.2.4.80"],
  ["JPEG 2000, 8 bits", GREY_8, JPEG_2000, "1.2.840.10008.1.2.4.90"],
  ["JPEG 2000, 12 bits", GREY_16, JPEG_2000, "1.2.840.10008.1.2.4.90"],
  ["JPEG 2000, 12 bits signed", SIGNED, JPEG_2000, "1.2.840.10008.1.2.4.90"],
  ["JPEG 2000, 16 bits signed", SIGNED_FULL, JPEG_2000, "1.2.840.10008.1.2.4.90"],
  ["JPEG 2000, colours", RGB, JPEG_2000, "1.2.840.10008.1.2.4.90"],
];

const DECOMPRESS: Readonly<Record<string, readonly string[]>> = {
  "1.2.840.10008.1.2.5": ["dcmdrle"],
  "1.2.840.10008.1.2.4.57": ["dcmdjpeg", "+cn"],
  "1.2.840.10008.1.2.4.70": ["dcmdjpeg", "+cn"],
  "1.2.840.10008.1.2.4.80": ["dcmdjpls"],
  "1.2.840.10008.1.2.4.90": ["gdcmconv", "--raw"],
};

describe("issue 6 lossless compression is undone bit for bit, as before and as another program does it", () => {
  for (const [name, picture, compress, syntax] of CASES) {
    const decompress = DECOMPRESS[syntax]!;
    test.skipIf(![compress[0]!, decompress[0]!].every(hasTool))(name, async () => {
      const path = (part: string) => join(folder, `${name}.${part}`);
      writeTestPicture(path("raw"), picture);
      run(compress, path("raw"), path("compressed"));
      expect((await headerOf(path("compressed"))).transferSyntax.uid).toBe(syntax);
      await transcodeFile(path("compressed"), path("ours"));
      const { transferSyntax, dataset } = await headerOf(path("ours"));
      expect(transferSyntax.uid).toBe("1.2.840.10008.1.2.1");
      expect(dataset.ascii(Tag.LossyImageCompression) ?? "00").toBe("00");
      const ours = await pixelsOf(readFileSync(path("ours")));
      expect(ours.equals(await pixelsOf(readFileSync(path("raw"))))).toBe(true);
      run(decompress, path("compressed"), path("theirs"));
      // GDCM leaves out the byte that makes the length even
      const theirs = await pixelsOf(readFileSync(path("theirs")));
      expect(ours.subarray(0, theirs.length).equals(theirs)).toBe(true);
      // what another program thinks of the file
      expect(runTool("dcmdump", "-q", path("ours"))).toMatchObject({ status: 0, output: expect.any(String) });
    });
  }
});

/** No other program here writes it. */
test.each(["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202"])(
  "issue 6 high-throughput JPEG 2000 (%s) gives what our encoder was given",
  async (syntax) => {
    const raw = join(folder, `${syntax}.raw`);
    writeTestPicture(raw, SIGNED_FULL);
    const { dataset } = await headerOf(raw);
    const pixels = await pixelsOf(readFileSync(raw));
    const shape = compressedFrameShape(dataset)!;
    const items: Buffer[] = [];
    for (let at = 0; at < pixels.length; at += shape.frameBytes) {
      const codec = await openFrameCodec(syntax, shape);
      items.push(fragment(codec.encode(pixels.subarray(at, at + shape.frameBytes))));
    }
    const elements = dataset
      .elements()
      .flatMap(({ tag, vr, value }) => [elementHead(tag, vr, value.length), value]);
    const meta = encodeFileMeta({
      sopClassUid: "1.2.3",
      sopInstanceUid: "1.2.3.4",
      transferSyntaxUid: syntax,
    });
    const head = elementHead(Tag.PixelData, "OB", 0);
    head.writeUInt32LE(0xffffffff, 8);
    const file = Buffer.concat([
      meta,
      ...elements,
      head,
      fragment(Buffer.alloc(0)),
      ...items,
      Buffer.from("feffdde000000000", "hex"),
    ]);
    expect((await pixelsOf(await transcoded(file))).equals(pixels)).toBe(true);
  },
);

function fragment(bytes: Buffer): Buffer {
  const head = Buffer.from("feff00e000000000", "hex");
  head.writeUInt32LE(bytes.length + (bytes.length % 2), 4);
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
}

describe("issue 6 compression with loss", () => {
  test.skipIf(!hasTool("dcmcjpeg")).for([
    ["JPEG Baseline", GREY_8, ["dcmcjpeg", "+eb"], ["dcmdjpeg"]],
    ["JPEG Extended, 12 bits", GREY_16, ["dcmcjpeg", "+ee"], ["dcmdjpeg"]],
    ["JPEG Baseline, colours", RGB, ["dcmcjpeg", "+eb", "+s4"], ["dcmdjpeg"]],
    ["JPEG-LS Near-lossless", GREY_16, ["dcmcjpls", "+en"], ["dcmdjpls"]],
  ] as const)(
    "%s comes out as it is, says so, and is what another program makes of it",
    async ([name, picture, compress, decompress]) => {
      const path = (part: string) => join(folder, `${name}.${part}`);
      writeTestPicture(path("raw"), picture);
      run(compress, path("raw"), path("compressed"));
      // some writers do not say it
      dcmodify(path("compressed"), "-ea", "(0028,2110)");
      await transcodeFile(path("compressed"), path("ours"));
      run(decompress, path("compressed"), path("theirs"));
      const { dataset } = await headerOf(path("ours"));
      expect(dataset.ascii(Tag.LossyImageCompression)).toBe("01");
      expect(dataset.ascii(Tag.PhotometricInterpretation)).toBe(picture.photometric);
      const [ours, theirs] = [
        await pixelsOf(readFileSync(path("ours"))),
        await pixelsOf(readFileSync(path("theirs"))),
      ];
      expect(ours.equals(theirs)).toBe(true);
      expect(ours.equals(await pixelsOf(readFileSync(path("raw"))))).toBe(false);
    },
  );
});

describe("issue 6 what cannot be decompressed is refused in words", () => {
  /** Of one frame, so that a cut file ends amid it. */
  const compressed = (name: string, program: readonly string[]): Buffer => {
    const path = join(folder, name);
    writeTestPicture(`${path}.raw`, { ...GREY_16, frames: 1 });
    run(program, `${path}.raw`, path);
    return readFileSync(path);
  };
  const refused = (reason: string, message: RegExp) => ({ reason, message: expect.stringMatching(message) });
  /** A message about thousands of bytes helps nobody. */
  const sizeOf = async (file: Buffer) => (await transcoded(file)).length;
  /** The file with its only fragment cut to a share of its length. */
  const cutFragment = (file: Buffer, share: number): Buffer => {
    const item = file.lastIndexOf(Buffer.from("feff00e0", "hex"));
    const length = file.readUInt32LE(item + 4);
    const kept = 2 * Math.floor((length * share) / 2);
    const cut = Buffer.concat([file.subarray(0, item + 8 + kept), file.subarray(item + 8 + length)]);
    cut.writeUInt32LE(kept, item + 4);
    return cut;
  };

  test.skipIf(!hasTool("dcmcjpls")).each([
    ["1.2.840.10008.1.2.4.92", /JPEG 2000 Part 2/],
    ["1.2.840.113619.5.2\0\0\0\0", /not known/],
  ])("the transfer syntax %s", async (uid, message) => {
    const bytes = compressed("foreign", JPEG_LS);
    bytes.write(uid, bytes.indexOf("1.2.840.10008.1.2.4.80"), "latin1");
    await expect(transcoded(bytes)).rejects.toMatchObject(refused("unknown-compression", message));
  });

  test.skipIf(!hasTool("dcmcjpls"))("fragments in a transfer syntax without compression", async () => {
    const bytes = compressed("native", JPEG_LS);
    bytes.write("1.2.840.10008.1.2.1\0\0\0", bytes.indexOf("1.2.840.10008.1.2.4.80"), "latin1");
    await expect(transcoded(bytes)).rejects.toMatchObject(refused("damaged", /no length/));
  });

  const PROGRAMS = { RLE, JPEG, JPEG_14, JPEG_LS, JPEG_2000 };
  for (const [name, program] of Object.entries(PROGRAMS)) {
    describe.skipIf(!hasTool(program[0]!))(name, () => {
      test.each([0.2, 0.6, 0.95])("a frame of which only %d is there", async (share) => {
        const cut = cutFragment(compressed(name, program), share);
        await expect(sizeOf(cut)).rejects.toMatchObject(refused("damaged", /frame that/));
      });

      test("a frame of another size than the header tells, and the next file is fine", async () => {
        const whole = compressed(name, program);
        const path = join(folder, name);
        for (const rows of [39, 4000]) {
          dcmodify(path, "-m", `(0028,0010)=${rows}`);
          await expect(sizeOf(readFileSync(path))).rejects.toMatchObject(refused("damaged", /frame that/));
        }
        expect((await pixelsOf(await transcoded(whole))).length).toBe(40 * 52 * 2);
      });

      test("a file that ends amid its pixels", async () => {
        const bytes = compressed(name, program);
        const cut = bytes.subarray(0, bytes.length - 500);
        await expect(sizeOf(cut)).rejects.toMatchObject(refused("damaged", /damaged/));
      });
    });
  }

  test.skipIf(!hasTool("dcmcjpls"))("a cancelled run, between two frames", async () => {
    const bytes = compressed("cancelled", JPEG_LS);
    await expect(transcoded(bytes, AbortSignal.abort(new Error("cancelled")))).rejects.toThrow("cancelled");
  });
});
