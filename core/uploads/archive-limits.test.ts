// The limits of an archive by themselves: counted over all files, whatever they come in.
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { UploadSettings } from "../config/upload-settings.ts";
import { UnpackLimits } from "./archive-entry.ts";
import { checkPath, isSystemFile } from "./entry-rules.ts";
import { ageString, sexCode } from "./patient-values.ts";
import { statesBefore, UPLOAD_MOVES } from "./upload-state.ts";

const settings = Value.Default(UploadSettings, {}) as UploadSettings;
const MEGABYTE = 1_000_000;

describe("limits", () => {
  test("let well packed images pass and refuse a bomb, from 100 MB on", () => {
    const limits = new UnpackLimits(settings, MEGABYTE / 2);
    limits.countBytes(100 * MEGABYTE);
    expect(() => limits.countBytes(1)).toThrow(expect.objectContaining({ code: "upload.bomb" }));
    const honest = new UnpackLimits(settings, 10 * MEGABYTE);
    for (let file = 0; file < 20; file += 1) honest.countBytes(50 * MEGABYTE);
    expect(honest.bytes).toBe(1000 * MEGABYTE);
  });

  test("count folders, too, so that a million of them is no way round", () => {
    const limits = new UnpackLimits({ ...settings, mostFiles: 2 }, 1000);
    limits.countEntry();
    limits.countEntry();
    expect(() => limits.countEntry()).toThrow(expect.objectContaining({ code: "upload.too-many-files" }));
  });
});

test.each([
  ...[".DS_Store", "a/.DS_Store", "Thumbs.db", "a/b/DESKTOP.INI", "__MACOSX/a/._1.dcm", "a/._IM0001"],
  ...["DICOMDIR", "a/dicomdir", ".git/config", "@eaDir/1.dcm", "~$report.doc", "x~"],
])("the system file %s is passed by", (path) => expect(isSystemFile(path)).toBe(true));

test.each(["a/IM0001", "dicomdir/1.dcm", "a.b/c", "_x/1", "readme/1.dcm", "1~1.dcm"])(
  "the file %s is looked at",
  (path) => expect(isSystemFile(path)).toBe(false),
);

test.each(["/a", "\\a", "C:a", "..", "a/../b", "a\\..\\b", "a/..", "a\0"])("the path %j is refused", (path) =>
  expect(() => checkPath(path, settings)).toThrow(expect.objectContaining({ code: "upload.bad-path" })),
);

test.each(["a", "a/b.c", "a..b/c", "Å/ö", "a b/...", "a/.b"])("the path %j is taken", (path) =>
  expect(() => checkPath(path, settings)).not.toThrow(),
);

test.each([
  ["48", "048Y"],
  [48, "048Y"],
  ["048Y", "048Y"],
  ["48 y", "048Y"],
  ["6M", "006M"],
  ["012W", "012W"],
  ["90+", "090Y"],
  ["90Y+", "090Y"],
  ["> 89", "090Y"],
  ["130", "130Y"],
  ["131", undefined],
  ["4.5", undefined],
  ["-3", undefined],
  ["", undefined],
  ["old", undefined],
])("the age %j is %j in DICOM", (given, wanted) => expect(ageString(given)).toBe(wanted));

test.each([
  ["M", "M"],
  ["female", "F"],
  [" Male ", "M"],
  ["O", undefined],
  ["", undefined],
])("the sex %j is %j in DICOM", (given, wanted) => expect(sexCode(given)).toBe(wanted));

test("an upload that is over stays over", () => {
  const over = Object.entries(UPLOAD_MOVES).filter(([, next]) => next.length === 0);
  expect(over.map(([state]) => state)).toEqual(["done", "failed", "cancelled"]);
  expect(statesBefore("unpacking")).toEqual(["receiving"]);
});
