// Sequences, private blocks, overlays, file meta and encodings: what is changed inside, and what stays byte for byte.
import { afterAll, describe, expect, it } from "vitest";
import { DeidBench } from "../testing/deid-bench.ts";
import {
  BIG_ENDIAN,
  EXPLICIT,
  encodeRaw,
  IMPLICIT,
  type RawElement,
  type RawItem,
  rawMrFile,
  text,
} from "../testing/raw-object.ts";

const bench = new DeidBench();
afterAll(() => bench.close());

const ENCODINGS = [
  ["explicit", EXPLICIT],
  ["implicit", IMPLICIT],
  ["big endian", BIG_ENDIAN],
] as const;
const sequence = (tag: number, items: readonly RawItem[], open = false): RawElement => ({
  tag,
  vr: "SQ",
  value: items,
  open,
});
const references = (open: boolean): RawElement =>
  sequence(
    0x00082112,
    [
      [text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.4"), text(0x00081155, "UI", "1.2.3.4.5.77")],
      [text(0x00081155, "UI", "1.2.3.4.5.6"), text(0x00100010, "PN", "QZX^VKW")],
    ],
    open,
  );

describe.each(ENCODINGS)("sequences, %s", (_, encoding) => {
  it.each([[true], [false]])(
    "A-095 X-032 UIDs in items go through the same map, without lengths: %s",
    async (open) => {
      const { dataset, context, report } = await bench.copy(rawMrFile([references(open)], encoding));
      const [first, second] = dataset.items(0x00082112);
      expect(first?.ascii(0x00081150)).toBe("1.2.840.10008.5.1.4.1.1.4");
      expect(first?.ascii(0x00081155)).toBe(context.uids.map("1.2.3.4.5.77"));
      expect(second?.ascii(0x00081155)).toBe(dataset.ascii(0x00080018));
      expect(second?.ascii(0x00100010)).toBe(context.pseudonym);
      expect(report.changes).toContainEqual({
        path: "(0008,2112)[0].(0008,1155)",
        action: "map",
        rule: "PS3.15 U",
      });
    },
  );

  it("X-030 X-032 private sequences that are kept are taken apart, others go", async () => {
    const inner = [
      text(0x00650010, "LO", "Image Private Header"),
      text(0x00651009, "DS", "1000"),
      text(0x00651099, "LO", "QZXVKW"),
    ];
    const kept = [
      text(0x00650010, "LO", "Image Private Header"),
      sequence(0x00651051, [[...inner, text(0x00080022, "DA", "20240412")]], true),
    ];
    const other = [
      text(0x00110010, "LO", "QZXVKW"),
      sequence(0x00111001, [[text(0x00100010, "PN", "QZX^VKW")]]),
    ];
    const { bytes, dataset } = await bench.copy(rawMrFile([...kept, ...other], encoding));
    expect(bytes.toString("latin1")).not.toMatch(/QZX|20240412/);
    expect(dataset.items(0x00651051)[0]?.ascii(0x00651009)).toBe("1000");
    expect(dataset.has(0x00110010)).toBe(false);
  });

  it("X-030 an element that may stay goes when it holds what it should not", async () => {
    const block = [
      text(0x00190010, "LO", "SIEMENS MR HEADER"),
      text(0x0019100c, "IS", "QZXVKW"),
      text(0x0019100d, "CS", "QZXVKW"),
      text(0x0019100e, "UN", "QZXVKW"),
      text(0x00510010, "LO", "SIEMENS MR HEADER"),
      text(0x0051100b, "LO", "QZXVKW"),
      text(0x00290010, "LO", "SIEMENS CSA HEADER"),
      text(0x00291010, "OB", "QZXVKW"),
    ];
    const { bytes } = await bench.copy(rawMrFile(block, encoding));
    expect(bytes.includes("QZXVKW")).toBe(false);
  });

  it("X-030 doubles that look like text by chance stay, and text in the place of doubles goes", async () => {
    const doubles = (...values: number[]) => Buffer.from(new Float64Array(values).buffer);
    const block = (value: Buffer) => [
      text(0x00650010, "LO", "Image Private Header"),
      { tag: 0x00651037, vr: encoding.explicit ? "UN" : "FD", value },
    ];
    const kept = async (value: Buffer) =>
      (await bench.copy(rawMrFile(block(value), encoding))).bytes.includes(value);
    // the bytes of 0.08333… are a letter and a row of U
    const direction = doubles(0.9965217285917832, 6.1e-17, 0.08333333333333333);
    expect(/[ -~]{6}/.test(direction.toString("latin1"))).toBe(true);
    expect(await kept(direction)).toBe(true);
    for (const name of ["QZXVKWAB", "QZXVKWABQZXVKWAB", "QZXV\0\0\0\0", "QZXVKW"])
      expect(await kept(Buffer.from(name)), name).toBe(false);
  });

  it("elements that stay are the same bytes", async () => {
    const kept = [
      text(0x00180050, "DS", "2.5"),
      text(0x00181030, "LO", "DTI AP"),
      sequence(
        0x00189117,
        [[text(0x00189075, "CS", "DIRECTIONAL"), { tag: 0x00189087, vr: "FD", value: Buffer.alloc(8, 7) }]],
        true,
      ),
    ];
    const { bytes } = await bench.copy(rawMrFile(kept, encoding));
    expect(bytes.includes(encodeRaw(kept, encoding))).toBe(true);
  });
});

describe("depth and damage", () => {
  const nested = (depth: number, open: boolean): RawElement => {
    let element = sequence(0x00082112, [[text(0x00100010, "PN", "QZX^VKW")]], open);
    for (let level = 1; level < depth; level += 1) element = sequence(0x00082112, [[element]], open);
    return element;
  };
  it.each([[true], [false]])(
    "sequences are followed 64 deep and refused beyond, without lengths: %s",
    async (open) => {
      expect((await bench.copy(rawMrFile([nested(63, open)]))).bytes.includes("QZX")).toBe(false);
      await expect(bench.copy(rawMrFile([nested(70, open)]))).rejects.toThrow(/nested more than 64 deep/);
    },
  );

  it("a file that was cut within an element is refused and leaves nothing behind", async () => {
    const whole = rawMrFile([references(true)]);
    const cuts: string[] = [];
    for (let length = 140; length < whole.length; length += 3) {
      const copy = bench.copy(whole.subarray(0, length));
      // between two elements of the top level nothing tells a cut; intake compares the pixel data with its size
      const outcome = await copy.then(
        ({ report }) => (report.pixels ? "passed" : "between elements"),
        (error: Error) => error.name,
      );
      cuts.push(outcome);
    }
    expect(new Set(cuts)).toEqual(new Set(["TruncatedDataset", "MalformedDataset", "between elements"]));
    expect(cuts.filter((cut) => cut === "between elements").length).toBeLessThan(12);
  });

  it("UN that is a sequence is taken apart, UN that is none goes", async () => {
    const item = encodeRaw([sequence(0x00081155, [])], IMPLICIT);
    const content = encodeRaw([text(0x00081155, "UI", "1.2.3.4.5.77")], IMPLICIT);
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, content.length, 0, 0, 0]);
    const readable: RawElement = { tag: 0x00082112, vr: "UN", value: Buffer.concat([head, content]) };
    const { dataset, context } = await bench.copy(rawMrFile([readable]));
    expect(dataset.bytes(0x00082112)?.toString()).toContain(context.uids.map("1.2.3.4.5.77"));
    const broken: RawElement = {
      tag: 0x00082112,
      vr: "UN",
      value: Buffer.concat([Buffer.from("QZX"), item]),
    };
    expect((await bench.copy(rawMrFile([broken]))).dataset.has(0x00082112)).toBe(false);
  });
});

describe("what surrounds the header", () => {
  it("A-096 A-107 the file meta information is new but for class and syntax, the preamble is empty", async () => {
    const source = rawMrFile([]);
    source.write("QZXVKW", 0);
    const { bytes, meta, dataset } = await bench.copy(source);
    expect(bytes.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(meta.ascii(0x00020003)).toBe(dataset.ascii(0x00080018));
    expect(meta.ascii(0x00020002)).toBe("1.2.840.10008.5.1.4.1.1.4");
    expect(meta.ascii(0x00020010)).toBe("1.2.840.10008.1.2.1");
    expect(meta.has(0x00020016)).toBe(false);
    expect(bytes.includes("SENDERAE")).toBe(false);
  });

  it("A-108 the pixel data is untouched", async () => {
    const { bytes, report } = await bench.copy(rawMrFile([]));
    const { from, to } = report.pixels!.output;
    expect([...bytes.subarray(from, to)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(report.pixels?.masked).toBe(false);
  });

  it("overlays, curves, icons, signatures and padding are gone, before and behind the pixel data", async () => {
    const { bytes } = await bench.copy(
      rawMrFile([
        { tag: 0x60003000, vr: "OW", value: Buffer.from("QZXVKW") },
        text(0x60004000, "LT", "QZXVKW"),
        { tag: 0x50003000, vr: "OW", value: Buffer.from("QZXVKW") },
        sequence(0x00880200, [[{ tag: 0x7fe00010, vr: "OW", value: Buffer.from("QZXVKW") }]]),
        { tag: 0x7fe10010, vr: "LO", value: "QZXVKW" },
        { tag: 0x7fe11010, vr: "OB", value: Buffer.from("QZXVKW") },
        sequence(0xfffafffa, [[text(0x04000120, "OB", "QZXVKW")]]),
        { tag: 0xfffcfffc, vr: "OB", value: Buffer.from("QZXVKW") },
      ]),
    );
    expect(bytes.includes("QZXVKW")).toBe(false);
  });

  it("the copy says how it was made", async () => {
    const { dataset } = await bench.copy(rawMrFile([text(0x00120063, "LO", "QZXVKW")]));
    expect(dataset.ascii(0x00120062)).toBe("YES");
    expect(dataset.ascii(0x00120063)).not.toContain("QZX");
    const codes = dataset.items(0x00120064).map((item) => item.ascii(0x00080100));
    expect(codes).toEqual(["113100", "113105", "113107", "113108", "113111"]);
    expect(dataset.ascii(0x00280303)).toBe("MODIFIED");
    const removed = await bench.copy(rawMrFile([]), { shiftDates: false });
    expect(removed.dataset.ascii(0x00280303)).toBe("REMOVED");
  });
});
