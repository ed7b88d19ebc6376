// A file gets the name of its content; what has that name already is believed only when it is the same.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encodeDataset, encodeFileMeta } from "@thalamus/sdk/dicom";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InstanceFile } from "./instance-file.ts";

const OBJECT = {
  sopClassUid: "1.2.840.10008.5.1.4.1.1.4",
  sopInstanceUid: "1.2.3.4.5",
  transferSyntaxUid: "1.2.840.10008.1.2.1",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thalamus-file-"));
  mkdirSync(dirname(final()));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const final = (): string => join(folder, "study", "object.dcm");
const parts = (): string[] => readdirSync(folder).filter((name) => name.endsWith(".part"));

describe.each([
  ["that fits into the buffer", 1000],
  ["that fills the buffer to the last byte", 262_144 - encodeFileMeta(OBJECT, "FIRST").length - 144],
  ["that is larger than the buffer", 700_000],
  ["of which a part is flushed while the rest comes", 70_000_000],
])("an object %s", (_kind, pixels) => {
  const dataset = encodeDataset({
    SOPInstanceUID: OBJECT.sopInstanceUid,
    PixelData: createHash("shake256", { outputLength: pixels }).update("pixels").digest(),
  });

  async function keep(name: string, callingAe: string): Promise<void> {
    const file = new InstanceFile(join(folder, `${name}.part`), encodeFileMeta(OBJECT, callingAe), true);
    for (let at = 0; at < dataset.length; at += 65_535) file.write(dataset.subarray(at, at + 65_535));
    const { sha256, bytes } = file.seal();
    expect(sha256).toBe(createHash("sha256").update(dataset).digest("hex"));
    await file.place(final(), sha256);
    await file.flush();
    if (callingAe === "FIRST") expect(statSync(final()).size).toBe(bytes);
  }

  test("stands whole under the name of its content, and nothing else is left", async () => {
    await keep("a", "FIRST");
    const file = readFileSync(final());
    const meta = encodeFileMeta(OBJECT, "FIRST");
    expect(file.equals(Buffer.concat([meta, dataset]))).toBe(true);
    expect(parts()).toEqual([]);
  });

  test("that comes from another sender, too, leaves the first file where it is", async () => {
    await keep("a", "FIRST");
    const { ino } = statSync(final());
    await keep("b", "SECOND");
    expect(statSync(final()).ino).toBe(ino);
    expect(readFileSync(final()).includes("FIRST")).toBe(true);
    expect(parts()).toEqual([]);
  });

  test("takes the place of a file that lost its bytes", async () => {
    await keep("a", "FIRST");
    truncateSync(final(), statSync(final()).size - 10);
    await keep("b", "SECOND");
    expect(readFileSync(final()).subarray(-dataset.length).equals(dataset)).toBe(true);
    expect(parts()).toEqual([]);
  });

  test("that is given up leaves nothing", () => {
    const file = new InstanceFile(join(folder, "a.part"), encodeFileMeta(OBJECT), true);
    file.write(dataset);
    file.discard();
    expect([parts(), readdirSync(dirname(final()))]).toEqual([[], []]);
  });
});

test("what cannot be written has no name", async () => {
  const file = new InstanceFile(join(folder, "a.part"), encodeFileMeta(OBJECT), true);
  file.write(encodeDataset({ SOPInstanceUID: OBJECT.sopInstanceUid }));
  const { sha256 } = file.seal();
  await expect(file.place(join(folder, "nowhere", "object.dcm"), sha256)).rejects.toThrow("ENOENT");
  file.discard();
  expect(parts()).toEqual([]);
});
