// A reason that names the patient is found, however it is written; one that does not is left alone.
import { describe, expect, test } from "vitest";
import { namesPatient } from "./names-patient.ts";

const STUDY = {
  patientName: "Müller-Lüdenscheid^Anna Maria=ミュラー^アンナ",
  patientId: "KH-004711/8",
  patientBirthDate: "19580317",
  accessionNumber: "ACC2026-77",
  studyId: "1",
  studyInstanceUid: "1.2.826.0.1.3680043.8.498.1",
  referringPhysicianName: "Overbeck^Otto",
};

describe("A-240 a reason", () => {
  test.each([
    "Frau Müller-Lüdenscheid weiß Bescheid",
    "asked MARIA on the phone",
    "ミュラー is known here",
    "see KH 004711-8 in the archive",
    "born 17.03.1958, agreed",
    "born 1958-03-17, agreed",
    "born 03/17/1958, agreed",
    "same as ACC2026 77",
    "Dr. Overbeck agreed to it",
    "study 1.2.826.0.1.3680043.8.498.1 again",
  ])("that names the patient is found: %s", (text) => {
    expect(namesPatient(text, STUDY)).toBe(true);
  });

  test.each([
    "Protocol agreed with the reading physician.",
    "Series 1 is complete; TR 1700 ms is fine for this scanner",
    "Anname of the protocol was mistyped at the console",
    "Repeated on 2026-11-29 without change",
  ])("that names nobody is left alone: %s", (text) => {
    expect(namesPatient(text, STUDY)).toBe(false);
  });

  test("is left alone when the study has no identity", () => {
    const nobody = Object.fromEntries(Object.keys(STUDY).map((key) => [key, ""])) as typeof STUDY;
    expect(namesPatient("Agreed with the physician.", nobody)).toBe(false);
  });
});
