// What is said of a patient beside a copy: what a site let out, in one form, and nothing else.
import { expect, test } from "vitest";
import { factsOf } from "./outbound-facts.ts";

const study = {
  patientAge: "066Y",
  patientSex: "F",
  patientBirthDate: "19580317",
  studyDate: "20240412",
  accessionNumber: "ACC-1",
};

test("X-036 X-037 an age is an age string of whole grammar and a sex is a code", () => {
  expect(factsOf(study)).toEqual({ patientAge: "066Y", patientSex: "F", accessionNumber: "ACC-1" });
  expect(factsOf({ ...study, patientAge: "48", patientSex: "Male" })).toMatchObject({
    patientAge: "048Y",
    patientSex: "M",
  });
  expect(factsOf({ ...study, patientSex: "o" }).patientSex).toBe("O");
  expect(factsOf({ ...study, patientSex: "unknown" }).patientSex).toBeUndefined();
});

test("an age that is not written is counted from the birth date, and nobody is older than 90", () => {
  expect(factsOf({ ...study, patientAge: "" }).patientAge).toBe("066Y");
  expect(factsOf({ ...study, patientAge: "097Y" }).patientAge).toBe("090Y");
  expect(factsOf({ ...study, patientAge: "90+" }).patientAge).toBe("090Y");
  expect(factsOf({ ...study, patientAge: "", patientBirthDate: "19200101" }).patientAge).toBe("090Y");
  expect(factsOf({ ...study, patientAge: "about 50" }).patientAge).toBe("066Y");
  expect(factsOf({ ...study, patientAge: "", patientBirthDate: "" }).patientAge).toBeUndefined();
});

test("an accession number that is no identifier of a sensible length is not said", () => {
  expect(factsOf({ ...study, accessionNumber: "  " }).accessionNumber).toBeUndefined();
  expect(factsOf({ ...study, accessionNumber: "x".repeat(65) }).accessionNumber).toBeUndefined();
});
