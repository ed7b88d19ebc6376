// Instances that come after their study was complete: as a study of their own, or as a revision that keeps results.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { StudyRow } from "../../core/http/schemas.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-late-"));
const sender = createDicomSender();
let pacs: TestPacs;

beforeAll(async () => {
  pacs = await startTestPacs();
});
afterAll(async () => {
  await pacs.stop();
  rmSync(folder, { recursive: true, force: true });
});

const phantom = async (seed: number) => {
  const options = { seed, slices: 2, directions: 6, matrix: 16 };
  return (await writeDwiPhantom(join(folder, String(seed)), options)).files;
};

const send = async (hub: Hub, files: readonly string[]) => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  const answers = await sender.store(peer, files, AbortSignal.timeout(30_000));
  expect(answers.every(({ status }) => status === 0)).toBe(true);
};

/** A person says that the study is complete: quicker than its quiet time, and without a race between two senders. */
const complete = async (api: ApiClient, id: string) => {
  expect((await api.call("PUT", "/api/force-stable", { id })).status).toBe(204);
  return studyWhere(api, id, delivered);
};

const delivered = ({ status }: { status: string }) => status === "delivered";

describe("late instances as a study of their own", () => {
  let site: TestSite;
  let hubs: Hub[];
  let api: ApiClient;

  // two hubs on one database and one data folder, as an installation has that must not stop
  beforeAll(async () => {
    const intake = { lateInstances: "new-study", stableAfterSeconds: 3600 };
    site = await newSite({ ...wholeLine({ pacsPort: pacs.port }), intake });
    hubs = [await hubInProcess(site), await hubInProcess(site)];
    api = await ApiClient.signedIn(hubs[0]!.http.port);
  });
  afterAll(async () => {
    for (const hub of hubs) await hub.stop();
    site.remove();
  });

  const studies = async (): Promise<Static<typeof StudyRow>[]> =>
    (await api.call<{ data: Static<typeof StudyRow>[] }>("GET", "/api/studies?perPage=500")).body.data;

  test("they are run through the whole route, and the first study stays as it is with its results", async () => {
    const files = await phantom(1);
    await send(hubs[0]!, files.slice(0, 10));
    const first = await onlyStudy(api);
    const before = await complete(api, first);

    // both hubs take some of them at once, with one that the first study has already
    await Promise.all([
      send(hubs[0]!, [files[0]!, ...files.slice(10, 12)]),
      send(hubs[1]!, [files[1]!, ...files.slice(12)]),
    ]);
    const late = await onlyStudy(api, new Set([first]));
    const { study, results, timeline } = await complete(api, late);
    expect(study).toMatchObject({
      instanceCount: files.length - 10,
      revision: 1,
      part: 2,
      lateOf: first,
      source: "TESTSCU",
    });
    expect(results).toHaveLength(1);
    expect(timeline[0]).toMatchObject({ event: "study.appeared", detail: { lateOf: first, part: 2 } });

    const after = await studyWhere(api, first, delivered);
    expect(after.study).toEqual(before.study);
    expect(after.results).toEqual(before.results);
    expect(after.lateStudies).toEqual([late]);
    expect(after.timeline.filter(({ event }) => event === "study.late-instances-apart")).toMatchObject([
      { detail: { study: late, part: 2 } },
    ]);
  });

  test("the same instances again are a success and make no study", async () => {
    const before = await studies();
    await send(hubs[1]!, await phantom(1));
    expect(await studies()).toEqual(before);
  });

  test("a third study follows when they come after the second one was complete", async () => {
    const files = await phantom(2);
    const known = new Set((await studies()).map(({ id }) => id));
    await send(hubs[0]!, files.slice(0, 4));
    const first = await onlyStudy(api, known);
    await complete(api, first);
    await send(hubs[0]!, files.slice(4, 8));
    const second = await onlyStudy(api, new Set([...known, first]));
    await complete(api, second);
    await send(hubs[1]!, files.slice(8));
    const third = await onlyStudy(api, new Set([...known, first, second]));
    const { study } = await complete(api, third);
    expect(study).toMatchObject({ part: 3, lateOf: first, instanceCount: files.length - 8 });
    const { lateStudies } = await studyWhere(api, first, delivered);
    expect(lateStudies).toEqual([second, third]);
  });
});

describe("late instances as a revision", () => {
  const gate = join(folder, "gate");
  let site: TestSite;
  let hub: Hub;
  let api: ApiClient;
  beforeAll(async () => {
    writeFileSync(gate, "");
    const line = wholeLine({ pacsPort: pacs.port, productGate: gate });
    site = await newSite({ ...line, intake: { lateInstances: "revise" } });
    hub = await hubInProcess(site);
    api = await ApiClient.signedIn(hub.http.port);
  });
  afterAll(async () => {
    await hub.stop();
    site.remove();
  });

  const atSecond =
    (wanted: string) =>
    ({ status, revision }: { status: string; revision: number }) =>
      status === wanted && revision === 2;

  test("keep the results of the one before, each shown with the revision it was made from", async () => {
    const files = await phantom(3);
    await send(hub, files.slice(0, 10));
    const id = await onlyStudy(api);
    const first = await studyWhere(api, id, delivered);
    await send(hub, files.slice(10));
    const { results } = await studyWhere(api, id, atSecond("delivered"));
    expect(results.map(({ revision }) => revision)).toEqual([2, 1]);
    expect(results[1]).toEqual(first.results[0]);
  });

  test("cancel the order they overtake, so that it does not seem to wait for ever", async () => {
    const known = new Set([await onlyStudy(api)]);
    rmSync(gate);
    const files = await phantom(4);
    await send(hub, files.slice(0, 10));
    const id = await onlyStudy(api, known);
    await studyWhere(api, id, ({ status }) => status === "processing");
    await send(hub, files.slice(10));
    const { orders } = await studyWhere(api, id, atSecond("processing"));
    expect(orders.map(({ revision, status }) => [revision, status])).toEqual([
      [1, "cancelled"],
      [2, "processing"],
    ]);
    writeFileSync(gate, "");
    await studyWhere(api, id, delivered);
  });
});
