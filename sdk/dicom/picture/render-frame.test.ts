// Known pixels become known greys and colours, whatever the arrangement, the compression and the order of bytes.
import { decode } from "fast-png";
import { describe, expect, it, test } from "vitest";
import type { Dataset } from "../index.ts";
import { openImage, type RenderOptions, renderFrame } from "./index.ts";
import {
  compressedFile,
  imageFile,
  pixelsOf,
  type RawImage,
  rendered,
  sourceOf,
} from "./testing/raw-image.ts";

const SIDE = 64;
const COUNT = SIDE * SIDE;
const GREY: Dataset = {
  ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", Rows: SIDE, Columns: SIDE },
  ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0 },
  ...{ WindowCenter: [1000], WindowWidth: [501] },
};
const RGB: Dataset = {
  ...{
    SamplesPerPixel: 3,
    PhotometricInterpretation: "RGB",
    PlanarConfiguration: 0,
    Rows: SIDE,
    Columns: SIDE,
  },
  ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
};

const words = (valueAt: (pixel: number) => number, count = COUNT): Buffer => {
  const bytes = Buffer.alloc(2 * count);
  for (let pixel = 0; pixel < count; pixel += 1) bytes.writeUInt16LE(valueAt(pixel) & 0xffff, 2 * pixel);
  return bytes;
};
/** Left to right from 700 to 1,330. */
const RAMP = (pixel: number): number => 700 + 10 * (pixel % SIDE);
const ramp = (): RawImage => ({ header: GREY, pixels: words(RAMP) });
/** PS3.3 C.11.2.1.2.1 with the window of GREY. */
const linear = (value: number): number =>
  Math.min(255, Math.max(0, Math.round(((value - 999.5) / 500 + 0.5) * 255)));
const greys = async (file: Uint8Array, options: Partial<RenderOptions> = {}) =>
  pixelsOf(await rendered(file, options)).map(([grey]) => grey!);
const near = (found: readonly number[], wanted: (pixel: number) => number, by = 1) =>
  expect(found.every((grey, pixel) => Math.abs(grey - wanted(pixel)) <= by)).toBe(true);

describe("greys", () => {
  it("follow the window of the object", async () => {
    const found = await greys(imageFile(ramp()));
    near(found, (pixel) => linear(RAMP(pixel)));
    expect([found[0], found[SIDE - 1]]).toEqual([0, 255]);
  });

  it("follow a window that is given, and the one that fits where none is told", async () => {
    near(await greys(imageFile(ramp()), { window: { center: 1500.5, width: 1001 } }), (pixel) =>
      Math.min(255, Math.max(0, ((RAMP(pixel) - 1000) / 1000) * 255)),
    );
    const bare = { ...GREY, WindowCenter: undefined, WindowWidth: undefined };
    const fitting = await rendered(imageFile({ header: bare, pixels: words(RAMP) }));
    expect(fitting.window).toEqual({ center: 1015.5, width: 631 });
    expect((await rendered(imageFile(ramp()), { window: "fit" })).window).toEqual(fitting.window);
  });

  it("are those of rescaled, signed values", async () => {
    const header = { ...GREY, BitsStored: 16, HighBit: 15, PixelRepresentation: 1 };
    const scaledBy = { RescaleSlope: [2], RescaleIntercept: [1400] };
    // stored from -350 to -35
    const pixels = words((pixel) => (RAMP(pixel) - 1400) / 2);
    near(await greys(imageFile({ header: { ...header, ...scaledBy }, pixels })), (pixel) =>
      linear(RAMP(pixel)),
    );
  });

  it("are turned around in MONOCHROME1", async () => {
    const header = { ...GREY, PhotometricInterpretation: "MONOCHROME1" };
    near(await greys(imageFile({ header, pixels: words(RAMP) })), (pixel) => 255 - linear(RAMP(pixel)));
  });

  it("do not see an overlay in the bits above", async () => {
    const pixels = words((pixel) => RAMP(pixel) | 0x8000);
    near(await greys(imageFile({ header: GREY, pixels })), (pixel) => linear(RAMP(pixel)));
  });

  it("are the same in big endian", async () => {
    const little = imageFile(ramp());
    const { header } = await openImage(sourceOf(little));
    const swapped = imageFile(ramp());
    const at = swapped.length - 2 * COUNT;
    swapped.subarray(at).swap16();
    const image = await openImage(sourceOf(little));
    const encoding = { explicit: true, littleEndian: false };
    const big = { ...image, header, place: { ...image.place, encoding } };
    const options = { frame: 1, size: SIDE, window: "stored", format: "png" } as const;
    const found = pixelsOf(await renderFrame(sourceOf(swapped), big, options)).map(([grey]) => grey!);
    near(found, (pixel) => linear(RAMP(pixel)));
  });

  it("take SIGMOID and LINEAR_EXACT at their word", async () => {
    const saying = (text: string) =>
      greys(imageFile({ ...ramp(), more: [[0x00281056, "CS", Buffer.from(text)]] }));
    near(await saying("SIGMOID "), (pixel) => 255 / (1 + Math.exp((-4 * (RAMP(pixel) - 1000)) / 501)));
    near(await saying("LINEAR_EXACT"), (pixel) =>
      Math.min(255, Math.max(0, ((RAMP(pixel) - 1000) / 501 + 0.5) * 255)),
    );
  });
});

test.each([
  ["RLE", "1.2.840.10008.1.2.5"],
  ["JPEG Lossless", "1.2.840.10008.1.2.4.70"],
  ["JPEG-LS", "1.2.840.10008.1.2.4.80"],
  ["JPEG 2000", "1.2.840.10008.1.2.4.90"],
])("%s gives the greys of the uncompressed image", async (_, syntax) => {
  near(await greys(await compressedFile({ ...ramp(), syntax })), (pixel) => linear(RAMP(pixel)), 0.5);
});

describe("colours", () => {
  const colourAt = (pixel: number) => [(pixel % SIDE) * 4, Math.floor(pixel / SIDE) * 4, 77] as const;
  const all = Array.from({ length: COUNT }, (_, pixel) => colourAt(pixel));

  it("are shown interleaved, in planes, and in RLE", async () => {
    const mixed = Buffer.from(all.flat());
    expect(pixelsOf(await rendered(imageFile({ header: RGB, pixels: mixed })))).toEqual(all);
    const planes = Buffer.from([0, 1, 2].flatMap((colour) => all.map((one) => one[colour]!)));
    const header = { ...RGB, PlanarConfiguration: 1 };
    expect(pixelsOf(await rendered(imageFile({ header, pixels: planes })))).toEqual(all);
    const packed = await compressedFile({ header: RGB, pixels: mixed, syntax: "1.2.840.10008.1.2.5" });
    expect(pixelsOf(await rendered(packed))).toEqual(all);
    expect((await rendered(packed)).window).toBeUndefined();
  });

  it("of YBR_FULL become red, green and blue", async () => {
    const header = { ...RGB, PhotometricInterpretation: "YBR_FULL" };
    // pure red of PS3.3 C.7.6.3.1.2
    const pixels = Buffer.from(Array.from({ length: COUNT }, () => [76, 85, 255]).flat());
    const [[red, green, blue] = []] = pixelsOf(await rendered(imageFile({ header, pixels })));
    expect([red! > 250, green! < 5, blue! < 5]).toEqual([true, true, true]);
  });

  it("of a palette are those of its tables, the ends beyond them", async () => {
    const header = { ...GREY, PhotometricInterpretation: "PALETTE COLOR", BitsAllocated: 8, BitsStored: 8 };
    const descriptor = Buffer.from(Uint16Array.of(4, 10, 16).buffer);
    const table = (...values: number[]) => Buffer.from(Uint16Array.from(values, (one) => one << 8).buffer);
    const tables = [table(1, 2, 3, 4), table(11, 12, 13, 14), table(21, 22, 23, 24)];
    const more = [
      ...[1, 2, 3].map((n) => [0x00281100 + n, "US", descriptor] as const),
      ...tables.map((one, n) => [0x00281201 + n, "OW", one] as const),
    ];
    const pixels = Buffer.from(Array.from({ length: COUNT }, (_, pixel) => 8 + (pixel % 8)));
    const found = pixelsOf(await rendered(imageFile({ header: { ...header, HighBit: 7 }, more, pixels })));
    const wanted = [1, 1, 1, 2, 3, 4, 4, 4].map((red) => [red, red + 10, red + 20]);
    expect(found.slice(0, 8)).toEqual(wanted);
  });
});

describe("frames", () => {
  const frames = 20;
  const header = { ...GREY, NumberOfFrames: frames };
  const several = words((at) => 700 + 30 * Math.floor(at / COUNT), COUNT * frames);

  it("come by their number, from 1 on, and no other one is read for it", async () => {
    const source = sourceOf(imageFile({ header, pixels: several }));
    const image = await openImage(source);
    const before = source.readBytes;
    const options = { frame: 12, size: SIDE, window: "stored", format: "png" } as const;
    const picture = await renderFrame(source, image, options);
    expect([picture.frame, picture.frames]).toEqual([12, frames]);
    near(
      pixelsOf(picture).map(([grey]) => grey!),
      () => linear(700 + 30 * 11),
    );
    expect(source.readBytes - before).toBe(2 * COUNT);
    // and of the header no more than one window
    expect(before).toBeLessThan(70_000);
  });

  it("of RLE come by their number too, the middle one without knowing how many there are", async () => {
    const file = await compressedFile({ header, pixels: several, syntax: "1.2.840.10008.1.2.5" });
    const middle = await rendered(file, { frame: "middle" });
    expect(middle.frame).toBe(10);
    near(
      pixelsOf(middle).map(([grey]) => grey!),
      () => linear(700 + 30 * 9),
    );
  });

  it("beyond the last one are refused with the numbers there are", async () => {
    const file = imageFile({ header, pixels: several });
    const refused = expect(rendered(file, { frame: 21 })).rejects;
    await refused.toMatchObject({ reason: "no-such-frame", message: "The image has the frames 1 to 20." });
  });

  it("of a Siemens mosaic are its slices", async () => {
    const mosaic = {
      ...GREY,
      ImageType: ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"],
      privateBlocks: [{ group: 0x0019, creator: "SIEMENS MR HEADER", elements: { 10: ["US", 13] } }],
    } as const satisfies Dataset;
    // 4 by 4 tiles of 16 pixels; each tile has one value
    const pixels = words((at) => 700 + 30 * (Math.floor(at / SIDE / 16) * 4 + Math.floor((at % SIDE) / 16)));
    const picture = await rendered(imageFile({ header: mosaic, pixels }), { frame: 7 });
    expect([picture.frames, picture.width, picture.height]).toEqual([13, 64, 64]);
    near(
      pixelsOf(picture).map(([grey]) => grey!),
      () => linear(700 + 30 * 6),
    );
  });
});

describe("the picture", () => {
  it("is as large as asked for, with the shape that its pixels have in the patient", async () => {
    const header = { ...GREY, PixelSpacing: [2, 1] };
    const { width, height } = await rendered(imageFile({ header, pixels: words(RAMP) }), { size: 512 });
    expect([width, height]).toEqual([256, 512]);
  });

  it("keeps its mean when it gets smaller and its ends when it gets larger", async () => {
    const half = await rendered(imageFile({ header: GREY, pixels: words((at) => (at % 2 ? 2000 : 0)) }), {
      size: 32,
    });
    const inner = pixelsOf(half).filter((_, pixel) => pixel % 32 > 0 && pixel % 32 < 31);
    expect(inner.every(([grey]) => Math.abs(grey! - 127.5) < 2)).toBe(true);
    const large = decode((await rendered(imageFile(ramp()), { size: 256 })).bytes);
    expect([large.width, large.data[0], large.data[255]]).toEqual([256, 0, 255]);
  });

  it("is a JPEG when that is asked for", async () => {
    const { bytes } = await rendered(imageFile(ramp()), { format: "jpeg", size: 128 });
    expect([...bytes.subarray(0, 3), ...bytes.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xff, 0xd9]);
    expect(bytes.length).toBeLessThan(6000);
  });
});

describe("what cannot be shown is told in words and with a reason", () => {
  const reasonOf = (file: Uint8Array) =>
    rendered(file).then(
      () => "shown",
      (error: { reason?: string; name: string }) => error.reason ?? error.name,
    );

  it.each([
    ["single bits", { ...ramp(), header: { ...GREY, BitsAllocated: 1, BitsStored: 1 } }, "unsupported"],
    ["too few pixels", { header: GREY, pixels: Buffer.alloc(10) }, "TruncatedDataset"],
    [
      "a palette without tables",
      { ...ramp(), header: { ...GREY, PhotometricInterpretation: "PALETTE COLOR" } },
      "unsupported",
    ],
  ] as const)("%s", async (_, image, reason) => {
    expect(await reasonOf(imageFile(image))).toBe(reason);
  });

  it("a damaged frame, an unknown compression, an object without a picture", async () => {
    const rle = await compressedFile({ ...ramp(), syntax: "1.2.840.10008.1.2.5" });
    rle.fill(0xff, rle.length - 2000, rle.length - 100);
    expect(await reasonOf(rle)).toBe("damaged");
    const text = (await compressedFile({ ...ramp(), syntax: "1.2.840.10008.1.2.5" })).toString("latin1");
    const renamed = Buffer.from(text.replace("1.2.840.10008.1.2.5\0", "1.2.840.10008.1.2.6\0"), "latin1");
    expect(await reasonOf(renamed)).toBe("unknown-compression");
    const plain = imageFile(ramp());
    expect(await reasonOf(plain.subarray(0, plain.length - 2 * COUNT - 12))).toBe("no-pixels");
  });
});
