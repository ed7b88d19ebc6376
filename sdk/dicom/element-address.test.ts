// A private element is found by its creator, wherever the sender put the block.
import { deflateRawSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { DatasetWalker } from "./dataset-walker.ts";
import { type ElementAddress, parseElementAddress } from "./element-address.ts";
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from "./transfer-syntaxes.ts";

type Form = "explicit" | "implicit" | "big";
type Element = readonly [tag: number, vr: string, value: string | number];

/** A number instead of a value stands for so many bytes. */
function encode(form: Form, elements: readonly Element[]): Buffer {
  return Buffer.concat(
    elements.flatMap(([tag, vr, given]) => {
      const value = typeof given === "number" ? Buffer.alloc(given, "x") : Buffer.from(given, "latin1");
      const head = Buffer.alloc(form === "explicit" || form === "big" ? (vr === "UN" ? 12 : 8) : 8);
      const big = form === "big";
      const put16 = (n: number, at: number) => (big ? head.writeUInt16BE(n, at) : head.writeUInt16LE(n, at));
      const put32 = (n: number, at: number) => (big ? head.writeUInt32BE(n, at) : head.writeUInt32LE(n, at));
      put16(tag >>> 16, 0);
      put16(tag & 0xffff, 2);
      if (form === "implicit") put32(value.length, 4);
      else head.write(vr, 4, "latin1");
      if (form !== "implicit" && vr === "UN") put32(value.length, 8);
      else if (form !== "implicit") put16(value.length, 6);
      return [head, value];
    }),
  );
}

function sought(address: ElementAddress, dataSet: Buffer, syntax = EXPLICIT_VR_LITTLE_ENDIAN, piece = 7) {
  const walker = new DatasetWalker(syntax, new Set([0x0020000d]), address);
  for (let at = 0; at < dataSet.length; at += piece) walker.feed(dataSet.subarray(at, at + piece));
  walker.end();
  const bytes = walker.soughtBytes;
  return bytes && Buffer.from(bytes).toString("latin1");
}

const ACME = parseElementAddress("0019,xx01", "ACME");
const OTHER = [
  [0x00190010, "LO", "OTHER "],
  [0x00191001, "LO", "WRONG "],
] as const;

describe("A-139 a private element", () => {
  const inBlock11: Element[] = [
    [0x00190010, "LO", "OTHER "],
    [0x00190011, "LO", "ACME"],
    [0x00191001, "LO", "WRONG "],
    [0x00191101, "LO", "BRAIN "],
  ];

  test.each([
    ["explicit little endian", "explicit", EXPLICIT_VR_LITTLE_ENDIAN],
    ["implicit, without a value representation", "implicit", IMPLICIT_VR_LITTLE_ENDIAN],
    ["big endian", "big", EXPLICIT_VR_BIG_ENDIAN],
  ] as const)("is found in the second block, %s", (_name, form, syntax) => {
    expect(sought(ACME, encode(form, inBlock11), syntax)).toBe("BRAIN ");
  });

  it("is found in a deflated data set, and with VR UN", () => {
    const unknown = inBlock11.map(([tag, , value]): Element => [tag, "UN", value]);
    const deflated = deflateRawSync(encode("explicit", unknown));
    expect(sought(ACME, deflated, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)).toBe("BRAIN ");
  });

  it.each([0x10, 0x42, 0xff])("is found in block %i", (block) => {
    const elements: Element[] = [
      [0x00190000 + block, "LO", "ACME"],
      [0x00190000 + block * 256 + 1, "LO", "BRAIN "],
    ];
    expect(sought(ACME, encode("explicit", elements))).toBe("BRAIN ");
  });

  it("of another creator is none, even where the number is the same", () => {
    expect(sought(ACME, encode("explicit", OTHER))).toBeUndefined();
  });

  it("behind the pixel data is found", () => {
    const elements: Element[] = [
      [0x7fe00010, "UN", 40_000],
      [0x7fe10010, "LO", "ACME"],
      [0x7fe11001, "LO", "SPINE "],
    ];
    expect(sought(parseElementAddress("7FE1,01", "ACME"), encode("explicit", elements))).toBe("SPINE ");
  });

  it("without a creator is read as it stands", () => {
    expect(sought(parseElementAddress("0019,1001"), encode("explicit", OTHER))).toBe("WRONG ");
  });

  it("longer than any product's name is passed by, and the object stays whole", () => {
    const elements: Element[] = [
      [0x00190010, "UN", "ACME"],
      [0x00191001, "UN", 70_000],
    ];
    expect(sought(ACME, encode("explicit", elements))).toBeUndefined();
  });

  it("that is a sequence is none", () => {
    const elements: Element[] = [
      [0x00190010, "LO", "ACME"],
      [0x00191001, "SQ", ""],
    ];
    const bytes = encode("explicit", elements);
    // a sequence has a length of four bytes
    expect(sought(ACME, Buffer.concat([bytes, Buffer.alloc(4)]))).toBeUndefined();
  });
});

describe("A-139 an address", () => {
  it("is read with brackets, in small letters and with the low byte alone", () => {
    expect(parseElementAddress("(00b1,1010)", "ACME")).toEqual({
      group: 0xb1,
      element: 0x1010,
      privateCreator: "ACME",
    });
    expect(parseElementAddress("00B1,10", "ACME").element).toBe(0x10);
    expect(parseElementAddress("0008,1030")).toEqual({ group: 8, element: 0x1030 });
  });

  it.each([
    ["0019", undefined, /four hex digits/],
    ["0019,10", undefined, /all four digits/],
    ["0018,1030", "ACME", /even/],
    ["0019,0010", "ACME", /no element of a creator's block/],
    ["0002,0010", undefined, /no data set/],
    ["FFFE,E000", undefined, /no data set/],
  ])("%s with creator %s is refused with its reason", (text, creator, reason) => {
    expect(() => parseElementAddress(text, creator)).toThrow(reason);
  });
});
