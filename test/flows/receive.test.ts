// Studies arrive: over one association, over two, twice, late, and from a sender that breaks off.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-phantom-"));
const sender = createDicomSender();
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite({ intake: { stableAfterSeconds: 1 } });
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

const send = async (files: readonly string[]) => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  return sender.store(peer, files, AbortSignal.timeout(30_000));
};

describe("receiving", () => {
  test("a study that comes over one association is stable with all its instances, and every file is there", async () => {
    const { files } = await phantom(1);
    const answers = await send(files);
    expect(answers.map(({ status }) => status)).toEqual(files.map(() => 0));
    const { study } = await studyWhere(api, await onlyStudy(api), ({ status }) => status === "processed");
    expect(study).toMatchObject({
      instanceCount: files.length,
      seriesCount: 1,
      revision: 1,
      source: "TESTSCU",
    });
    const kept = readdirSync(join(site.folder, "data/files/received"), { recursive: true });
    expect(kept.filter((name) => String(name).endsWith(".dcm"))).toHaveLength(files.length);
    const incoming = readdirSync(join(site.folder, "data/files/incoming", hub.id));
    expect(incoming.filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("a study that comes over two associations becomes stable once, with both halves", async () => {
    const { files } = await phantom(2);
    const before = new Set([await onlyStudy(api)]);
    await send(files.slice(0, 5));
    await send(files.slice(5));
    const id = await onlyStudy(api, before);
    const { study, timeline } = await studyWhere(api, id, ({ status }) => status === "processed");
    expect(study).toMatchObject({ instanceCount: files.length, revision: 1 });
    expect(timeline.filter(({ event }) => event === "study.stable")).toHaveLength(1);
  });

  test("the same instances again are a success and change nothing", async () => {
    const { files } = await phantom(1);
    const answers = await send(files);
    expect(answers.every(({ status }) => status === 0)).toBe(true);
    const { body } = await api.call<{ total: number; data: { revision: number }[] }>("GET", "/api/studies");
    expect(body.data.map(({ revision }) => revision)).toEqual([1, 1]);
  });

  test("instances that come after the study was stable make a second revision with all of them", async () => {
    const { files } = await writeDwiPhantom(join(folder, "late"), {
      seed: 3,
      slices: 2,
      directions: 6,
      matrix: 16,
    });
    const known = await api.call<{ data: { id: string }[] }>("GET", "/api/studies");
    const before = new Set(known.body.data.map(({ id }) => id));
    await send(files.slice(0, 10));
    const id = await onlyStudy(api, before);
    await studyWhere(api, id, ({ status }) => status === "processed");
    await send(files.slice(10));
    const { study } = await studyWhere(
      api,
      id,
      ({ status, revision }) => status === "processed" && revision === 2,
    );
    expect(study.instanceCount).toBe(files.length);
  });

  test("A-286 a person can take a study for complete before its quiet time is over", async () => {
    const { files } = await phantom(4);
    const known = await api.call<{ data: { id: string }[] }>("GET", "/api/studies");
    const before = new Set(known.body.data.map(({ id }) => id));
    const slow = await newSite({ intake: { stableAfterSeconds: 3600 } });
    const other = await hubInProcess(slow);
    const client = await ApiClient.signedIn(other.http.port);
    const { port } = other.listeners.get("dicom-scp")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await sender.store(peer, files, AbortSignal.timeout(30_000));
    const id = await onlyStudy(client, before);
    expect((await client.call("PUT", "/api/force-stable", { id })).status).toBe(204);
    const { timeline } = await studyWhere(client, id, ({ status }) => status === "processed");
    expect(timeline.find(({ event }) => event === "study.forced-stable")?.actor).toBe("admin");
    expect((await client.call("PUT", "/api/force-stable", { id })).status).toBe(409);
    await other.stop();
    slow.remove();
  });

  test("late instances are kept and run nothing where the site wants it so", async () => {
    const quiet = await newSite({ intake: { lateInstances: "ignore" } });
    const other = await hubInProcess(quiet);
    const client = await ApiClient.signedIn(other.http.port);
    const { port } = other.listeners.get("dicom-scp")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    const { files } = await phantom(5);
    await sender.store(peer, files.slice(0, 10), AbortSignal.timeout(30_000));
    const id = await onlyStudy(client);
    await studyWhere(client, id, ({ status }) => status === "processed");
    await sender.store(peer, files.slice(10), AbortSignal.timeout(30_000));
    const { study, timeline } = await studyWhere(
      client,
      id,
      ({ instanceCount }) => instanceCount === files.length,
    );
    expect(study).toMatchObject({ status: "processed", revision: 1 });
    expect(timeline.some(({ event }) => event === "study.late-instances-ignored")).toBe(true);
    await other.stop();
    quiet.remove();
  });
});
