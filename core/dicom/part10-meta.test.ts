// File meta information as it is found in the field: long, with wrong lengths, cut.
import { open } from "node:fs/promises";
import { NotPart10 } from "@thalamus/sdk/dicom";
import { afterAll, describe, expect, it } from "vitest";
import { readPart10Meta } from "./part10-meta.ts";
import { MR_IMAGE, TestFiles } from "./testing/test-files.ts";

const files = new TestFiles();
afterAll(() => files[Symbol.dispose]());

const EXPLICIT = "1.2.840.10008.1.2.1";
const ANY_DATA_SET = Buffer.from("\x08\0\x60\0CS\x02\0MR", "latin1");

function element(number: number, vr: string, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const long = vr === "OB";
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(0x0002, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  if (long) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

const UIDS = [
  element(0x0002, "UI", `${MR_IMAGE}\0`),
  element(0x0003, "UI", "1.2.3\0"),
  element(0x0010, "UI", `${EXPLICIT}\0`),
];

async function read(...parts: readonly Buffer[]) {
  const preamble = Buffer.alloc(132);
  preamble.write("DICM", 128);
  await using file = await open(files.writeBytes(Buffer.concat([preamble, ...parts])));
  return readPart10Meta(file.fd);
}

describe("file meta information", () => {
  it("names the object and where its data set begins", async () => {
    const meta = await read(...UIDS, ANY_DATA_SET);
    expect(meta).toMatchObject({
      sopClassUid: MR_IMAGE,
      sopInstanceUid: "1.2.3",
      transferSyntaxUid: EXPLICIT,
    });
    expect(meta.fileBytes - meta.dataSetStart).toBe(ANY_DATA_SET.length);
  });

  it("is read to its end whatever its group length says", async () => {
    const meta = await read(element(0x0000, "UL", Buffer.alloc(4)), ...UIDS, ANY_DATA_SET);
    expect(meta.fileBytes - meta.dataSetStart).toBe(ANY_DATA_SET.length);
  });

  it.each([1900, 2000, 20_000, 300_000])("may have private information of %i bytes", async (bytes) => {
    const meta = await read(...UIDS, element(0x0102, "OB", Buffer.alloc(bytes)), ANY_DATA_SET);
    expect(meta.fileBytes - meta.dataSetStart).toBe(ANY_DATA_SET.length);
  });

  it("may be all there is", async () => {
    const meta = await read(...UIDS);
    expect(meta.dataSetStart).toBe(meta.fileBytes);
  });

  it.each([
    ["without a transfer syntax", UIDS.slice(0, 2)],
    ["with a value cut off", [...UIDS, element(0x0102, "OB", Buffer.alloc(100)).subarray(0, 50)]],
    ["with a length beyond all limits", [...UIDS, element(0x0102, "OB", Buffer.alloc(2_000_000))]],
  ])("is refused %s", async (_name, parts) => {
    await expect(read(...parts)).rejects.toThrow(NotPart10);
  });

  it("is missing in files that are no DICOM", async () => {
    await using file = await open(files.writeBytes(Buffer.from("%PDF-1.7")));
    expect(() => readPart10Meta(file.fd)).toThrow(NotPart10);
  });
});
