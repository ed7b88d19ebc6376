// The second pass at its edges: chance finds that count and that do not, dates, pixels, structure, size.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFile, type FileDataset } from "@thalamus/sdk/dicom";
import { afterAll, describe, expect, test } from "vitest";
import { findingText, StudyProof, verifyCopy } from "./verify.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

const IMAGE = {
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  Modality: "MR",
  Rows: 4,
  Columns: 4,
  BitsAllocated: 16,
  PixelData: Buffer.alloc(32, 9),
};
const SOURCE = {
  ...IMAGE,
  SOPInstanceUID: "1.2.3.4.55555.1",
  StudyInstanceUID: "1.2.3.4.55555.2",
  StudyDate: "20240412",
  ContentDate: "20240420",
  AccessionNumber: "87654321",
  InstitutionName: "SIEMENS",
  Manufacturer: "SIEMENS",
  PatientName: "Brain^Kim",
  PatientID: "4711",
  PatientBirthDate: "19580317",
} as const;
const COPY = {
  ...IMAGE,
  SOPInstanceUID: "2.25.1",
  StudyInstanceUID: "2.25.2",
  // eight days on: ContentDate of the source
  StudyDate: "20240420",
  ContentDate: "20240428",
  Manufacturer: "SIEMENS",
  PatientName: "P1",
  PatientID: "P1",
  PatientBirthDate: "19580325",
} as const;
/** PatientIdentityRemoved (0012,0062) */
const MARK = Buffer.from([0x12, 0, 0x62, 0, 0x43, 0x53, 4, 0, 0x59, 0x45, 0x53, 0x20]);

/** The writer of the SDK does not know the mark; it stands before group 0020. */
function marked(file: Buffer): Buffer {
  const at = file.indexOf(Buffer.from([0x20, 0, 0x0d, 0, 0x55, 0x49]));
  return Buffer.concat([file.subarray(0, at), MARK, file.subarray(at)]);
}

const pseudonym = { patientName: "P1", patientId: "P1" };
const write = (name: string, content: Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const dataset = (values: object) => values as FileDataset;

function findings(copy: object, source: object = {}, masked = false): string[] {
  const from = write("source.dcm", encodeFile(dataset({ ...SOURCE, ...source })));
  const to = write("copy.dcm", marked(encodeFile(dataset({ ...COPY, ...copy }))));
  return verifyCopy(from, to, { pseudonym, dates: "shift", masked }).map(findingText);
}

/** The source has the elements, too, and says nothing in them. */
const survivors = (copy: object) =>
  findings(copy, Object.fromEntries(Object.keys(copy).map((keyword) => [keyword, null])));

describe("the second pass", () => {
  test("passes a clean copy, though a shifted date is another date of the source and the hospital is called like the maker", () => {
    expect(findings({})).toEqual([]);
  });

  test.each([
    ["a patient's name as a word of a description", { StudyDescription: "MRI of the brain" }, "name"],
    ["a name of three letters", { SeriesDescription: "KIM axial" }, "name"],
    ["a number of four digits in text", { ImageComments: "no. 4711, seen" }, "id"],
    ["a long number anywhere, at the end of its element", { StudyID: "87654321" }, "id"],
    ["a birth date as people write it", { ImageComments: "born 17.03.1958" }, "date"],
    ["a birth date with the month in words", { ImageComments: "born 17-Mar-1958" }, "date"],
    ["a UID inside of another one", { FrameOfReferenceUID: "1.2.3.4.55555.2.7" }, "uid"],
  ])("finds %s", (_, copy, gives) => {
    expect(survivors(copy)).toEqual([
      expect.stringMatching(new RegExp(`^value-survives at .*: ${gives} of `)),
    ]);
  });

  test.each([
    ["a part of a longer word", { StudyDescription: "brainstem, kimono" }],
    ["digits of a longer number", { ImageComments: "147110, 0.4711, 14711.5" }],
    ["a short number in a number", { EchoTrainLength: "4711" }],
    [
      "a word in coded terms and names of makers",
      { BodyPartExamined: "BRAIN", ManufacturerModelName: "Brain 3T" },
    ],
  ])("passes %s", (_, copy) => {
    expect(survivors(copy)).toEqual([]);
  });

  test("takes a version of four numbers for no address, wherever the source repeats it", () => {
    const version = { SoftwareVersions: "5.3.1\\5.3.1.2" };
    expect(findings(version, version)).toEqual([]);
    expect(findings(version, { ...version, ImageComments: "reconstructed by 5.3.1.2" })).toEqual([]);
    // another one is an address, and so is this one where no software has it
    const said = { ImageComments: "sent by 10.20.3.4" };
    expect(findings({ ...version, ...said }, { ...version, ...said })).toHaveLength(1);
    const alone = { ImageComments: "sent by 5.3.1.2" };
    expect(findings(alone, alone)).not.toEqual([]);
  });

  test("finds what was changed of the image, or what should have been", () => {
    expect(findings({ PixelData: Buffer.alloc(32, 8) })).toEqual(["pixels-differ at (7fe0,0010)"]);
    expect(findings({ PixelData: Buffer.alloc(32, 8) }, {}, true)).toEqual([]);
    expect(findings({}, {}, true)).toEqual(["pixels-not-masked at (7fe0,0010)"]);
    expect(findings({ Rows: 5 })).toEqual(["image-description-differs at (0028,0010)"]);
    expect(findings({ ReferringPhysicianName: "Other^Name" }, { ReferringPhysicianName: "A^B" })).toEqual([
      "name-in-place at (0008,0090)",
    ]);
    expect(findings({ PatientAge: "093Y" }, { PatientAge: "093Y" })).toEqual(["age-above-90 at (0010,1010)"]);
    expect(findings({ StationName: "X" })).toEqual(["element-added at (0008,1010)"]);
  });

  test("looks for a name of one file in all of them, in those before it at the end", () => {
    const proof = new StudyProof({ pseudonym, dates: "shift" });
    const quiet = { PatientName: "", PatientID: "" };
    const output = write(
      "first-copy.dcm",
      marked(encodeFile(dataset({ ...COPY, SeriesDescription: "for Vandermeer" }))),
    );
    const first = write(
      "first.dcm",
      encodeFile(dataset({ ...SOURCE, ...quiet, SeriesDescription: "for Vandermeer" })),
    );
    expect(proof.verify({ source: first, output })).toEqual([]);
    const second = write("second.dcm", encodeFile(dataset({ ...SOURCE, OperatorsName: "Vandermeer^Ann" })));
    const clean = write("second-copy.dcm", marked(encodeFile(dataset(COPY))));
    expect(proof.verify({ source: second, output: clean })).toEqual([]);
    expect(proof.finish()).toMatchObject([{ output, findings: [{ gives: "name", source: "(0008,1070)" }] }]);
  });

  test("fails a copy that is cut off, and tells no value", () => {
    const from = write("source.dcm", encodeFile(dataset(SOURCE)));
    const to = write("copy.dcm", marked(encodeFile(dataset(COPY))).subarray(0, -10));
    expect(verifyCopy(from, to, { pseudonym, dates: "shift" })).toEqual([
      { kind: "unreadable", place: "the file" },
    ]);
  });

  test("takes the same memory for an object of 500 MB, and finds a value at its end", {
    timeout: 120_000,
  }, () => {
    const large = (name: string, values: object, end: string) => {
      const small = encodeFile(dataset({ ...values, PixelData: Buffer.alloc(2) }));
      const file = values === SOURCE ? small : marked(small);
      const length = 500_000_000;
      file.writeUInt32LE(length, file.length - 6);
      const path = join(folder, name);
      const descriptor = openSync(path, "w");
      writeSync(descriptor, file);
      ftruncateSync(descriptor, file.length - 2 + length);
      writeSync(descriptor, end, file.length - 2 + length - 64, "latin1");
      closeSync(descriptor);
      return path;
    };
    const from = large("large.dcm", SOURCE, "the accession 87654321");
    const to = large("large-copy.dcm", COPY, "the accession 87654321");
    const before = process.memoryUsage();
    const found = verifyCopy(from, to, { pseudonym, dates: "shift" });
    const after = process.memoryUsage();
    expect(found.map(findingText)).toEqual([
      expect.stringMatching(/^value-survives at \(7fe0,0010\) byte \d+: id/),
    ]);
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(64e6);
  });
});
