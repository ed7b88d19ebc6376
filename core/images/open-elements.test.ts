// What is open is how an image was made; whatever a sender writes of the patient is covered.
import { encodeFile, type FileDataset } from "@thalamus/sdk/dicom";
import { describe, expect, it, test } from "vitest";
import { listElements } from "./element-list.ts";
import { isOpenElement, namesPatient, patientWords } from "./open-elements.ts";
import { hasPicture } from "./picture-classes.ts";

const NAME = "KANARIENVOGEL^CARLA";
const image: FileDataset = {
  ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.4", SOPInstanceUID: "1.2.826.7" },
  ...{ StudyInstanceUID: "1.2.826.1", SeriesInstanceUID: "1.2.826.2", Modality: "MR" },
  ...{
    PatientName: NAME,
    PatientID: "CANARY-4711",
    StudyDate: "20261123",
    SeriesDescription: "ep2d KANARIENVOGEL",
  },
  ...{
    Manufacturer: "ACME",
    ScanOptions: ["FS", "KANARIENVOGEL"],
    RepetitionTime: [4711],
    InstanceNumber: 3,
  },
  ...{ ImageComments: "seen by Dr. Canary", Rows: 2, Columns: 2, BitsAllocated: 8 },
  MRDiffusionSequence: [{ DiffusionBValue: 1000 }],
  privateBlocks: [{ group: 0x0019, creator: "SIEMENS MR HEADER", elements: { 12: ["IS", 1000] } }],
};
const source = (bytes: Buffer) => ({
  size: bytes.length,
  read: async (into: Uint8Array, at: number) => bytes.copy(into, 0, at),
});
const linesOf = async (revealed: readonly string[] = []) => {
  const patient = patientWords([NAME, "CANARY-4711"]);
  const { elements } = await listElements(source(encodeFile(image)), {
    patient,
    revealed: new Set(revealed),
  });
  return new Map(elements.map((line) => [line.keyword || line.path, line]));
};

describe("the elements of an image", () => {
  it("A-006 show how it was made, and cover the patient, free text, UIDs and what the maker added", async () => {
    const lines = await linesOf();
    const open = [...lines.values()].filter(({ covered, value }) => !covered && value !== "");
    expect(open.map(({ keyword, value }) => `${keyword} ${value}`)).toEqual([
      "FileMetaInformationVersion 2 bytes",
      "MediaStorageSOPClassUID 1.2.840.10008.5.1.4.1.1.4",
      "TransferSyntaxUID 1.2.840.10008.1.2.1",
      expect.stringMatching(/^ImplementationClassUID /),
      expect.stringMatching(/^ImplementationVersionName /),
      "SOPClassUID 1.2.840.10008.5.1.4.1.1.4",
      ...["Modality MR", "Manufacturer ACME", "RepetitionTime 4711", "DiffusionBValue 1000"],
      ...["InstanceNumber 3", "Rows 2", "Columns 2", "BitsAllocated 8"],
    ]);
    const covered = ["PatientName", "PatientID", "StudyDate", "SeriesDescription", "ImageComments"];
    // a name in a code, a UID, a private element
    for (const one of [...covered, "ScanOptions", "SOPInstanceUID", "(0019,100c)"]) {
      expect(lines.get(one), one).toMatchObject({ value: null, covered: true });
    }
    expect(JSON.stringify([...lines.values()])).not.toMatch(/kanarien|canary|20261123/i);
  });

  it("are revealed one by one, and those in sequences have a path", async () => {
    const lines = await linesOf(["(0010,0010)"]);
    expect(lines.get("PatientName")).toMatchObject({
      path: "(0010,0010)",
      vr: "PN",
      value: NAME,
      covered: true,
    });
    expect(lines.get("PatientID")?.value).toBeNull();
    expect(lines.get("DiffusionBValue")?.path).toBe("(0018,9117)[0].(0018,9087)");
  });
});

test("items of private sequences and sequences themselves are not open", () => {
  expect(isOpenElement([0x00190010, 0x00280010], "US")).toBe(false);
  expect(isOpenElement([0x00180026], "SQ")).toBe(false);
  expect(isOpenElement([0x00180015, 0x00180050], "DS")).toBe(true);
  expect(isOpenElement([0x00101030], "DS")).toBe(false);
});

test("a number is no word of a patient", () => {
  const words = patientWords(["256", "DOE^JO"]);
  expect(words).toEqual(["256", "doe"]);
  expect([namesPatient("256", "US", words), namesPatient("A256", "CS", words)]).toEqual([false, true]);
});

test.each([
  ["1.2.840.10008.5.1.4.1.1.4", true],
  ["1.2.840.10008.5.1.4.1.1.4.1", true],
  ["1.2.840.10008.5.1.4.1.1.9", false],
  ["1.2.840.10008.5.1.4.1.1.66.4", false],
  ["1.2.840.10008.5.1.4.1.1.77.1.4", true],
  ["1.2.840.10008.5.1.4.1.1.88.11", false],
  ["1.2.840.10008.5.1.4.1.1.104.1", false],
  ["1.3.46.670589.11.0.0.12.1", true],
  ["", false],
])("%s has pictures: %s", (uid, has) => {
  expect(hasPicture(uid)).toBe(has);
});
