// A copy that cannot be one: incomplete, or with names of its source.
import {
  type DeidentifiedFile,
  type NewDeidentifiedStudy,
  Phi,
  type StoredInstance,
  type StudyIdentity,
} from "@thalamus/sdk";
import { expect, test } from "vitest";
import { judgeCopy } from "./judge-copy.ts";

const instance = (number: number): StoredInstance => ({
  ...{ role: "dicom", sopClassUid: "1.2", sopInstanceUid: `1.3.${number}`, seriesInstanceUid: "1.4.1" },
  ...{ transferSyntaxUid: "1.2", modality: "MR", bytes: 1, sha256: "", path: "" },
});
const file = (number: number): DeidentifiedFile => ({
  ...{ path: "", sopInstanceUid: `2.25.${number}`, seriesInstanceUid: "2.25.100", sopClassUid: "1.2" },
  ...{ transferSyntaxUid: "1.2", modality: "MR", bytes: 1, sha256: "" },
});
const identity = new Phi({ studyInstanceUid: "1.5", patientId: "SMALL-1" } as StudyIdentity);
const source = [instance(1), instance(2)];
const good: NewDeidentifiedStudy = {
  ...{ studyInstanceUid: "2.25.200", patientPseudonym: "P1", files: [file(1), file(2)] },
  ...{ manifest: { path: "", bytes: 0, sha256: "" }, changes: {}, lines: [] },
};
const judge = (change: Partial<NewDeidentifiedStudy>) =>
  judgeCopy({ ...good, ...change }, source, identity.reveal());

test("A-076 a copy with one file for each instance, under new names, is taken", () => {
  expect(() => judge({})).not.toThrow();
});

test.each<[string, Partial<NewDeidentifiedStudy>, string]>([
  ["lacks a file", { files: [file(1)] }, "copy.incomplete"],
  ["has a file too many", { files: [file(1), file(2), file(3)] }, "copy.incomplete"],
  ["has a file twice", { files: [file(1), file(1)] }, "copy.incomplete"],
  ["has no file", { files: [] }, "copy.incomplete"],
  ["has the study's own UID", { studyInstanceUid: "1.5" }, "copy.not-deidentified"],
  [
    "has an instance's own UID",
    { files: [file(1), { ...file(2), sopInstanceUid: "1.3.1" }] },
    "copy.not-deidentified",
  ],
  [
    "has a series' own UID",
    { files: [file(1), { ...file(2), seriesInstanceUid: "1.4.1" }] },
    "copy.not-deidentified",
  ],
  ["has the patient's own ID", { patientPseudonym: "SMALL-1" }, "copy.not-deidentified"],
  ["has no pseudonym", { patientPseudonym: " " }, "copy.not-deidentified"],
  ["has no proper UID", { studyInstanceUid: "2.25.0x1" }, "copy.not-deidentified"],
])("A-076 a copy that %s is refused", (_, change, code) => {
  const refused = () => judge(change);
  expect(refused).toThrow(expect.objectContaining({ code }));
  expect(refused).not.toThrow(/SMALL|1\.3\.|1\.4\.|1\.5/);
});
