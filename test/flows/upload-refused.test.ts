// Uploads that are too large, damaged, hostile or somebody else's: a clear answer, and nothing else happens.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { connectionClosed } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { renamedInZip, tarGzOf, tarOf, zipOf } from "../support/archives.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { bareDataset, smallFile } from "../support/small-dicom.ts";
import { announce, ended, stuckSender, transfer, uploaded } from "../support/upload-client.ts";

let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  const uploads = { mostFiles: 20, largestMegabytes: 3, unpackedMegabytes: 40, largestFileMegabytes: 30 };
  site = await newSite({ uploads: { ...uploads, mostExpansion: 100, deepestPath: 4, longestPath: 60 } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const good = (number: number, path = `good/${number}.dcm`) => ({ path, bytes: smallFile("refused", number) });
const studies = async () => (await api.call<{ total: number }>("GET", "/api/studies")).body.total;

describe("a file in an archive", () => {
  test("that is broken is reported by its place and does not stop the others", async () => {
    const truncated = smallFile("refused", 2).subarray(0, -5);
    const files = [
      good(1),
      { path: "Doe^Jane.dcm", bytes: truncated },
      { path: "x.dcm", bytes: Buffer.alloc(0) },
      good(4),
    ];
    const upload = await uploaded(api, await zipOf(files));
    expect(upload).toMatchObject({ state: "done", counts: { files: 4, stored: 2, refused: 2 } });
    expect(upload.problems).toMatchObject([
      { position: 2, code: "intake.truncated" },
      { position: 3, code: "upload.empty-file" },
    ]);
    expect(JSON.stringify(upload)).not.toContain("Doe");
  });

  test("may lack its preamble or its file meta information, and stays the same object", async () => {
    const file = smallFile("refused", 10);
    const first = await uploaded(api, file);
    expect(first.counts.stored).toBe(1);
    for (const bytes of [file.subarray(132), bareDataset("refused", 10)]) {
      expect(await uploaded(api, bytes)).toMatchObject({
        state: "done",
        counts: { duplicate: 1, stored: 0 },
      });
    }
  });

  test("that is neither DICOM nor NIfTI is named as such", async () => {
    const files = [good(20), { path: "report.pdf", bytes: Buffer.from("%PDF-1.4 Doe") }];
    const upload = await uploaded(api, await zipOf(files));
    expect(upload.problems).toMatchObject([{ position: 2, code: "upload.not-recognized" }]);
    const alone = await uploaded(api, Buffer.from("nothing that anybody knows ".repeat(50)));
    expect(alone).toMatchObject({ state: "failed", code: "upload.not-recognized" });
  });

  test("that is an archive itself is not opened", async () => {
    const inner = await zipOf([good(30)]);
    const upload = await uploaded(api, await zipOf([good(31), { path: "inner.zip", bytes: inner }]));
    expect(upload).toMatchObject({ counts: { stored: 1 }, problems: [{ code: "upload.nested-archive" }] });
  });

  test("with a path that leaves its folder is not looked at", async () => {
    const zip = await zipOf([good(40), good(41, "aa/bb/cc.dcm")]);
    for (const name of ["../../cc.dcm", "/etc/cc0.dcm", "C:/aa/cc.dcm", "a\\..\\cc0.dcm", "aa\0bb/cc.dcm"]) {
      const upload = await uploaded(api, renamedInZip(zip, "aa/bb/cc.dcm", name));
      expect(upload.problems, name).toMatchObject([{ position: 2, code: "upload.bad-path" }]);
    }
    for (const path of ["a/b/c/d/e/f.dcm", `${"n".repeat(70)}.dcm`]) {
      const upload = await uploaded(api, await tarOf([good(40), good(41, path)]));
      expect(upload.problems, path).toMatchObject([{ position: 2, code: "upload.bad-path" }]);
    }
  });

  test("that is a link or a device is passed by, and nothing is followed", async () => {
    const links = [
      { header: { name: "passwd", type: "symlink", linkname: "/etc/passwd" } },
      { header: { name: "hard", type: "link", linkname: "good/50.dcm" } },
      { header: { name: "null", type: "character-device", devmajor: 1, devminor: 3 } },
    ] as const;
    const upload = await uploaded(api, await tarOf([good(50), ...links]));
    expect(upload).toMatchObject({ state: "done", counts: { stored: 1, refused: 3 } });
    expect(new Set(upload.problems.map(({ code }) => code))).toEqual(new Set(["upload.special-file"]));
  });

  test("that differs from its checksum, or is encrypted, is reported", async () => {
    const zip = await zipOf([{ path: "a.dcm", bytes: smallFile("refused", 60) }]);
    const directory = zip.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    const wrongSum = Buffer.from(zip);
    wrongSum.writeUInt32LE(1, directory + 16);
    expect(await uploaded(api, wrongSum)).toMatchObject({ state: "failed", code: "upload.file-damaged" });
    const encrypted = Buffer.from(zip);
    encrypted.writeUInt16LE(encrypted.readUInt16LE(directory + 8) | 1, directory + 8);
    expect(await uploaded(api, encrypted)).toMatchObject({ state: "failed", code: "upload.encrypted" });
  });
});

describe("an archive", () => {
  test("that is cut off takes nothing in", async () => {
    const before = await studies();
    const files = [good(70), good(71)];
    const archives = [await zipOf(files), await tarOf(files), await tarGzOf(files)];
    for (const archive of archives) {
      const upload = await uploaded(
        api,
        archive.subarray(0, archive.length - Math.floor(archive.length / 2)),
      );
      expect(upload).toMatchObject({ state: "failed", code: "upload.archive-damaged", studyIds: [] });
    }
    expect(await studies()).toBe(before);
  });

  test("with too many files, or too much in them, is refused before anything is taken", async () => {
    const many = Array.from({ length: 21 }, (_, number) => good(100 + number));
    expect(await uploaded(api, await zipOf(many))).toMatchObject({
      code: "upload.too-many-files",
      studyIds: [],
    });
    const zeros = { path: "zeros", bytes: Buffer.alloc(25_000_000) };
    const large = [good(130), zeros, { ...zeros, path: "more" }];
    for (const archive of [await zipOf(large), await tarGzOf(large)]) {
      const upload = await uploaded(api, archive);
      expect(upload).toMatchObject({ state: "failed", code: "upload.unpacks-too-large", studyIds: [] });
    }
  });

  test("that goes on with zeros after its end is refused, however well they are packed", async () => {
    const tar = await tarOf([good(135)]);
    const padded = gzipSync(Buffer.concat([tar, Buffer.alloc(60_000_000)]));
    expect(await uploaded(api, padded)).toMatchObject({ state: "failed", code: "upload.unpacks-too-large" });
  });

  test("whose header claims gigabytes of a name does not fill the memory", async () => {
    const tar = await tarOf([good(140)]);
    const header = Buffer.from(tar.subarray(0, 512));
    header.write("L", 156, "latin1");
    header.write("77777777777", 124, "latin1");
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    const upload = await uploaded(api, Buffer.concat([header, Buffer.alloc(1_000_000), tar]));
    expect(upload).toMatchObject({ state: "failed", code: "upload.archive-damaged" });
  });
});

describe("a transfer", () => {
  const tus = { "tus-resumable": "1.0.0" };
  const metadata = (id: string) => `upload ${Buffer.from(id).toString("base64")}`;
  const create = (client: ApiClient, length: number, meta: string) =>
    client.fetch("/api/uploads/files", {
      method: "POST",
      headers: { ...tus, "upload-length": String(length), "upload-metadata": meta },
    });

  test("needs a session and an announcement of the same account", async () => {
    const { id } = await announce(api);
    const stranger = new ApiClient(hub.http.port);
    for (const method of ["POST", "HEAD", "PATCH", "DELETE", "OPTIONS"]) {
      const path = method === "POST" ? "/api/uploads/files" : `/api/uploads/files/${id}`;
      expect((await stranger.fetch(path, { method, headers: tus })).status, method).toBe(401);
    }
    expect((await create(api, 10, "filename RG9l")).status).toBe(400);
    expect((await create(api, 10, metadata("00000000-0000-4000-8000-000000000000"))).status).toBe(404);
    expect(
      (await api.fetch("/api/uploads/files/..%2f..%2fhub.log", { method: "HEAD", headers: tus })).status,
    ).toBe(404);
  });

  test("from a page of another web site is refused", async () => {
    const { id } = await announce(api);
    const headers = {
      ...tus,
      "sec-fetch-site": "cross-site",
      "upload-length": "10",
      "upload-metadata": metadata(id),
    };
    expect((await api.fetch("/api/uploads/files", { method: "POST", headers })).status).toBe(403);
    const cut = { method: "DELETE", headers: { ...tus, origin: "https://elsewhere.example" } };
    expect((await api.fetch(`/api/uploads/files/${id}`, cut)).status).toBe(403);
    const seen = await create(api, 10, metadata(id));
    expect(seen.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("A-152 of more than the hub takes, or of nothing, does not begin", async () => {
    const { id } = await announce(api);
    const large = await create(api, 3_000_001, metadata(id));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: "upload.too-large" });
    expect((await create(api, 0, metadata(id))).status).toBe(400);
  });

  test("for which there is no room does not begin", async () => {
    const full = await newSite({ intake: { keepFreeMegabytes: 900_000_000 } });
    const other = await hubInProcess(full);
    const client = await ApiClient.signedIn(other.http.port);
    const { id } = await announce(client);
    const answer = await create(client, 1000, metadata(id));
    expect(answer.status).toBe(507);
    expect(await answer.json()).toMatchObject({ code: "upload.no-space" });
    await other.stop();
    full.remove();
  });

  test("X-048 whose sender falls silent is cut off and can go on", async () => {
    const hasty = await newSite({ uploads: { silenceSeconds: 2 } });
    const other = await hubInProcess(hasty);
    const client = await ApiClient.signedIn(other.http.port);
    const { id } = await announce(client);
    await create(client, 1000, metadata(id));
    const stuck = await stuckSender(client, id, other.http.port, 0, Buffer.alloc(1000));
    await connectionClosed(stuck);
    const headers = { ...tus };
    await vi.waitFor(async () => {
      const head = await client.fetch(`/api/uploads/files/${id}`, { method: "HEAD", headers });
      expect(head.headers.get("upload-offset")).toBe("100");
    }, 20_000);
    await other.stop();
    hasty.remove();
  });

  test("X-046 that nobody goes on with is removed after its time", async () => {
    const brief = await newSite();
    let other = await hubInProcess(brief);
    let client = await ApiClient.signedIn(other.http.port);
    const { id } = await announce(client);
    await create(client, 1000, metadata(id));
    const folder = join(brief.folder, "data/files/uploads");
    expect(readdirSync(folder).toSorted()).toEqual([id, `${id}.json`]);
    await other.stop();
    const database = new pg.Client(brief.databaseUrl);
    await database.connect();
    await database.query("update upload set updated_at = now() - interval '25 hours'");
    await database.end();
    other = await hubInProcess(brief);
    client = await ApiClient.signedIn(other.http.port);
    expect(await ended(client, id)).toMatchObject({ state: "failed", code: "upload.expired" });
    expect(readdirSync(folder)).toEqual([]);
    await other.stop();
    brief.remove();
  });

  test("names nothing of the sender on the disk", async () => {
    const { id } = await announce(api);
    await create(api, 1000, `${metadata(id)},filename ${Buffer.from("Doe^Jane.zip").toString("base64")}`);
    const folder = join(site.folder, "data/files/uploads");
    const text = readdirSync(folder).map((name) => name + readFileSync(join(folder, name), "latin1"));
    expect(text.join()).not.toMatch(/Doe|filename/);
    await transfer(api, (await announce(api)).id, smallFile("refused", 200), {
      metadata: { filename: "Doe" },
    });
  });
});
