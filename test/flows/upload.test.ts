// A study is uploaded: as a ZIP, as a folder in a TAR, as one file, broken off and resumed, twice, and beside C-STORE.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { type PackedFile, tarGzOf, tarOf, zipOf } from "../support/archives.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { studyWhere } from "../support/study-watch.ts";
import { announce, ended, transfer, uploaded } from "../support/upload-client.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-upload-"));
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite({ intake: { stableAfterSeconds: 0.5 } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

const phantom = (seed: number) =>
  writeDwiPhantom(join(folder, String(seed)), { seed, slices: 2, directions: 6, matrix: 16 });

/** The files as a person would have them: in folders, with what the operating system leaves there. */
async function studyFiles(seed: number): Promise<PackedFile[]> {
  const { files } = await phantom(seed);
  const images = files.map((file, index) => ({
    path: `Doe^Jane/series ${index % 2}/${index}.dcm`,
    bytes: readFileSync(file),
  }));
  return [
    { path: "Doe^Jane/.DS_Store", bytes: Buffer.from("Bud1") },
    ...images,
    { path: "__MACOSX/Doe^Jane/._0.dcm", bytes: Buffer.from("resource fork") },
    { path: "Doe^Jane/DICOMDIR", bytes: Buffer.alloc(400) },
  ];
}

const keptFiles = () =>
  readdirSync(join(site.folder, "data/files/received"), { recursive: true }).filter((name) =>
    String(name).endsWith(".dcm"),
  );

describe("an upload", () => {
  test("A-250 X-039 of a ZIP becomes a study with all its images, and system files are passed by", async () => {
    const files = await studyFiles(1);
    const zip = await zipOf(files);
    const upload = await uploaded(api, zip);
    const images = files.length - 3;
    expect(upload).toMatchObject({
      state: "done",
      format: "dicom",
      by: "admin",
      bytes: zip.length,
      receivedBytes: zip.length,
      counts: { files: files.length, stored: images, duplicate: 0, refused: 0, skipped: 3 },
      problems: [],
      sha256: createHash("sha256").update(zip).digest("hex"),
    });
    expect(upload.studyIds).toHaveLength(1);
    const { study, timeline } = await studyWhere(
      api,
      upload.studyIds[0]!,
      ({ status }) => status === "processed",
    );
    expect(study).toMatchObject({ instanceCount: images, source: "UPLOAD", revision: 1, format: "dicom" });
    expect(timeline.filter(({ event }) => event === "study.stable")).toHaveLength(1);
    expect(keptFiles()).toHaveLength(images);
    // the bytes of the upload itself are not kept
    expect(readdirSync(join(site.folder, "data/files/uploads"))).toEqual([]);
  });

  test("A-249 of a folder, packed as TAR or TAR.GZ, is the same study: every image is there already", async () => {
    const files = await studyFiles(1);
    for (const archive of [await tarOf(files), await tarGzOf(files)]) {
      const upload = await uploaded(api, archive);
      expect(upload).toMatchObject({
        state: "done",
        counts: { stored: 0, duplicate: files.length - 3, revised: 0 },
      });
    }
    const { body } = await api.call<{ total: number }>("GET", "/api/studies");
    expect(body.total).toBe(1);
  });

  test("of one DICOM file is taken as it is", async () => {
    const { files } = await phantom(2);
    const upload = await uploaded(api, readFileSync(files[0]!));
    expect(upload).toMatchObject({ state: "done", counts: { files: 1, stored: 1 } });
  });

  test("of what came by C-STORE before is a duplicate, and the other way round", async () => {
    const { files } = await phantom(3);
    const { port } = hub.listeners.get("dicom-scp")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    const store = (some: readonly string[]) =>
      createDicomSender().store(peer, some, AbortSignal.timeout(30_000));
    await store(files.slice(0, 5));
    const all = files.map((file, index) => ({ path: `${index}`, bytes: readFileSync(file) }));
    const upload = await uploaded(api, await zipOf(all));
    expect(upload.counts).toMatchObject({ stored: files.length - 5, duplicate: 5 });
    await studyWhere(api, upload.studyIds[0]!, ({ status }) => status === "processed");
    expect((await store(files)).every(({ status }) => status === 0)).toBe(true);
    const { study } = await studyWhere(api, upload.studyIds[0]!, ({ status }) => status === "processed");
    expect(study.instanceCount).toBe(files.length);
  });

  test("that breaks off goes on where it was, and is whole then", async () => {
    const zip = await zipOf(await studyFiles(4));
    const { id } = await announce(api);
    const half = Math.floor(zip.length / 2);
    await beginByHand(id, zip, half);
    const head = await api.fetch(`/api/uploads/files/${id}`, { method: "HEAD", headers: TUS });
    expect(head.headers.get("upload-offset")).toBe(String(half));
    expect((await patch(id, half, zip.subarray(half))).status).toBe(204);
    const upload = await ended(api, id);
    expect(upload.sha256).toBe(createHash("sha256").update(zip).digest("hex"));
    expect(upload).toMatchObject({ state: "done" });
    // a client whose last answer was lost asks once more
    const again = await api.fetch(`/api/uploads/files/${id}`, { method: "HEAD", headers: TUS });
    expect(again.headers.get("upload-offset")).toBe(String(zip.length));
  });

  test("X-044 whose SHA-256 is not the announced one takes nothing in", async () => {
    const zip = await zipOf(await studyFiles(5));
    const right = createHash("sha256").update(zip).digest("hex");
    const wrong = right.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    for (const form of [{ sha256: wrong }, {}]) {
      const { id } = await announce(api, form);
      await transfer(api, id, zip, form.sha256 ? {} : { metadata: { sha256: wrong } });
      expect(await ended(api, id)).toMatchObject({ state: "failed", code: "upload.checksum", studyIds: [] });
    }
    expect(await uploaded(api, zip, { sha256: right })).toMatchObject({ state: "done" });
  });

  test("X-045 can be cancelled until the hub has all of it, and its bytes go", async () => {
    const zip = await zipOf(await studyFiles(6));
    const { id } = await announce(api);
    await beginByHand(id, zip, 1000);
    expect(readdirSync(join(site.folder, "data/files/uploads"))).toContain(id);
    expect((await api.call("DELETE", `/api/uploads/${id}`)).status).toBe(204);
    expect(readdirSync(join(site.folder, "data/files/uploads"))).toEqual([]);
    expect((await patch(id, 1000, zip.subarray(1000))).status).toBe(410);
    expect(await ended(api, id)).toMatchObject({ state: "cancelled" });
    expect((await api.call("DELETE", `/api/uploads/${id}`)).status).toBe(409);
  });
});

const TUS = { "tus-resumable": "1.0.0" };

const patch = (id: string, offset: number, bytes: Buffer) =>
  api.fetch(`/api/uploads/files/${id}`, {
    method: "PATCH",
    headers: { ...TUS, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
    body: new Uint8Array(bytes),
  });

async function beginByHand(id: string, bytes: Buffer, count: number): Promise<void> {
  const metadata = `upload ${Buffer.from(id).toString("base64")},filename ${Buffer.from("Doe.zip").toString("base64")}`;
  const created = await api.fetch("/api/uploads/files", {
    method: "POST",
    headers: { ...TUS, "upload-length": String(bytes.length), "upload-metadata": metadata },
  });
  expect(created.status).toBe(201);
  expect(created.headers.get("location")).toBe(`/api/uploads/files/${id}`);
  expect((await patch(id, 0, bytes.subarray(0, count))).status).toBe(204);
}
