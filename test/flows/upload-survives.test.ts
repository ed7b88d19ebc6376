// An upload survives the death of its hub, in the middle of its bytes and in the middle of being taken in.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { tarOf, zipOf } from "../support/archives.ts";
import {
  type HubProcess,
  hubAsProcess,
  hubInProcess,
  newSite,
  type TestSite,
} from "../support/hub-in-test.ts";
import { smallFile } from "../support/small-dicom.ts";
import { studyWhere } from "../support/study-watch.ts";
import { announce, ended, stuckSender, transfer, type UploadView } from "../support/upload-client.ts";

const MANY = 600;
let site: TestSite;
let first: HubProcess;
let second: HubProcess;

beforeAll(async () => {
  site = await newSite({ intake: { stableAfterSeconds: 0.5 } });
  [first, second] = await Promise.all([hubAsProcess(site), hubAsProcess(site)]);
});
afterAll(async () => {
  await first.stop();
  site.remove();
});

const files = (study: string, count: number) =>
  Array.from({ length: count }, (_, number) => ({ path: `${number}.dcm`, bytes: smallFile(study, number) }));
const TUS = { "tus-resumable": "1.0.0" };

function patch(api: ApiClient, id: string, offset: number, bytes: Buffer): Promise<Response> {
  const headers = {
    ...TUS,
    "upload-offset": String(offset),
    "content-type": "application/offset+octet-stream",
  };
  return api.fetch(`/api/uploads/files/${id}`, { method: "PATCH", headers, body: new Uint8Array(bytes) });
}

function begin(api: ApiClient, id: string, length: number): Promise<Response> {
  const metadata = `upload ${Buffer.from(id).toString("base64")}`;
  const headers = { ...TUS, "upload-length": String(length), "upload-metadata": metadata };
  return api.fetch("/api/uploads/files", { method: "POST", headers });
}

const offsetOf = async (api: ApiClient, id: string) => {
  const answer = await api.fetch(`/api/uploads/files/${id}`, { method: "HEAD", headers: TUS });
  return Number(answer.headers.get("upload-offset"));
};

describe("an upload", () => {
  test("is resumed on another hub while its old connection hangs, and is not written twice at once", async () => {
    const archive = await zipOf(files("hanging", 20));
    const api = await ApiClient.signedIn(first.httpPort);
    const other = await ApiClient.signedIn(second.httpPort);
    const { id } = await announce(api);
    await begin(api, id, archive.length);
    const stuck = await stuckSender(api, id, first.httpPort, 0, archive);
    const sent = () => offsetOf(other, id).then((offset) => expect(offset).toBe(100));
    await vi.waitFor(sent, { timeout: 20_000, interval: 50 });
    expect((await patch(other, id, 100, archive.subarray(100))).status).toBe(204);
    expect(await ended(other, id)).toMatchObject({ state: "done", counts: { stored: 20 } });
    stuck.destroy();
  });

  test("X-052 is taken in to its end by another hub when kill -9 hits in the middle, and its study is whole", async () => {
    const archive = await tarOf(files("killed", MANY));
    const api = await ApiClient.signedIn(first.httpPort);
    const { id } = await announce(api, { studyName: "Killed once" });
    await transfer(api, id, archive);
    const look = async () => {
      const { body } = await api.call<UploadView>("GET", `/api/uploads/${id}`);
      if (body.counts.stored === 0) throw new Error("nothing is stored yet");
    };
    await vi.waitFor(look, { timeout: 20_000, interval: 10 });
    await first.kill();
    const other = await ApiClient.signedIn(second.httpPort);
    const upload = await ended(other, id);
    expect(upload).toMatchObject({ state: "done", counts: { files: MANY, refused: 0, revised: 0 } });
    // those that were in before the kill, and those that came after it
    expect(upload.counts.duplicate).toBeGreaterThan(0);
    expect(upload.counts.stored + upload.counts.duplicate).toBe(MANY);
    const [study = ""] = upload.studyIds;
    const info = await studyWhere(other, study, ({ status }) => status === "processed");
    expect(info.study).toMatchObject({ instanceCount: MANY, revision: 1, valuesFrom: { studyName: "form" } });
    expect(info.timeline.filter(({ event }) => event === "study.stable")).toHaveLength(1);
  });

  test("goes on where it was when its hub dies between two parts and comes back", async () => {
    const archive = await zipOf(files("moved", 20));
    const api = await ApiClient.signedIn(second.httpPort);
    const { id } = await announce(api);
    await begin(api, id, archive.length);
    await patch(api, id, 0, archive.subarray(0, 5000));
    await second.kill();
    first = await hubAsProcess(site);
    const back = await ApiClient.signedIn(first.httpPort);
    expect(await offsetOf(back, id)).toBe(5000);
    expect((await patch(back, id, 5000, archive.subarray(5000))).status).toBe(204);
    expect(await ended(back, id)).toMatchObject({ state: "done", counts: { stored: 20 } });
  });

  test("waits when the disk is full, says so, and goes on when there is room", async () => {
    const narrow = await newSite();
    const config = readFileSync(narrow.configFile, "utf8");
    const archive = await zipOf(files("waiting", 5));
    let hub = await hubInProcess(narrow);
    let api = await ApiClient.signedIn(hub.http.port);
    const { id } = await announce(api);
    await begin(api, id, archive.length);
    await patch(api, id, 0, archive.subarray(0, -1));
    await hub.stop();
    writeFileSync(narrow.configFile, config.replace("keepFreeMegabytes: 10", "keepFreeMegabytes: 900000000"));
    hub = await hubInProcess(narrow);
    api = await ApiClient.signedIn(hub.http.port);
    expect((await patch(api, id, archive.length - 1, archive.subarray(-1))).status).toBe(204);
    const look = async () => {
      const { body } = await api.call<UploadView>("GET", `/api/uploads/${id}`);
      expect(body).toMatchObject({ state: "unpacking", code: "intake.out-of-space", counts: { stored: 0 } });
    };
    await vi.waitFor(look, { timeout: 20_000, interval: 20 });
    await hub.stop();
    writeFileSync(narrow.configFile, config);
    hub = await hubInProcess(narrow);
    api = await ApiClient.signedIn(hub.http.port);
    expect(await ended(api, id)).toMatchObject({
      state: "done",
      code: null,
      counts: { stored: 5, refused: 0 },
    });
    await hub.stop();
    narrow.remove();
  });
});
