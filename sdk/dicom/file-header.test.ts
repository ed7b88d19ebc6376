// Headers of files: beyond the first window, past large values, torn, and of real scanners.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realData } from "../testing/real-data.ts";
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";
import type { Dataset } from "./dataset-writer.ts";
import { readFileHeader } from "./file-header.ts";
import { encodeFile } from "./file-meta.ts";
import { Tag } from "./tags.ts";

const image = {
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4.1",
  SOPInstanceUID: "1.2.3",
  StudyInstanceUID: "1.2.3.4",
  Rows: 2,
} satisfies Dataset;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-header-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, "one.dcm");
  await writeFile(path, bytes);
  return path;
}

describe("the header of a file", () => {
  it("is read whole when a sequence is larger than the first window", async () => {
    const frames = Array.from({ length: 4000 }, (_, index) => ({
      PlanePositionSequence: [{ ImagePositionPatient: [0, 0, index] }],
    }));
    const file = encodeFile({
      ...image,
      PerFrameFunctionalGroupsSequence: frames,
      PixelData: new Uint8Array(8),
    });
    expect(file.length).toBeGreaterThan(150_000);
    const { dataset, hasPixelData } = await readFileHeader(await fileOf(file));
    const read = dataset.items(Tag.PerFrameFunctionalGroupsSequence);
    expect(read).toHaveLength(4000);
    const last = read.at(-1)?.items(Tag.PlanePositionSequence)[0];
    expect(last?.numbers(Tag.ImagePositionPatient)).toEqual([0, 0, 3999]);
    expect(hasPixelData).toBe(true);
  });

  it("passes by values too large to keep and reads what follows them", async () => {
    const scannerProtocol = new Uint8Array(300_000);
    const privateBlocks = [
      { group: 0x0019, creator: "SIEMENS", elements: { 32: ["OB", scannerProtocol] } },
    ] satisfies Dataset["privateBlocks"];
    const file = encodeFile({ ...image, privateBlocks, PixelData: new Uint8Array(8) });
    const { dataset, hasPixelData } = await readFileHeader(await fileOf(file));
    expect(dataset.has(0x00191020)).toBe(false);
    expect(dataset.ascii(Tag.StudyInstanceUID)).toBe("1.2.3.4");
    expect(hasPixelData).toBe(true);
  });

  it("needs no pixel data and says so", async () => {
    const { dataset, hasPixelData } = await readFileHeader(await fileOf(encodeFile(image)));
    expect(hasPixelData).toBe(false);
    expect(dataset.numbers(Tag.Rows)).toEqual([2]);
  });

  it("is read from a deflated file", async () => {
    const plain = encodeFile({ ...image, PixelData: new Uint8Array(1000) });
    const metaEnd = 144 + plain.readUInt32LE(140);
    const meta = Buffer.from(plain.subarray(0, metaEnd));
    const deflated = Buffer.from(
      meta.toString("latin1").replace("1.2.840.10008.1.2.1\0", "1.2.840.10008.1.2.1.99"),
      "latin1",
    );
    // The UID is two bytes longer, and so are its element and the group.
    const uidLength = deflated.indexOf("1.2.840.10008.1.2.1.99") - 2;
    deflated.writeUInt16LE(22, uidLength);
    deflated.writeUInt32LE(deflated.length - 144, 140);
    const file = Buffer.concat([deflated, deflateRawSync(plain.subarray(metaEnd))]);
    const { dataset, transferSyntax } = await readFileHeader(await fileOf(file));
    expect(transferSyntax.deflated).toBe(true);
    expect(dataset.ascii(Tag.StudyInstanceUID)).toBe("1.2.3.4");
  });

  it("is refused when the file is no PS3.10 file or ends inside its header", async () => {
    await expect(readFileHeader(await fileOf(Buffer.alloc(200)))).rejects.toThrow(MalformedDataset);
    await expect(readFileHeader(await fileOf(Buffer.alloc(0)))).rejects.toThrow(MalformedDataset);
    const whole = encodeFile(image);
    let refused = 0;
    for (let cut = 140; cut < whole.length; cut += 1) {
      try {
        await readFileHeader(await fileOf(whole.subarray(0, cut)));
      } catch (error) {
        expect(error instanceof TruncatedDataset, `cut at ${cut}`).toBe(true);
        refused += 1;
      }
    }
    // It is whole between elements only.
    expect(refused).toBeGreaterThan(whole.length - 140 - 20);
  });
});

const folderOfFiles = realData("dicom");
interface Dcmjs {
  readonly log: { setLevel(level: string): void };
  readonly data: {
    readonly DicomMessage: {
      readFile(bytes: ArrayBuffer): { readonly dict: Record<string, { vr: string; Value?: unknown[] }> };
    };
  };
}

describe.skipIf(!folderOfFiles)("headers of real files", () => {
  const dcmjs = createRequire(import.meta.url)("dcmjs") as Dcmjs;
  dcmjs.log.setLevel("silent");
  /** What dcmjs cannot read, and the PatientName (0010,0010) that dcmtk or the standard says it has. */
  const others: Record<string, string | undefined> = {
    "UN_sequence.dcm": undefined,
    "chrH31.dcm": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "chrJapMulti.dcm": "やまだ^たろう",
    "chrKoreanMulti.dcm": "김희중",
    "nested_priv_SQ.dcm": undefined,
    "no_meta_group_length.dcm": undefined,
  };
  const files = folderOfFiles ? readdirSync(folderOfFiles).filter((name) => name.endsWith(".dcm")) : [];
  const texts = [Tag.SOPInstanceUID, Tag.StudyInstanceUID, Tag.Modality, Tag.PatientName, Tag.PatientID];

  it.each(files.filter((name) => name in others))("%s reads, though dcmjs cannot", async (name) => {
    const { dataset } = await readFileHeader(join(folderOfFiles!, name));
    expect(dataset.text(Tag.PatientName)).toBe(others[name]);
  });

  it("rtplan_truncated.dcm is torn and refused", async () => {
    await expect(readFileHeader(join(folderOfFiles!, "rtplan_truncated.dcm"))).rejects.toThrow(
      TruncatedDataset,
    );
  });

  const common = files.filter((name) => !(name in others) && name !== "rtplan_truncated.dcm");
  it.each(common)("%s reads as dcmjs reads it", async (name) => {
    const path = join(folderOfFiles!, name);
    const { dataset } = await readFileHeader(path);
    const { dict } = dcmjs.data.DicomMessage.readFile(bufferOf(path));
    for (const tag of texts) {
      const other = dict[tag.toString(16).padStart(8, "0").toUpperCase()]?.Value?.[0];
      const text = (dataset.text(tag) ?? "").replace(/=+$/, "");
      if (other === undefined || other === null) expect(text).toBe("");
      else expect(text).toBe(typeof other === "string" ? other : personName(other));
    }
    const rows = dict["00280010"]?.Value?.[0];
    expect(dataset.numbers(Tag.Rows)[0]).toBe(rows);
  });

  const bufferOf = (path: string): ArrayBuffer => {
    const bytes = readFileSync(path);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  };
  const personName = (value: unknown): string => {
    const name = value as { Alphabetic?: string; Ideographic?: string; Phonetic?: string };
    const parts = [name.Alphabetic ?? "", name.Ideographic ?? "", name.Phonetic ?? ""];
    return parts.join("=").replace(/=+$/, "");
  };
});
