// Tests of reading DICOM headers: sequences of unknown length, implicit VR, files that are no DICOM.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Element, encodeDicom } from "../testing/dicom-series.ts";
import { readDicomHeader } from "./dicom-header.ts";

const folder = mkdtempSync(join(tmpdir(), "header-"));
afterAll(() => rmSync(folder, { recursive: true }));

const saved = (bytes: Uint8Array): string => {
  const path = join(folder, "file.dcm");
  writeFileSync(path, bytes);
  return path;
};

const modality: Element = [0x00080060, "CS", "MR"]; // Modality (0008,0060)
const image: Element[] = [
  [0x0020000e, "UI", "1.2.3"], // SeriesInstanceUID (0020,000E)
  [0x00280008, "IS", "12"], // NumberOfFrames (0028,0008)
  [0x00280010, "US", 64], // Rows (0028,0010)
  [0x00280011, "US", 48], // Columns (0028,0011)
];
const expected = {
  modality: "MR",
  seriesInstanceUid: "1.2.3",
  rows: 64,
  columns: 48,
  frames: 12,
  lossy: false,
};

/** Item, sequence and element headers as hexadecimal text, least significant byte first. */
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("the image's size, series and modality are read", () => {
  expect(readDicomHeader(saved(encodeDicom([modality, ...image])))).toEqual(expected);
});

test("a nested sequence of undefined length is stepped over", () => {
  const whole = encodeDicom([modality, ...image]);
  const start = whole.indexOf(hex("20000e00"));
  const sequence = hex(
    "0800 4011 5351 0000 ffffffff" + // a sequence, length undefined
      "feff 00e0 ffffffff" + // an item, length undefined
      "0800 5511 4c4f 0200 4142" + // a short value
      "0800 4011 5351 0000 ffffffff feff 00e0 04000000 00000000 feff dde0 00000000" + // a sequence inside
      "feff 0de0 00000000 feff dde0 00000000",
  );
  const bytes = Buffer.concat([whole.subarray(0, start), sequence, whole.subarray(start)]);
  expect(readDicomHeader(saved(bytes))).toEqual(expected);
});

test("a header longer than the first read is read to its end", () => {
  const filler: Element = [0x00081111, "OB", Buffer.alloc(300_000)];
  expect(readDicomHeader(saved(encodeDicom([modality, filler, ...image])))).toEqual(expected);
});

test("an implicit VR file is understood", () => {
  const meta = encodeDicom([], "1.2.840.10008.1.2");
  const implicit = [
    hex("0800 6000 02000000 4d52"),
    hex("2000 0e00 06000000 312e322e3300"),
    hex("2800 0800 02000000 3132"),
    hex("2800 1000 02000000 4000"),
    hex("2800 1100 02000000 3000"),
    hex("e07f 1000 00000000"),
  ];
  expect(readDicomHeader(saved(Buffer.concat([meta, ...implicit])))).toEqual(expected);
});

test.each([
  ["text", Buffer.from("just some text ".repeat(40))],
  ["an empty file", Buffer.alloc(0)],
  ["a file cut inside its header", encodeDicom([modality, ...image]).subarray(0, 250)],
])("%s is no DICOM file to convert", (_, bytes) => {
  expect(readDicomHeader(saved(bytes))).toBeUndefined();
});
