// Cuts, nests and feeds data sets in pieces: the walker must know whole from torn.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { realData } from "../testing/real-data.ts";
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import { DatasetWalker } from "./dataset-walker.ts";
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from "./transfer-syntaxes.ts";

const JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70";
const STUDY_UID = 0x0020000d;
const WANTED = new Set([0x00080018, 0x00100020, STUDY_UID]);
const UNDEFINED = 0xffffffff;
const LONG = new Set(["OB", "OW", "SQ", "UN", "UT"]);
type Form = "explicit" | "implicit" | "big";

/** One element; `length` overrides the true one. */
function element(form: Form, tag: number, vr: string, value: Buffer, length = value.length): Buffer {
  const swap = form === "big";
  const short = (n: number) => Buffer.from(swap ? [n >> 8, n & 255] : [n & 255, n >> 8]);
  const lengthField = Buffer.alloc(4);
  if (swap) lengthField.writeUInt32BE(length);
  else lengthField.writeUInt32LE(length);
  const head = [short(tag >>> 16), short(tag & 0xffff)];
  if (form === "implicit" || tag >>> 16 === 0xfffe) head.push(lengthField);
  else if (LONG.has(vr)) head.push(Buffer.from(`${vr}\0\0`, "latin1"), lengthField);
  else head.push(Buffer.from(vr, "latin1"), short(length));
  return Buffer.concat([...head, value]);
}

const uid = (text: string) => Buffer.from(text.length % 2 ? `${text}\0` : text, "latin1");
const us = (form: Form, n: number) => Buffer.from(form === "big" ? [n >> 8, n & 255] : [n & 255, n >> 8]);
const delimiter = (form: Form, tag: number) => element(form, tag, "", Buffer.alloc(0));
const itemOf = (form: Form, content: Buffer, open: boolean) =>
  open
    ? Buffer.concat([element(form, 0xfffee000, "", content, UNDEFINED), delimiter(form, 0xfffee00d)])
    : element(form, 0xfffee000, "", content);
const sequence = (form: Form, tag: number, items: Buffer, vr = "SQ") =>
  Buffer.concat([
    element(form, tag, vr, items, UNDEFINED),
    delimiter(vr === "UN" ? "implicit" : form, 0xfffee0dd),
  ]);

/** A small image with nested sequences of every kind, as one buffer for each element of the top level. */
function elements(form: Form, pixelData = element(form, 0x7fe00010, "OW", Buffer.alloc(32, 7))): Buffer[] {
  const code = element(form, 0x00080100, "SH", Buffer.from("RPID12"));
  const inner = sequence(form, 0x0040a043, itemOf(form, code, true));
  const implicitCode = element("implicit", 0x00080100, "SH", Buffer.from("RPID12"));
  return [
    element(form, 0x00080018, "UI", uid("1.2.3.4")),
    sequence(form, 0x00081032, Buffer.concat([itemOf(form, inner, true), itemOf(form, inner, false)])),
    sequence(form, 0x00091010, itemOf("implicit", implicitCode, true), form === "implicit" ? "SQ" : "UN"),
    element(form, 0x00081140, "SQ", itemOf(form, code, true)),
    element(form, 0x00100020, "LO", Buffer.from(" CANARY ")),
    element(form, STUDY_UID, "UI", uid("1.2.3")),
    element(form, 0x00280010, "US", us(form, 4)),
    element(form, 0x00280011, "US", us(form, 4)),
    element(form, 0x00280100, "US", us(form, 16)),
    pixelData,
    element(form, 0xfffcfffc, "OB", Buffer.alloc(6)),
  ];
}

function walk(syntax: string, bytes: Uint8Array, piece = bytes.length, wanted = WANTED): DatasetWalker {
  const walker = new DatasetWalker(syntax, wanted);
  for (let at = 0; at < bytes.length; at += piece) walker.feed(bytes.subarray(at, at + piece));
  walker.end();
  return walker;
}

const fragments = Buffer.concat([
  element("explicit", 0x7fe00010, "OB", Buffer.alloc(0), UNDEFINED),
  itemOf("explicit", Buffer.alloc(0), false),
  itemOf("explicit", Buffer.alloc(10, 0xff), false),
  delimiter("explicit", 0xfffee0dd),
]);

const SYNTAXES: [string, string, Buffer[]][] = [
  ["explicit little endian", EXPLICIT_VR_LITTLE_ENDIAN, elements("explicit")],
  ["implicit little endian", IMPLICIT_VR_LITTLE_ENDIAN, elements("implicit")],
  ["explicit big endian", EXPLICIT_VR_BIG_ENDIAN, elements("big")],
  ["compressed fragments", JPEG_LOSSLESS, elements("explicit", fragments)],
];

describe.each(SYNTAXES)("the dataset walker in %s", (_name, syntax, parts) => {
  const whole = Buffer.concat(parts);

  it("keeps the wanted values, whatever the size of the pieces", () => {
    for (const piece of [1, 2, 3, 7, 11, 64, whole.length]) {
      const walker = walk(syntax, whole, piece);
      expect(walker.text(0x00080018)).toBe("1.2.3.4");
      expect(walker.text(0x00100020)).toBe("CANARY");
      expect(walker.text(STUDY_UID)).toBe("1.2.3");
      expect(walker.bytes(0x00100020)?.toString()).toBe(Buffer.from(" CANARY ").join());
      expect(walker.position).toBe(whole.length);
      expect(walker.pastHeader).toBe(true);
      expect(walker.missingPixelData()).toBeUndefined();
    }
  });

  it("calls it whole only when it is cut between two elements of the top level", () => {
    const boundaries = new Set<number>();
    let end = 0;
    for (const part of parts) {
      end += part.length;
      boundaries.add(end);
    }
    for (let cut = 0; cut < whole.length; cut += 1) {
      const torn = () => walk(syntax, whole.subarray(0, cut), 50);
      if (boundaries.has(cut)) torn();
      else expect(torn, `cut at ${cut}`).toThrow(TruncatedDataset);
    }
  });

  it("misses the pixel data when it is cut before it", () => {
    const header = Buffer.concat(parts.slice(0, -2));
    expect(walk(syntax, header).missingPixelData()).toBe("PixelData (7FE0,0010) is missing");
  });

  it("survives any single damaged byte with an answer or one of its two errors", () => {
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at]! * 7 + 129) & 255;
      try {
        walk(syntax, damaged, 37);
      } catch (error) {
        expect(error instanceof TruncatedDataset || error instanceof MalformedDataset, `byte ${at}`).toBe(
          true,
        );
      }
    }
  });
});

describe("the dataset walker", () => {
  const explicit = Buffer.concat(elements("explicit"));

  it("passes the header before the pixel data has come", () => {
    const walker = new DatasetWalker(EXPLICIT_VR_LITTLE_ENDIAN, WANTED);
    const end = explicit.length - 60;
    walker.feed(explicit.subarray(0, 20));
    expect(walker.pastHeader).toBe(false);
    walker.feed(explicit.subarray(20, end));
    expect(walker.pastHeader).toBe(true);
  });

  it("tells how many bytes of native pixel data are missing", () => {
    const short = elements("explicit", element("explicit", 0x7fe00010, "OW", Buffer.alloc(30)));
    const walker = walk(EXPLICIT_VR_LITTLE_ENDIAN, Buffer.concat(short));
    expect(walker.missingPixelData()).toBe("PixelData (7FE0,0010) has 30 of 32 bytes");
  });

  it("inflates a deflated data set and knows when its stream is torn", () => {
    const deflated = deflateRawSync(explicit);
    const padded = Buffer.concat([deflated, Buffer.alloc(1)]);
    for (const piece of [1, 13, 4096]) {
      const walker = walk(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, padded, piece);
      expect(walker.text(STUDY_UID)).toBe("1.2.3");
      expect(walker.missingPixelData()).toBeUndefined();
    }
    for (let cut = 0; cut < deflated.length; cut += 1) {
      const torn = () => walk(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, deflated.subarray(0, cut));
      expect(torn).toThrow(TruncatedDataset);
    }
    const noise = Buffer.alloc(100, 0xff);
    expect(() => walk(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, noise)).toThrow(MalformedDataset);
  });

  it("refuses a deflate bomb", { timeout: 20_000 }, () => {
    const head = element("explicit", 0x7fe00010, "OW", Buffer.alloc(0), 0xfffffffe);
    const bomb = deflateRawSync(Buffer.concat([head, Buffer.alloc(70 * 1024 ** 2)]));
    expect(() => walk(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, bomb)).toThrow("grows beyond the limit");
  });

  it("reads implicit items inside an explicit sequence", () => {
    const item = itemOf("explicit", element("implicit", 0x00080100, "SH", Buffer.from("RPID12")), true);
    const bytes = Buffer.concat([sequence("explicit", 0x00081032, item), ...elements("explicit").slice(4)]);
    expect(walk(EXPLICIT_VR_LITTLE_ENDIAN, bytes).text(STUDY_UID)).toBe("1.2.3");
  });

  it("refuses an endless nest of sequences", () => {
    const open = Buffer.concat([
      element("explicit", 0x00081140, "SQ", Buffer.alloc(0), UNDEFINED),
      element("explicit", 0xfffee000, "", Buffer.alloc(0), UNDEFINED),
    ]);
    const deep = Buffer.concat(Array.from({ length: 65 }, () => open));
    expect(() => walk(EXPLICIT_VR_LITTLE_ENDIAN, deep)).toThrow("nested more than 64 deep");
    const allowed = deep.subarray(0, open.length * 64);
    expect(() => walk(EXPLICIT_VR_LITTLE_ENDIAN, allowed)).toThrow(TruncatedDataset);
  });

  it("refuses to keep a huge value but passes it by when it is not wanted", () => {
    const huge = element("explicit", 0x00104000, "UT", Buffer.alloc(70_000, 0x20));
    const name = new Set([0x00104000]);
    expect(() => walk(EXPLICIT_VR_LITTLE_ENDIAN, huge, 999, name)).toThrow("(0010,4000) is longer");
    expect(walk(EXPLICIT_VR_LITTLE_ENDIAN, huge).text(STUDY_UID)).toBeUndefined();
  });

  it("refuses what is no data set: other encodings, file meta, stray delimiters, undefined lengths", () => {
    const refused = (bytes: Buffer) => {
      expect(() => walk(EXPLICIT_VR_LITTLE_ENDIAN, bytes)).toThrow(MalformedDataset);
    };
    refused(Buffer.concat(elements("implicit")));
    refused(Buffer.alloc(64));
    refused(element("explicit", 0x00020010, "UI", uid("1.2")));
    refused(delimiter("explicit", 0xfffee00d));
    refused(element("explicit", 0x00104000, "UT", Buffer.alloc(0), UNDEFINED));
  });
});

const folder = realData("dicom");

describe.skipIf(!folder)("the dataset walker over real files", () => {
  /** Splits a Part 10 file by its group length or, lacking one, element by element. */
  function splitFile(name: string): { syntax: string; dataset: Buffer } {
    const file = readFileSync(join(folder!, name));
    let at = 132;
    let syntax = "";
    while (file.readUInt16LE(at) === 2) {
      const long = LONG.has(file.toString("latin1", at + 4, at + 6));
      const length = long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
      const value = at + (long ? 12 : 8);
      if (file.readUInt16LE(at + 2) === 0x10) {
        syntax = file.toString("latin1", value, value + length).replace(/\0/g, "");
      }
      at = value + length;
    }
    return { syntax, dataset: file.subarray(at) };
  }
  const files = folder ? readdirSync(folder).filter((name) => name.endsWith(".dcm")) : [];
  const broken = new Set(["rtplan_truncated.dcm"]);

  it.each(files)("knows whether %s is whole", (name) => {
    const { syntax, dataset } = splitFile(name);
    if (broken.has(name)) expect(() => walk(syntax, dataset)).toThrow(TruncatedDataset);
    else expect(walk(syntax, dataset, 1000).position).toBeGreaterThan(0);
  });
});
