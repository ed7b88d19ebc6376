// Uploads whose parts go straight to an S3-compatible store, which verifies every signature by itself.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { zipOf } from "../support/archives.ts";
import { type DeskClient, refusalOf, sha256Of } from "../support/desk-client.ts";
import { type DeskSite, openDeskSite, studyFiles, studyZip } from "../support/desk-site.ts";
import { S3_KEY_ID, S3_SECRET, startS3, type TestS3 } from "../support/s3-server.ts";

let store: TestS3;
let site: DeskSite;
let folder: string;
beforeAll(async () => {
  store = await startS3();
  folder = mkdtempSync(join(tmpdir(), "thalamus-s3-"));
  const secretKeyFile = join(folder, "secret");
  writeFileSync(secretKeyFile, `${S3_SECRET}\n`);
  const { endpoint } = store;
  const s3 = { endpoint, bucket: "orders", accessKeyId: S3_KEY_ID, secretKeyFile, region: "eu-test-1" };
  const storage = { kind: "s3", s3: { ...s3, privateNetworks: ["127.0.0.0/8"] } };
  site = await openDeskSite({ cloud: { storage } });
});
afterAll(async () => {
  await site.stop();
  await store.stop();
  rmSync(folder, { recursive: true });
});

/** Part addresses with the SHA-256 of each part. */
async function sent(desk: DeskClient, order: string, archive: Buffer, sum = sha256Of) {
  const upload = await desk.ask("beginUpload", order, { bytes: archive.length, sha256: sha256Of(archive) });
  const parts = Array.from({ length: upload.parts }, (_, index) => {
    const from = index * upload.partBytes;
    return { number: index + 1, bytes: archive.subarray(from, from + upload.partBytes) };
  });
  const wanted = parts.map(({ number, bytes }) => ({ number, sha256: sum(bytes) }));
  const addresses = await desk.ask("partAddresses", upload.id, wanted, "http://not.used");
  return { upload, parts, addresses };
}

async function put(address: { url: string; headers: object }, bytes: Buffer) {
  const headers = address.headers as Record<string, string>;
  return fetch(address.url, { method: "PUT", headers, body: new Uint8Array(bytes) });
}

const emptied = async () => {
  const empty = () => {
    expect([store.objects.size, store.uploads.size]).toEqual([0, 0]);
    expect(readdirSync(join(site.site.folder, "data/files/uploads/cloud"))).toEqual([]);
  };
  await vi.waitFor(empty, { timeout: 20_000 });
};

describe("parts in an object store", () => {
  test("are sent there straight, checked by it, taken in, and gone afterwards", async () => {
    const desk = site.client();
    const { id } = await desk.place();
    const padding = { path: "notes.txt", bytes: randomBytes(17 * 2 ** 20) };
    const archive = await zipOf([...studyFiles("object store", 4), padding]);
    const { upload, parts, addresses } = await sent(desk, id, archive);
    expect(addresses[0]!.url.startsWith(`${store.endpoint}/orders/uploads/`)).toBe(true);
    expect(Object.keys(addresses[0]!.headers)).toEqual(["x-amz-checksum-sha256"]);
    // an address is for its part alone, and for what has its SHA-256
    expect((await put(addresses[1]!, parts[0]!.bytes)).status).toBe(400);
    const { headers } = addresses[0]!;
    const other = addresses[0]!.url.replace("partNumber=1", "partNumber=2");
    expect((await put({ url: other, headers }, parts[0]!.bytes)).status).toBe(403);
    const named: { number: number; etag: string }[] = [];
    for (const [index, { number, bytes }] of parts.entries()) {
      const answer = await put(addresses[index]!, bytes);
      expect(answer.status).toBe(200);
      named.push({ number, etag: answer.headers.get("etag")! });
    }
    const again = await desk.ask("beginUpload", id, { bytes: archive.length });
    expect(again).toMatchObject({ id: upload.id, received: named });
    await desk.ask("completeUpload", upload.id, named, true);
    expect((await desk.delivered(id)).results).toMatchObject([{ indexes: [{ value: 4 }] }]);
    await emptied();
  });

  test("are waited for while the store is away, and are refused when they are not what was promised", async () => {
    const desk = site.client();
    const archive = await studyZip("away");
    const { id } = await desk.place();
    const { upload, addresses } = await sent(desk, id, archive);
    const etag = (await put(addresses[0]!, archive)).headers.get("etag")!;
    expect(await refusalOf(desk.addresses(upload.id, 1))).toBe("desk.part-differs");
    const wrong = desk.ask("completeUpload", upload.id, [{ number: 1, etag: '"0"' }], true);
    expect(await refusalOf(wrong)).toBe("desk.part-differs");
    await desk.ask("completeUpload", upload.id, [{ number: 1, etag }], true);
    store.away = true;
    // it was completed a moment ago, or is tried again
    await desk.until(
      id,
      ({ status, info }) => status === "DELIVERED" || info.startsWith("Waiting: the object"),
    );
    store.away = false;
    await desk.delivered(id);

    const lying = await desk.place();
    const second = await desk.ask("beginUpload", lying.id, { bytes: archive.length, sha256: "0".repeat(64) });
    const [address] = await desk.addresses(second.id, 1);
    const part = { number: 1, etag: (await put(address!, archive)).headers.get("etag")! };
    await desk.ask("completeUpload", second.id, [part], true);
    expect(await desk.failed(lying.id)).toMatchObject({ failure: { code: "upload.checksum" } });
    await emptied();
  });

  test("of a single PUT begin their order, and those of an aborted upload are thrown away", async () => {
    const desk = site.client();
    const { id } = await desk.place();
    const upload = await desk.ask("beginUpload", id, { single: true });
    const [address] = await desk.addresses(upload.id, 1);
    const archive = await studyZip("single object");
    expect((await put(address!, archive)).status).toBe(200);
    await desk.delivered(id);
    const aborted = await desk.place();
    const { upload: begun, addresses } = await sent(desk, aborted.id, archive);
    await put(addresses[0]!, archive);
    expect(await desk.ask("abortUpload", begun.id)).toMatchObject({ status: "CANCELLED" });
    await emptied();
    expect((await put(addresses[0]!, archive)).status).toBe(404);
  });
});
