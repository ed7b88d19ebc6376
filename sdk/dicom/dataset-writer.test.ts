// What is written must be read back the same, by the hub's own reader and by others'.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasTool, runTool } from "../testing/real-data.ts";
import { DatasetWalker } from "./dataset-walker.ts";
import { encodeDataset } from "./dataset-writer.ts";
import { readFileHeader } from "./file-header.ts";
import { encodeFile, type FileDataset } from "./file-meta.ts";
import { ATTRIBUTES, Tag } from "./tags.ts";
import { derivedUid, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, isUid } from "./uid.ts";
import { decimalString } from "./value-encoding.ts";

interface Dcmjs {
  readonly log: { setLevel(level: string): void };
  readonly data: {
    readonly DicomMetaDictionary: {
      readonly nameMap: Readonly<Record<string, { readonly tag: string; readonly vr: string }>>;
      naturalizeDataset(dict: unknown): Record<string, unknown>;
    };
    readonly DicomMessage: { readFile(bytes: ArrayBuffer): { readonly dict: unknown } };
  };
}
const dcmjs = createRequire(import.meta.url)("dcmjs") as Dcmjs;
dcmjs.log.setLevel("silent");

const dataset: FileDataset = {
  SpecificCharacterSet: "ISO_IR 192",
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  SOPInstanceUID: "2.25.1234567",
  PatientName: "Müller^Jürgen=山田^太郎",
  PatientID: "ID7",
  PatientBirthDate: null,
  PatientSex: undefined,
  ImageType: ["ORIGINAL", "PRIMARY"],
  SeriesNumber: 7,
  PixelSpacing: [0.6614681234567891, 2],
  Rows: 2,
  Columns: 2,
  BitsAllocated: 16,
  SamplesPerPixel: 1,
  DiffusionBValue: 1000.5,
  AcquisitionMatrix: [0, 96, 96, 0],
  ReferencedPerformedProcedureStepSequence: [],
  ReferencedSeriesSequence: [
    { SeriesInstanceUID: "1.2.3", ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: "1.2.3.4" }] },
    { SeriesInstanceUID: "1.2.4" },
  ],
  PixelData: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  privateBlocks: [
    { group: 0x0019, creator: "SIEMENS MR HEADER", elements: { 12: ["IS", 1000], 14: ["FD", [1, 0, 0]] } },
    { group: 0x0019, creator: "SECOND", elements: { 1: ["LO", "x"] } },
  ],
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataset-writer-"));
  file = join(folder, "written.dcm");
  await writeFile(file, encodeFile(dataset));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the dataset writer", () => {
  it("writes what the header reader reads back", async () => {
    const { meta, dataset: read, transferSyntax, hasPixelData } = await readFileHeader(file);
    expect(transferSyntax.name).toBe("Explicit VR Little Endian");
    expect(hasPixelData).toBe(true);
    expect(meta.ascii(Tag.ImplementationClassUID)).toBe(IMPLEMENTATION_CLASS_UID);
    expect(meta.ascii(Tag.ImplementationVersionName)).toBe(IMPLEMENTATION_VERSION_NAME);
    expect(meta.ascii(Tag.MediaStorageSOPInstanceUID)).toBe("2.25.1234567");
    expect(read.text(Tag.PatientName)).toBe("Müller^Jürgen=山田^太郎");
    expect(read.text(Tag.PatientBirthDate)).toBe("");
    expect(read.has(Tag.PatientSex)).toBe(false);
    expect(read.numbers(Tag.PixelSpacing)).toEqual([0.66146812345679, 2]);
    expect(read.numbers(Tag.AcquisitionMatrix)).toEqual([0, 96, 96, 0]);
    expect(read.numbers(Tag.DiffusionBValue)).toEqual([1000.5]);
    expect(read.items(Tag.ReferencedPerformedProcedureStepSequence)).toEqual([]);
    const [first] = read.items(Tag.ReferencedSeriesSequence);
    expect(first?.items(Tag.ReferencedSOPSequence)[0]?.ascii(Tag.ReferencedSOPInstanceUID)).toBe("1.2.3.4");
    expect(read.privateTag(0x19, "SIEMENS MR HEADER", 0x0c)).toBe(0x0019100c);
    expect(read.privateTag(0x19, "SECOND", 0x01)).toBe(0x00191101);
    expect(read.numbers(0x0019100e, "FD")).toEqual([1, 0, 0]);
  });

  it("writes what dcmjs reads the same", () => {
    const bytes = encodeFile(dataset);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const read = dcmjs.data.DicomMetaDictionary.naturalizeDataset(
      dcmjs.data.DicomMessage.readFile(buffer).dict,
    );
    expect(String(read["PatientName"])).toBe("Müller^Jürgen=山田^太郎");
    expect(read["ImageType"]).toEqual(["ORIGINAL", "PRIMARY"]);
    expect(read["SeriesNumber"]).toBe(7);
    expect(read["AcquisitionMatrix"]).toEqual([0, 96, 96, 0]);
    const series = read["ReferencedSeriesSequence"] as { SeriesInstanceUID: string }[];
    expect(series.map((one) => one.SeriesInstanceUID)).toEqual(["1.2.3", "1.2.4"]);
  });

  it.skipIf(!hasTool("dcmdump"))("writes what dcmdump reads without complaint", () => {
    const { status, output } = runTool("dcmdump", file);
    expect(status).toBe(0);
    expect(output).not.toMatch(/^[EW]:/m);
    expect(output).toContain("SIEMENS MR HEADER");
  });

  it("writes a data set the walker calls whole", () => {
    const walker = new DatasetWalker("1.2.840.10008.1.2.1", new Set([Tag.PatientID]));
    walker.feed(encodeDataset(dataset));
    walker.end();
    expect(walker.text(Tag.PatientID)).toBe("ID7");
    expect(walker.missingPixelData()).toBeUndefined();
  });

  it("refuses values that their representation cannot hold, and names only the attribute", () => {
    expect(() => encodeDataset({ PatientName: "Müller" })).toThrow(/^PatientName holds characters/);
    expect(() => encodeDataset({ SpecificCharacterSet: "ISO_IR 192", Modality: "MÜ" })).toThrow(RangeError);
    expect(() => encodeDataset({ SeriesNumber: 1.5 })).toThrow(/^SeriesNumber is no integer/);
    expect(() => encodeDataset({ SliceThickness: Number.NaN })).toThrow(RangeError);
    expect(() => encodeDataset({ PatientID: "x".repeat(70_000) })).toThrow(RangeError);
  });

  it("keeps decimal strings within sixteen characters and as exact as they can be", () => {
    for (const value of [0, -0.1, 1 / 3, -1 / 3e7, 1.23456789e-200, -123456789.123456, 1e22]) {
      const text = decimalString(value);
      expect(text.length).toBeLessThanOrEqual(16);
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-7);
    }
  });
});

describe("the table of attributes", () => {
  it("agrees with the dictionary of dcmjs", () => {
    const { nameMap } = dcmjs.data.DicomMetaDictionary;
    const choices: Record<string, string> = { ox: "OW", xs: "US" };
    for (const [keyword, [tag, vr]] of Object.entries(ATTRIBUTES)) {
      const entry = nameMap[keyword];
      expect(entry?.tag.replace(/[(),]/g, "").toLowerCase(), keyword).toBe(tag.toString(16).padStart(8, "0"));
      expect(choices[entry!.vr] ?? entry!.vr, keyword).toBe(vr);
    }
  });
});

describe("derived UIDs", () => {
  it("are valid, stable, and different for every purpose and id", () => {
    const uids = ["a", "b"].flatMap((purpose) => ["1", "2"].map((id) => derivedUid(purpose, id)));
    expect(new Set(uids).size).toBe(4);
    expect(uids.every(isUid)).toBe(true);
    expect(derivedUid("a", "1")).toBe(uids[0]);
    expect(isUid(IMPLEMENTATION_CLASS_UID)).toBe(true);
    expect(IMPLEMENTATION_VERSION_NAME.length).toBeLessThanOrEqual(16);
  });

  it("are told from malformed ones", () => {
    for (const bad of ["", "1", "1.", ".1", "1.02", "1.2.a", `1.${"2".repeat(64)}`])
      expect(isUid(bad)).toBe(false);
  });
});
