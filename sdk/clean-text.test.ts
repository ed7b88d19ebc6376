// Texts of products are shown short, printable and without what identifies the patient.
import { expect, test } from "vitest";
import { cleanStage, messageCleaner, printable } from "./clean-text.ts";
import type { StudyIdentity } from "./step.ts";

const CANARY: StudyIdentity = {
  patientName: "Canary^Carla",
  patientId: "CANARY-4711",
  issuerOfPatientId: "CANARYHOSPITAL",
  patientBirthDate: "19580317",
  patientSex: "F",
  patientAge: "066Y",
  accessionNumber: "ACC99887",
  studyInstanceUid: "1.2.826.0.1.3680043.8.498.77",
  studyId: "STUDY5150",
  studyDate: "20240412",
  studyTime: "095812",
  studyDescription: "Canary brain",
  referringPhysicianName: "Canaryref^Rita",
};

test("control characters, line ends and direction marks become spaces", () => {
  expect(printable("a\u0000b\r\n\u001b[31mc\u2028d\u202ee", 100)).toBe("a b [31mc d e");
});

test("long text is cut, never inside a character", () => {
  const cut = printable("😀".repeat(300), 500);
  expect(cut).toHaveLength(500);
  expect(cut.isWellFormed()).toBe(true);
  expect(messageCleaner(CANARY)("word ".repeat(200)).length).toBe(500);
});

test("names, numbers and UIDs of the study are cut out in any spelling", () => {
  const clean = messageCleaner({ ...CANARY, patientName: "O'Neil (Test)^Li=李^四", patientId: "A.1*7" });
  expect(clean("file /x/O'NEIL (test)_li/a.1*7.dcm of 19580317")).toBe(
    "file /x/[removed] [removed]_li/[removed].dcm of [removed]",
  );
  expect(clean("instance 1.2.826.0.1.3680043.8.498.77.12 in version 1.2.3")).toBe(
    "instance [removed] in version 1.2.3",
  );
});

test("a short name is cut out only where it stands alone", () => {
  const clean = messageCleaner({ ...CANARY, patientName: "Ten^Tom" });
  expect(clean("tensor fit of Tom_Ten: ten volumes")).toBe(
    "tensor fit of [removed]_[removed]: [removed] volumes",
  );
});

test("a stage is a short plain name", () => {
  expect(cleanStage("free-water\u0007 <b>")).toBe("free-water b");
});
