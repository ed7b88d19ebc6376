// Times, sizes and DICOM values in the words people use.
import { expect, test } from "vitest";
import { fileSize } from "./file-size.ts";
import { phiText } from "./phi-words.ts";
import { durationWords } from "./time-words.ts";

test.each([
  [-5, "0 s"],
  [430, "0.4 s"],
  [42_900, "42 s"],
  [245_000, "4 min 5 s"],
  [7_800_000, "2 h 10 min"],
  [273_600_000, "3 d 4 h"],
])("%d ms is %s", (ms, words) => expect(durationWords(ms)).toBe(words));

test.each([
  [0, "0 B"],
  [912, "912 B"],
  [4_120_000, "4.1 MB"],
  [38_000_000_000, "38 GB"],
])("%d bytes are %s", (bytes, words) => expect(fileSize(bytes)).toBe(words));

test.each([
  ["patientName", "DOE^JANE^A=ドウ", "DOE, JANE A"],
  ["patientName", "DOE", "DOE"],
  ["patientBirthDate", "19800214", "1980-02-14"],
  ["patientAge", "066Y", "66 years"],
  ["patientAge", "unknown", "unknown"],
  ["accessionNumber", "A^1", "A^1"],
])("%s %s is shown as %s", (field, value, words) => expect(phiText(field, value)).toBe(words));
