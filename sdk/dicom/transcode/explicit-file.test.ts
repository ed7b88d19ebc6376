// Implicit, big endian and deflated objects, made by dcmtk: every element comes back as it was written.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeDwiPhantom } from "../../testing/dwi-phantom.ts";
import { hasTool, realData, runTool } from "../../testing/real-data.ts";
import { SCANNERS, type ScannerName } from "../../testing/vendors/scanners.ts";
import { readMeta } from "../file-header.ts";
import { encodeFile, encodeFileMeta, type FileDataset } from "../file-meta.ts";
import { FileWindow } from "../file-window.ts";
import { toImplicitVr } from "../implicit-vr.ts";
import { explicitFile } from "./explicit-file.ts";
import { elementLines, headerOf, pixelsOf, sourceOf, transcoded } from "./testing/transcoded.ts";

const folder = mkdtempSync(join(tmpdir(), "explicit-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of two bytes a sample, so that a turned word shows. */
const PIXELS = Buffer.from(
  Uint16Array.from({ length: 96 * 96 * 20 }, (_, at) => (at * 7919) % 65_536).buffer,
);

/** What vendors write: private blocks, one of a vendor that no dictionary knows, and sequences in sequences. */
const OBJECT: FileDataset = {
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4.1",
  SOPInstanceUID: "1.2.826.0.1.3680043.10.999.61",
  SpecificCharacterSet: "ISO_IR 192",
  PatientName: "Müller^Jörg",
  Modality: "MR",
  AcquisitionMatrix: [96, 0, 0, 96],
  DiffusionBValue: 1000.5,
  DiffusionGradientOrientation: [0.6, -0.8, 0],
  ImageComments: "odd",
  SamplesPerPixel: 1,
  PhotometricInterpretation: "MONOCHROME2",
  NumberOfFrames: 20,
  Rows: 96,
  Columns: 96,
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
  SmallestImagePixelValue: 3,
  LargestImagePixelValue: 60_000,
  SharedFunctionalGroupsSequence: [
    { PixelMeasuresSequence: [{ PixelSpacing: [2, 2], SliceThickness: 2.5 }] },
  ],
  PerFrameFunctionalGroupsSequence: Array.from({ length: 20 }, (_, frame) => ({
    MRDiffusionSequence: [
      {
        DiffusionBValue: 50 * frame,
        DiffusionGradientDirectionSequence: [{ DiffusionGradientOrientation: [0, 0, 1] }],
      },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: [0, 0, frame] }],
  })),
  PixelData: PIXELS,
  privateBlocks: [
    {
      group: 0x0043,
      creator: "GEMS_PARM_01",
      elements: { 57: ["IS", [1000, 8, 0, 0]], 1: ["SS", -7], 42: ["OB", Buffer.from("raw bytes!")] },
    },
    { group: 0x2001, creator: "Philips Imaging DD 001", elements: { 3: ["FL", 1000] } },
    {
      group: 0x2005,
      creator: "Philips MR Imaging DD 005",
      elements: { 2: ["SQ", [{ DiffusionBValue: 7, PatientName: "inside" }]] },
    },
    { group: 0x0019, creator: "SIEMENS MR HEADER", elements: { 14: ["FD", [0.1, 0.2, 0.3]] } },
  ],
};
const UNKNOWN_VENDOR: FileDataset = {
  ...OBJECT,
  privateBlocks: [
    { group: 0x0099, creator: "NOBODY KNOWS", elements: { 1: ["UN", Buffer.from("as it is")] } },
  ],
};

const original = join(folder, "original.dcm");
writeFileSync(original, encodeFile(OBJECT));

function converted(option: string, source = original): Buffer {
  const target = join(folder, `converted${option}.dcm`);
  expect(runTool("dcmconv", option, source, target)).toMatchObject({ status: 0 });
  return readFileSync(target);
}

describe.skipIf(!hasTool("dcmconv"))("issue 6 any encoding becomes Explicit VR Little Endian", () => {
  test.each([
    ["Implicit VR Little Endian", "+ti", "1.2.840.10008.1.2"],
    ["Explicit VR Big Endian", "+tb", "1.2.840.10008.1.2.2"],
    ["Deflated Explicit VR Little Endian", "+td", "1.2.840.10008.1.2.1.99"],
  ])("%s with every element and pixel as before", async (_, option, uid) => {
    const source = converted(option);
    expect(source.toString("latin1", 0, 400)).toContain(uid);
    const ours = await transcoded(source);
    const path = join(folder, `ours${option}.dcm`);
    writeFileSync(path, ours);
    expect((await headerOf(path)).transferSyntax.uid).toBe("1.2.840.10008.1.2.1");
    expect(await elementLines(ours)).toEqual(await elementLines(readFileSync(original)));
    expect((await pixelsOf(ours)).equals(PIXELS)).toBe(true);
    expect(runTool("dcmdump", path)).toMatchObject({ status: 0 });
  });

  test("private elements of an unknown vendor stay bytes without a meaning", async () => {
    const path = join(folder, "unknown.dcm");
    writeFileSync(path, encodeFile(UNKNOWN_VENDOR));
    const ours = await transcoded(converted("+ti", path));
    expect(await elementLines(ours)).toEqual(await elementLines(readFileSync(path)));
  });

  test.each(Object.keys(SCANNERS) as ScannerName[])(
    "what %s writes keeps its private elements",
    async (scanner) => {
      const options = { scanner, matrix: 8, slices: 2, directions: 1 };
      const { files } = await writeDwiPhantom(join(folder, scanner), options);
      for (const file of files) {
        const bytes = readFileSync(file);
        const meta = (await readMeta(new FileWindow(sourceOf(bytes)))).end;
        const implicit = Buffer.concat([bytes.subarray(0, meta), toImplicitVr(bytes.subarray(meta))]);
        const uid = implicit.indexOf("1.2.840.10008.1.2.1\0");
        implicit.write("1.2.840.10008.1.2\0\0\0", uid, "latin1");
        expect(await elementLines(await transcoded(implicit))).toEqual(await elementLines(bytes));
      }
    },
  );

  test("sequences without lengths come out the same", async () => {
    const path = join(folder, "open.dcm");
    expect(runTool("dcmconv", "+ti", "-e", original, path)).toMatchObject({ status: 0 });
    const ours = await transcoded(readFileSync(path));
    expect(await elementLines(ours)).toEqual(await elementLines(readFileSync(original)));
  });

  test("pixels pass in pieces, however many there are", async () => {
    const source = sourceOf(converted("+tb"));
    let largest = 0;
    for await (const piece of explicitFile(source, new AbortController().signal)) {
      largest = Math.max(largest, piece.length);
    }
    expect(source.size).toBeGreaterThan(360_000);
    expect(largest).toBeLessThanOrEqual(256 * 1024);
    expect(source.largestRead).toBeLessThanOrEqual(256 * 1024);
  });

  test.each([
    ["+ti", "implicit"],
    ["+tb", "big endian"],
    ["+td", "deflated"],
  ])("an object that ends early is refused (%s, %s)", async (option) => {
    const source = converted(option);
    for (const share of [0.3, 0.9]) {
      const cut = source.subarray(0, Math.floor(source.length * share));
      await expect(transcoded(cut)).rejects.toMatchObject({ reason: "damaged" });
    }
  });

  test("bytes that are no DICOM file are refused", async () => {
    await expect(transcoded(Buffer.alloc(4000, 7))).rejects.toMatchObject({ reason: "damaged" });
    const meta = encodeFileMeta({
      sopClassUid: "1.2",
      sopInstanceUid: "1.2.3",
      transferSyntaxUid: "1.2.840.10008.1.2.2",
    });
    const nonsense = Buffer.concat([meta, Buffer.alloc(4000, 0x41)]);
    await expect(transcoded(nonsense)).rejects.toMatchObject({ reason: "damaged" });
  });

  test.for([
    "ExplVR_BigEnd.dcm",
    "image_dfl.dcm",
    "UN_sequence.dcm",
    "nested_priv_SQ.dcm",
    "rtplan_truncated.dcm",
  ])("of the real file %s another program makes the same", async (name, { skip }) => {
    const source = realData(`dicom/${name}`);
    if (!source) return skip("there is no real data here");
    const ours = await transcoded(readFileSync(source)).catch((error: Error) => error);
    const theirs = join(folder, `theirs-${name}`);
    if (ours instanceof Error) {
      expect(name).toBe("rtplan_truncated.dcm");
      expect(ours).toMatchObject({ reason: "damaged" });
      return;
    }
    expect(runTool("dcmconv", "+te", source, theirs)).toMatchObject({ status: 0 });
    expect(await elementLines(ours)).toEqual(await elementLines(readFileSync(theirs)));
  });
});
