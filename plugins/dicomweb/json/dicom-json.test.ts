// The DICOM JSON model of data sets in every encoding, with what is easily done wrong.
import {
  type Dataset,
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeDataset,
  encodeFileMeta,
  type FileHeader,
  IMPLICIT_VR_LITTLE_ENDIAN,
  readHeader,
} from "@thalamus/sdk/dicom";
import { impliedVr, tagOf } from "@thalamus/sdk/dicom/dictionary";
import { describe, expect, test } from "vitest";
import { datasetJson, jsonText } from "./dicom-json.ts";

function headerOf(dataSet: Uint8Array, transferSyntaxUid: string): Promise<FileHeader> {
  const object = { sopClassUid: "1.2.840.10008.5.1.4.1.1.4", sopInstanceUid: "1.2.3", transferSyntaxUid };
  const file = Buffer.concat([encodeFileMeta(object), dataSet]);
  return readHeader({
    size: file.length,
    read: async (into, at) => file.copy(into, 0, at, Math.min(file.length, at + into.length)),
  });
}

async function json(
  dataSet: Uint8Array,
  syntax = EXPLICIT_VR_LITTLE_ENDIAN,
): Promise<Record<string, unknown>> {
  const { dataset } = await headerOf(dataSet, syntax);
  const bulkDataUri = (address: readonly number[]) => address.map((part) => part.toString(16)).join(".");
  return JSON.parse(jsonText(datasetJson(dataset, { bulkDataUri }))) as Record<string, unknown>;
}

const explicit = (dataset: Dataset) => json(encodeDataset(dataset));

/** Elements without value representation: tag and value. */
function implicit(...elements: readonly (readonly [number, Uint8Array | string])[]): Buffer {
  return Buffer.concat(
    elements.flatMap(([tag, value]) => {
      const bytes = Buffer.from(value);
      const head = Buffer.alloc(8);
      head.writeUInt16LE(tag >>> 16, 0);
      head.writeUInt16LE(tag & 0xffff, 2);
      head.writeUInt32LE(bytes.length, 4);
      return [head, bytes];
    }),
  );
}

describe("values", () => {
  test("are lists, empty ones are none, and empty ones among others are null", async () => {
    const dataset = { ImageType: ["ORIGINAL", "", "M"], PatientID: "", StudyID: null, PixelSpacing: "0.5\\" };
    expect(await explicit(dataset)).toEqual({
      "00080008": { vr: "CS", Value: ["ORIGINAL", null, "M"] },
      "00100020": { vr: "LO" },
      "00200010": { vr: "SH" },
      "00280030": { vr: "DS", Value: [0.5, null] },
    });
  });

  test("of numbers in text are numbers, unless they are none", async () => {
    const dataset = { SliceThickness: "+1.50e1 ", EchoTime: "n/a", InstanceNumber: "-07", FlipAngle: "0x10" };
    expect(await explicit(dataset)).toEqual({
      "00180050": { vr: "DS", Value: [15] },
      "00180081": { vr: "DS", Value: ["n/a"] },
      "00181314": { vr: "DS", Value: ["0x10"] },
      "00200013": { vr: "IS", Value: [-7] },
    });
  });

  test("that JSON has no number for are words", async () => {
    const DiffusionGradientOrientation = [Number.NaN, Number.POSITIVE_INFINITY, -0.25];
    const { "00189089": value } = await explicit({ DiffusionGradientOrientation });
    expect(value).toEqual({ vr: "FD", Value: ["NaN", "inf", -0.25] });
  });

  test("of names have their component groups, and text is UTF-8 whatever it was written in", async () => {
    const SpecificCharacterSet = "ISO_IR 192";
    const PatientName = "Yamada^Tarou=山田^太郎=やまだ^たろう";
    expect(await explicit({ SpecificCharacterSet, PatientName, OperatorsName: ["A^B", "=山"] })).toEqual({
      "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
      "00081070": { vr: "PN", Value: [{ Alphabetic: "A^B" }, { Ideographic: "山" }] },
      "00100010": {
        vr: "PN",
        Value: [{ Alphabetic: "Yamada^Tarou", Ideographic: "山田^太郎", Phonetic: "やまだ^たろう" }],
      },
    });
    const latin = implicit(
      [0x00080005, "ISO_IR 100"],
      [0x00100010, Buffer.from("M\xfcller^J\xfcrg ", "latin1")],
    );
    expect(await json(latin, IMPLICIT_VR_LITTLE_ENDIAN)).toEqual({
      "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
      "00100010": { vr: "PN", Value: [{ Alphabetic: "Müller^Jürg" }] },
    });
  });

  test("of long text are one value, backslashes and all", async () => {
    const { "00204000": value } = await explicit({ ImageComments: " C:\\scans\\one" });
    expect(value).toEqual({ vr: "LT", Value: [" C:\\scans\\one"] });
  });

  test("of bytes are base64 when short, else an address, also inside of sequences", async () => {
    const privateBlocks = [
      {
        group: 0x0019,
        creator: "ACME",
        elements: { 1: ["OB", Uint8Array.of(1, 2)], 2: ["UN", new Uint8Array(2000)] },
      },
    ] satisfies Dataset["privateBlocks"];
    const dataset = { SourceImageSequence: [{ privateBlocks }, {}], privateBlocks } satisfies Dataset;
    expect(await explicit(dataset)).toMatchObject({
      "00191001": { vr: "OB", InlineBinary: "AQI=" },
      "00191002": { vr: "UN", BulkDataURI: "191002" },
      "00082112": { vr: "SQ", Value: [{ "00191002": { BulkDataURI: "82112.1.191002" } }, {}] },
    });
  });
});

describe("a data set", () => {
  test("has its attributes in the order of their tags, also those that look like numbers", async () => {
    const bytes = implicit([0x00100020, "A "], [0x10110010, "ACME"], [0x10111001, "AB"], [0x54000100, ""]);
    const { dataset } = await headerOf(bytes, IMPLICIT_VR_LITTLE_ENDIAN);
    const tags = [...jsonText(datasetJson(dataset, { bulkDataUri: String })).matchAll(/"([0-9A-F]{8})":/g)];
    expect(tags.map(([, tag]) => tag)).toEqual(["00100020", "10110010", "10111001", "54000100"]);
  });

  test("without value representations gets those of the dictionary", async () => {
    const short = (value: number) => Uint8Array.of(value & 0xff, value >> 8);
    const item = Buffer.concat([
      Buffer.from("fe ff 00 e0 0a 00 00 00".replaceAll(" ", ""), "hex"),
      implicit([0x00080100, "T1"]),
    ]);
    const bytes = implicit(
      [0x00080000, Uint8Array.of(0, 0, 0, 0)],
      [0x00080008, "DERIVED "],
      [0x00081140, item],
      [0x00191001, "xy"],
      [0x00190010, "ACME"],
      [0x00280103, short(1)],
      [0x00280106, short(0xffff)],
      [0x60000010, short(512)],
    );
    expect(await json(bytes, IMPLICIT_VR_LITTLE_ENDIAN)).toEqual({
      "00080008": { vr: "CS", Value: ["DERIVED"] },
      "00081140": { vr: "SQ", Value: [{ "00080100": { vr: "SH", Value: ["T1"] } }] },
      "00190010": { vr: "LO", Value: ["ACME"] },
      "00191001": { vr: "UN", InlineBinary: "eHk=" },
      "00280103": { vr: "US", Value: [1] },
      "00280106": { vr: "SS", Value: [-1] },
      "60000010": { vr: "US", Value: [512] },
    });
  });

  test("in big endian has the same numbers, and its words the other way round", async () => {
    const element = (tag: string, vr: string, value: string) =>
      Buffer.concat([Buffer.from(tag, "hex"), Buffer.from(vr), Buffer.from(value, "hex")]);
    const bytes = Buffer.concat([
      element("00280010", "US", "00020102"),
      element("00281201", "OW", "00000000000401020304"),
    ]);
    expect(await json(bytes, EXPLICIT_VR_BIG_ENDIAN)).toEqual({
      "00280010": { vr: "US", Value: [0x0102] },
      "00281201": { vr: "OW", InlineBinary: Buffer.from("02010403", "hex").toString("base64") },
    });
  });
});

test("sequences in sequences without end are not followed", async () => {
  let nested = encodeDataset({ PatientID: "1" });
  for (let depth = 0; depth < 100; depth += 1) {
    const head = Buffer.from("080012215351000000000000feff00e000000000", "hex");
    head.writeUInt32LE(nested.length + 8, 8);
    head.writeUInt32LE(nested.length, 16);
    nested = Buffer.concat([head, nested]);
  }
  await expect(json(nested)).rejects.toThrow("nested more than 64 deep");
});

test("attributes are known by keyword and by tag in three forms, and nothing else", () => {
  expect(["PatientID", "00100020", "0010,0020", "(0010,0020)"].map(tagOf)).toEqual(Array(4).fill(0x00100020));
  expect(["patientid", "0010002", "__proto__", "constructor", "00400275.00400009"].map(tagOf)).toEqual(
    Array(5).fill(undefined),
  );
  expect([0x7fe00010, 0x00191001, 0x00190011, 0x60023000].map((tag) => impliedVr(tag, false))).toEqual([
    ...["OW", "UN", "LO", "OW"],
  ]);
});
