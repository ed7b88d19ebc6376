// The archive: read back by other programs, the same whenever and wherever it is read, and no file that was changed in it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeidentifiedInstance } from "@thalamus/sdk";
import { afterAll, describe, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { hashOf, readStretch, stretchesOf } from "./read-archive.ts";
import { archiveOf, namedInstances } from "./study-archive.ts";
import { archiveBytes, layOut, type ZipLayout } from "./zip-layout.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-archive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;

/** Files whose bytes compress badly, as those of images do. */
const instances = (sizes: readonly number[]): DeidentifiedInstance[] =>
  sizes.map((bytes, index) => {
    const content = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at += 1) content[at] = (at * 31 + index * 17 + (at >> 7)) & 0xff;
    const path = join(folder, `secret-name-${bytes}-${index}`);
    writeFileSync(path, content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const uids = {
      role: "dicom" as const,
      sopClassUid: "1.2",
      sopInstanceUid: "1.2.3",
      seriesInstanceUid: "1.2.4",
    };
    return { ...uids, transferSyntaxUid: "1.2.840.10008.1.2.1", modality: "MR", bytes, sha256, path };
  });

async function bytesOf(layout: ZipLayout, from = 0, bytes = layout.bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readStretch(layout, { from, bytes })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const SIZES = [1, 0, 70_000, 300_000, 12];

describe("an archive of stored files", () => {
  test("is read back by yauzl and by Python, which finds no fault and the same content", async () => {
    const files = instances(SIZES);
    const { layout } = await archiveOf(files, never);
    const path = join(folder, "whole.zip");
    writeFileSync(path, await bytesOf(layout));
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    const names: string[] = [];
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName);
      const chunks: Buffer[] = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      const sha256 = createHash("sha256").update(Buffer.concat(chunks)).digest("hex");
      expect(sha256).toBe(files[names.length - 1]?.sha256);
      expect(entry.compressionMethod).toBe(0);
    }
    zip.close();
    expect(names).toEqual(SIZES.map((_, index) => `00000${index + 1}.dcm`));
    const script =
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))";
    expect(String(execFileSync("python3", ["-c", script, path])).trim()).toBe(`None ${SIZES.length}`);
  });

  test("has a size that is known before a file is looked at, and tells nothing of names and times", async () => {
    const files = instances(SIZES);
    const { layout } = await archiveOf(files, never);
    const whole = await bytesOf(layout);
    expect(archiveBytes(files)).toBe(layout.bytes);
    expect(whole.length).toBe(layout.bytes);
    expect(whole.includes("secret-name")).toBe(false);
    // the same bytes from other files at another time
    const again = await archiveOf(instances(SIZES), never);
    expect((await bytesOf(again.layout)).equals(whole)).toBe(true);
  });

  test("X-044 has the same bytes and hashes in whatever stretches it is read", async () => {
    const { layout } = await archiveOf(instances(SIZES), never);
    const whole = await bytesOf(layout);
    for (const size of [1000, 65_536, 123_457, 10_000_000]) {
      const stretches = stretchesOf(layout, size);
      expect(stretches.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(layout.bytes);
      for (const stretch of stretches.toReversed()) {
        const { from, bytes } = stretch;
        const own = whole.subarray(from, from + bytes);
        expect((await bytesOf(layout, from, bytes)).equals(own)).toBe(true);
        expect(await hashOf(layout, stretch, never)).toBe(createHash("sha256").update(own).digest("hex"));
      }
    }
  });

  test("with more files or bytes than old ZIP can count is read back as ZIP64", async () => {
    const [small] = instances([3]);
    const many = layOut(Array.from({ length: 65_600 }, () => ({ path: small!.path, bytes: 0, crc32: 0 })));
    // of the last entries only headers are looked at: the content in between is not there
    const huge = layOut([
      { path: small!.path, bytes: 4_400_000_000, crc32: 1 },
      { path: small!.path, bytes: 3, crc32: 2 },
    ]);
    const script = `import sys,zipfile
z=zipfile.ZipFile(sys.argv[1]); i=z.infolist()
print(len(i), i[-1].filename, i[0].file_size, i[-1].header_offset)`;
    const read = (path: string) => String(execFileSync("python3", ["-c", script, path])).trim();
    const path = join(folder, "many.zip");
    writeFileSync(path, await bytesOf(many));
    expect(read(path)).toMatch(/^65600 065600\.dcm 0 \d+$/);
    const sparse = join(folder, "huge.zip");
    writeFileSync(sparse, "");
    truncateSync(sparse, huge.bytes);
    const headers = huge.pieces.filter((piece) => "header" in piece);
    const { open } = await import("node:fs/promises");
    const file = await open(sparse, "r+");
    for (const { at, header } of headers) await file.write(header, 0, header.length, at);
    await file.close();
    expect(read(sparse)).toBe(`2 000002.dcm 4400000000 ${huge.pieces[2]?.at}`);
  });
});

test("A-070 the files of a NIfTI image have one name in the archive, in archives of generation 1 too", async () => {
  const nifti = (seriesInstanceUid: string, role: DeidentifiedInstance["role"], ending: string) => {
    const [one] = instances([40]) as [DeidentifiedInstance];
    const path = join(folder, `secret${seriesInstanceUid}-7${ending}`);
    writeFileSync(path, readFileSync(one.path));
    return { ...one, role, seriesInstanceUid, path };
  };
  const files = ["1.5", "1.6"].flatMap((uid) => [
    nifti(uid, "bval", ".bval"),
    nifti(uid, "image", ".nii.gz"),
    nifti(uid, "sidecar", ".json"),
  ]);
  const archive = await archiveOf(files, never);
  const names = ["000001", "000002"].flatMap((name) =>
    [".bval", ".nii.gz", ".json"].map((end) => name + end),
  );
  expect(archive.files.map(({ name }) => name)).toEqual(names);
  expect(archive.layout.bytes).toBe(archiveBytes(namedInstances(files)));
  const last = (await bytesOf(layOut(archive.files.slice(3)))).toString("latin1");
  for (const name of names.slice(3)) expect(last).toContain(name);
  expect(last).not.toContain("secret");
});

describe("a copy that is looked through before it is sent", () => {
  test("is refused when a file is not as it was made", async () => {
    const files = instances([500, 600]);
    writeFileSync(files[1]!.path, readFileSync(files[1]!.path).fill(0, 10, 20));
    await expect(archiveOf(files, never)).rejects.toMatchObject({ code: "cloud-upload.copy-damaged" });
    rmSync(files[1]!.path);
    await expect(archiveOf(files, never)).rejects.toMatchObject({
      name: "Transient",
      code: "cloud-upload.storage",
    });
  });

  test("has another fingerprint as soon as one file is another, or stands elsewhere", async () => {
    const files = instances([500, 600]);
    const print = async (some: readonly DeidentifiedInstance[]) => (await archiveOf(some, never)).fingerprint;
    const own = await print(files);
    expect(await print(instances([500, 600]))).toBe(own);
    expect(await print(files.toReversed())).not.toBe(own);
    expect(await print(files.slice(1))).not.toBe(own);
  });
});
