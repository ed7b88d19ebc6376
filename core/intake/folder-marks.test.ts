// A mark says where a hub writes: it is there before the first file, and goes when nothing can be left behind.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderMarks } from "./folder-marks.ts";

const HASH = "0123456789abcdef0123456789abcdef";
let root: string;
let marks: FolderMarks;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "thalamus-marks-"));
  marks = new FolderMarks(incoming());
});
afterEach(() => {
  marks.close();
  rmSync(root, { recursive: true, force: true });
});

const incoming = () => join(root, "incoming");
const folder = () => join(root, "received", "01", HASH);

/** The first folder of a hub has to be made by somebody. */
async function hold() {
  await marks.renew();
  const mark = marks.hold(folder(), { studyInstanceUid: "1.2.3", owner: "" });
  await mark.ready;
  return mark;
}

test("when a mark is ready, it names its study and the folder is there", async () => {
  await hold();
  expect(readFileSync(join(incoming(), HASH), "utf8")).toBe("1.2.3");
  expect(existsSync(folder())).toBe(true);
});

test("at the end marks go, but not of a folder with a file without a row", async () => {
  marks.release(await hold(), "01/x/unrecorded.dcm");
  marks.close();
  expect(readdirSync(incoming())).toEqual([HASH]);
  expect(marks.unrecorded()).toEqual([{ folder: folder(), path: "01/x/unrecorded.dcm", owner: "" }]);
  marks.settled(folder(), "01/x/unrecorded.dcm");
  marks.close();
  expect(readdirSync(incoming())).toEqual([]);
});

test("a mark that is held stays, and comes back when somebody swept it away", async () => {
  const mark = await hold();
  marks.close();
  expect(readdirSync(incoming())).toEqual([HASH]);
  rmSync(incoming(), { recursive: true });
  await marks.renew();
  expect(readdirSync(incoming())).toEqual([HASH]);
  marks.release(mark);
});

test("a mark that cannot be written is no mark, and the next object tries again", async () => {
  const mark = marks.hold(folder(), { studyInstanceUid: "1.2.3", owner: "" });
  await expect(mark.ready).rejects.toThrow("ENOENT");
  marks.release(mark);
  marks.release(await hold());
});
