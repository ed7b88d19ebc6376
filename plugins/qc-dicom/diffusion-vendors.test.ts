// Every maker's way to say how an image is weighted leads to the same line.
import { type Dataset, encodeDataset } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  directions,
  lines,
  makeFolder,
  removeFolder,
  rules,
  series,
  weighted,
} from "./testing/made-series.ts";
import { csaHeader, matrixOf } from "./testing/vendor-headers.ts";

beforeAll(makeFolder);
afterAll(removeFolder);

describe("A-302 diffusion detection", () => {
  const SIX = "series 3: 1 volume at b = 0, 6 at b = 1000 (6 directions)";
  const privateBlock = (group: number, creator: string, elements: object) =>
    ({ group, creator, elements }) as NonNullable<Dataset["privateBlocks"]>[number];
  const vendors: Record<string, (b: number, direction?: number[]) => Dataset> = {
    "the standard attributes": (b, direction) => ({
      DiffusionBValue: b,
      DiffusionGradientOrientation: direction,
    }),
    "Siemens' private attributes": (b, direction) => ({
      privateBlocks: [
        privateBlock(0x19, "SIEMENS MR HEADER", {
          12: ["IS", b],
          ...(direction ? { 14: ["FD", direction] } : {}),
        }),
      ],
    }),
    "GE's private attributes": (b, [x, y, z] = [0, 0, 0]) => ({
      privateBlocks: [
        privateBlock(0x19, "GEMS_ACQU_01", { 187: ["DS", x], 188: ["DS", y], 189: ["DS", z] }),
        privateBlock(0x43, "GEMS_PARM_01", { 57: ["IS", [b === 0 ? 0 : 1e9 + b, 8, 0, 0]] }),
      ],
    }),
    "Philips' private attributes": (b, direction = [0, 0, 0]) => ({
      privateBlocks: [
        privateBlock(0x2001, "Philips Imaging DD 001", { 3: ["FL", b] }),
        privateBlock(0x2005, "Philips MR Imaging DD 001", {
          176: ["FL", direction[0]],
          177: ["FL", direction[1]],
          178: ["FL", direction[2]],
        }),
      ],
    }),
    "United Imaging's private attributes": (b, direction = [0, 0, 0]) => ({
      privateBlocks: [privateBlock(0x65, "Image Private Header", { 9: ["FD", b], 55: ["FD", direction] })],
    }),
    "Siemens' b matrix": (b, direction) => ({
      privateBlocks: [
        privateBlock(0x19, "SIEMENS MR HEADER", {
          12: ["IS", b],
          ...(direction ? { 39: ["FD", matrixOf(b, direction)] } : {}),
        }),
      ],
    }),
    "Siemens' CSA2 header": (b, direction) => ({ privateBlocks: [csaBlock(2, b, direction)] }),
    "Siemens' CSA1 header": (b, direction) => ({ privateBlocks: [csaBlock(1, b, direction)] }),
    "Toshiba's comment": (b, direction) => ({
      ImageComments: `b=${b}${direction ? `(${direction.map((x) => x.toFixed(3)).join()})` : ""}`,
    }),
  };

  /** One item of a sequence, as its bytes are. */
  const itemOf = (dataset: Dataset): Buffer => {
    const content = encodeDataset(dataset);
    const head = Buffer.from("feff00e000000000", "hex");
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content]);
  };
  const csaBlock = (format: 1 | 2, b: number, direction: number[] = []) =>
    privateBlock(0x29, "SIEMENS CSA HEADER", {
      16: ["OB", csaHeader(format, { B_value: [b], DiffusionGradientDirection: direction })],
    });

  it.each(Object.keys(vendors))("A-302 counts b = 0 and directions by %s", async (vendor) => {
    const files = await series({}, weighted(vendors[vendor]!));
    const line = (await lines(files))["A-302"];
    expect(line).toMatchObject({ verdict: "pass", found: SIX });
  });

  it("A-302 counts opposite and repeated directions once", async () => {
    const opposite = directions.slice(0, 3).flatMap((one) => [one, one.map((x) => -x)]);
    const files = await series({}, [
      { DiffusionBValue: 0 },
      ...opposite.map((direction) => ({ DiffusionBValue: 1000, DiffusionGradientOrientation: direction })),
    ]);
    expect((await lines(files))["A-302"]).toMatchObject({
      verdict: "fail",
      found: "series 3: 1 volume at b = 0, 6 at b = 1000 (3 directions)",
    });
  });

  it("A-302 wants a volume at b = 0", async () => {
    const files = await series({}, weighted(vendors["the standard attributes"]!).slice(1));
    expect((await lines(files))["A-302"]?.found).toBe(
      "series 3: no volume at b = 0, 6 at b = 1000 (6 directions)",
    );
  });

  it("A-302 believes a stated count of directions where no image has one, up to the volumes there are", async () => {
    const counts: Record<string, (count: number) => Dataset["privateBlocks"]> = {
      "GE (0019,10e0)": (count) => [
        privateBlock(0x19, "GEMS_ACQU_01", { 224: ["DS", count] }),
        privateBlock(0x43, "GEMS_PARM_01", { 57: ["IS", [1e9 + 1000, 8, 0, 0]] }),
      ],
      "Philips (2005,1415)": (count) => [
        privateBlock(0x2001, "Philips Imaging DD 001", { 3: ["FL", 1000] }),
        privateBlock(0x2005, "Philips MR Imaging DD 005", { 21: ["SL", count] }),
        privateBlock(0x2005, "Philips MR Imaging DD 006", { 153: ["SL", 1] }),
      ],
      "Philips (2005,1599)": (count) => [
        privateBlock(0x2001, "Philips Imaging DD 001", { 3: ["FL", 1000] }),
        privateBlock(0x2005, "Philips MR Imaging DD 006", { 153: ["SL", count] }),
      ],
    };
    for (const [tag, blocks] of Object.entries(counts)) {
      for (const [stated, believed] of [
        [6, 6],
        [33, 7],
      ] as const) {
        const weightedImages = Array.from({ length: 7 }, () => ({ privateBlocks: blocks(stated)! }));
        const [line] = [(await lines(await series({}, weightedImages)))["A-302"]];
        const said = `series 3: no volume at b = 0, 7 at b = 1000 (${believed} directions)`;
        expect(line?.found, `${tag} says ${stated}`).toBe(said);
      }
    }
  });

  it("A-302 says that a study has no diffusion series", async () => {
    const line = (await lines(await series({})))["A-302"];
    expect(line).toMatchObject({ verdict: "fail", found: "No image with a diffusion weighting" });
  });

  it("A-302 reads what a vendor left in the frames of an enhanced image", async () => {
    const philips = vendors["Philips' private attributes"]!;
    const places: ((classic: Dataset) => Dataset)[] = [
      (classic) => ({ UnassignedPerFrameConvertedAttributesSequence: [classic] }),
      (classic) => ({
        privateBlocks: [privateBlock(0x2005, "Philips MR Imaging DD 005", { 15: ["OB", itemOf(classic)] })],
      }),
    ];
    for (const inFrame of places) {
      const frames = weighted((b, direction) => inFrame(philips(b, direction)));
      const enhanced = {
        SOPClassUID: "1.2.840.10008.5.1.4.1.1.4.1",
        NumberOfFrames: 7,
        PixelData: new Uint8Array(56),
        PerFrameFunctionalGroupsSequence: frames,
      };
      expect((await lines(await series(enhanced, [{}])))["A-302"]?.found).toBe(SIX);
    }
  });

  it("A-302 counts volumes and shells of classic slices, and tells of a lost one", async () => {
    const volume = (b: number, direction?: number[]): Dataset[] =>
      [0, 2, 4].map((z) => ({
        ImagePositionPatient: [0, 0, z],
        DiffusionBValue: b,
        ...(direction ? { DiffusionGradientOrientation: direction } : {}),
      }));
    const slices = [
      ...volume(0),
      ...volume(5),
      ...directions.flatMap((direction) => volume(995, direction)),
      ...directions.flatMap((direction) => volume(2010, direction)),
    ];
    const whole = await lines(await series({}, slices));
    expect(whole["A-301"]?.verdict).toBe("pass");
    expect(whole["A-302"]?.found).toBe(
      "series 3: 2 volumes at b = 0, 6 at b = 995 (6 directions), 6 at b = 2010 (6 directions)",
    );
    const torn = await lines(await series({}, slices.slice(1)));
    expect(torn["A-301"]).toMatchObject({ verdict: "warn", series: ["series 3"] });
    expect(torn["A-301"]?.found).toContain("slice positions differ in their number of images");
    const one = rules({ shells: { b: [1000], tolerance: 100, otherwise: "fail" } });
    expect((await lines(await series({}, slices), one))["A-302"]?.verdict).toBe("fail");
    const both = rules({ shells: { b: [1000, 2000], tolerance: 100, otherwise: "fail" } });
    expect((await lines(await series({}, slices), both))["A-302"]?.verdict).toBe("pass");
  });
});
