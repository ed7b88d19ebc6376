// A file gets the name of its content; what has that name already is believed only when it is the same.
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeDataset, encodeFileMeta } from "@thalamus/sdk/dicom";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InstanceFile } from "./instance-file.ts";

const OBJECT = {
  sopClassUid: "1.2.840.10008.5.1.4.1.1.4",
  sopInstanceUid: "1.2.3.4.5",
  transferSyntaxUid: "1.2.840.10008.1.2.1",
};
const DATASET = encodeDataset({ SOPInstanceUID: OBJECT.sopInstanceUid, PatientID: "P-1" });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thalamus-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @returns the inode it was written to */
async function keep(name: string, callingAe: string): Promise<number> {
  const file = new InstanceFile(join(folder, name), encodeFileMeta(OBJECT, callingAe), true);
  file.write(DATASET);
  const { sha256 } = file.seal();
  const { ino } = statSync(join(folder, name));
  await file.name(final(), sha256);
  await file.flush();
  file.recorded();
  return ino;
}

const final = (): string => join(folder, "study", "object.dcm");

test("the same data set from another sender leaves the first file where it is", async () => {
  const first = await keep("a.part", "FIRST");
  await keep("b.part", "SECOND");
  expect(statSync(final()).ino).toBe(first);
  expect(readFileSync(final()).includes("FIRST")).toBe(true);
});

test("a file that lost its bytes is replaced when its object comes again", async () => {
  await keep("a.part", "FIRST");
  const { size } = statSync(final());
  truncateSync(final(), size - 10);
  const second = await keep("b.part", "SECOND");
  expect(statSync(final())).toMatchObject({ ino: second, nlink: 1 });
  expect(readFileSync(final()).subarray(-DATASET.length)).toEqual(Buffer.from(DATASET));
});
