// kill -9 in every phase: nothing that was acknowledged is lost, and nothing is delivered as something else.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { ApiClient } from "../support/api-client.ts";
import { type HubProcess, hubAsProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { ofTheDay } from "../support/of-the-day.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const MOMENTS = ["receives", "waits", "checks", "runs", "delivers", "is one of two"] as const;
const today = new Set(ofTheDay(MOMENTS, 3));
/** A moment that has its turn. */
const during = (moment: (typeof MOMENTS)[number]) => test.runIf(today.has(moment));

const folder = mkdtempSync(join(tmpdir(), "thalamus-crash-"));
const sender = createDicomSender();
let files: string[];
let pacs: TestPacs;
let site: TestSite;
let hubs: HubProcess[];

beforeAll(async () => {
  ({ files } = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 }));
});
beforeEach(async () => {
  pacs = await startTestPacs();
  hubs = [];
});
afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  pacs.release();
  await pacs.stop();
  site.remove();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (): Promise<HubProcess> => {
  const hub = await hubAsProcess(site);
  hubs.push(hub);
  return hub;
};

const send = (hub: HubProcess, some: readonly string[]) => {
  const peer = { host: "127.0.0.1", port: hub.dicomPort, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  return sender.store(peer, some, AbortSignal.timeout(30_000));
};

/** Opens a gate file for everybody who waits for it. */
const open = (gate: string) => writeFileSync(gate, "");

/** The study came through whole: two objects in the PACS, however often they were sent, and one result. */
async function expectDelivered(hub: HubProcess): Promise<void> {
  const api = await ApiClient.signedIn(hub.httpPort);
  const { study, results, steps } = await studyWhere(
    api,
    await onlyStudy(api),
    ({ status }) => status === "delivered",
  );
  expect(study.instanceCount).toBe(files.length);
  expect(results).toHaveLength(1);
  expect(steps.filter(({ state }) => state !== "done")).toEqual([]);
  expect(new Set(pacs.received.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(2);
}

describe("a hub that is killed", () => {
  during("receives")("while it receives loses no object that it acknowledged", async () => {
    site = await newSite(wholeLine({ pacsPort: pacs.port }));
    const first = await start();
    let acknowledged = 0;
    let broke = 0;
    for (const file of files) {
      const [answer] = await send(first, [file]).catch(() => []);
      if (answer?.status === 0) acknowledged += 1;
      else broke += 1;
      // the kill overtakes the next objects
      if (acknowledged === 5) void first.kill();
    }
    expect(broke).toBeGreaterThan(0);
    const second = await start();
    const api = await ApiClient.signedIn(second.httpPort);
    const { study } = await studyWhere(api, await onlyStudy(api), ({ status }) => status === "delivered");
    expect(study.instanceCount).toBeGreaterThanOrEqual(acknowledged);
    await send(second, files);
    const after = await studyWhere(
      api,
      study.id,
      ({ revision, status }) => revision === 2 && status === "delivered",
    );
    expect(after.study.instanceCount).toBe(files.length);
  });

  during("waits")("before the study is stable makes it stable after its restart", async () => {
    site = await newSite({ ...wholeLine({ pacsPort: pacs.port }), intake: { stableAfterSeconds: 2 } });
    const first = await start();
    await send(first, files);
    await first.kill();
    await expectDelivered(await start());
  });

  during("checks")("while it checks checks again after its restart", async () => {
    const checkGate = join(folder, "check.gate");
    site = await newSite(wholeLine({ pacsPort: pacs.port, checkGate }));
    const first = await start();
    await send(first, files);
    const api = await ApiClient.signedIn(first.httpPort);
    const id = await onlyStudy(api);
    await expect
      .poll(async () => (await stepOf(api, id, "check"))?.state, { timeout: 20_000 })
      .toBe("claimed");
    await first.kill();
    open(checkGate);
    await expectDelivered(await start());
  });

  during("runs")("while a product runs runs it again after its restart", async () => {
    const productGate = join(folder, "product.gate");
    site = await newSite(wholeLine({ pacsPort: pacs.port, productGate }));
    const first = await start();
    await send(first, files);
    const api = await ApiClient.signedIn(first.httpPort);
    const id = await onlyStudy(api);
    await expect
      .poll(async () => (await stepOf(api, id, "process"))?.stage, { timeout: 20_000 })
      .toBe("waiting");
    await first.kill();
    open(productGate);
    await expectDelivered(await start());
  });

  during("delivers")("while it delivers delivers again under the same UIDs after its restart", async () => {
    site = await newSite(wholeLine({ pacsPort: pacs.port }));
    pacs.hold();
    const first = await start();
    await send(first, files);
    await pacs.waiting();
    await first.kill();
    pacs.release();
    await expectDelivered(await start());
    expect(pacs.received.length).toBeGreaterThan(2);
  });
});

describe("two hubs on one database", () => {
  during("is one of two")(
    "share the work, do every step once, and one goes on alone when the other is killed",
    async () => {
      const productGate = join(folder, "both.gate");
      site = await newSite(wholeLine({ pacsPort: pacs.port, productGate }));
      const [first, second] = [await start(), await start()];
      const studies = await Promise.all(
        [11, 12, 13, 14].map((seed) =>
          writeDwiPhantom(join(folder, String(seed)), { seed, slices: 2, directions: 6, matrix: 16 }),
        ),
      );
      await Promise.all(studies.map((study, index) => send(index % 2 === 0 ? first : second, study.files)));
      const api = await ApiClient.signedIn(second.httpPort);
      const processing = async () => {
        const { body } = await api.call<{ total: number }>("GET", "/api/studies?status=processing");
        return body.total;
      };
      await expect.poll(processing, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
      await first.kill();
      open(productGate);
      const statuses = async () => {
        const { body } = await api.call<{ data: { status: string }[] }>("GET", "/api/studies");
        return body.data.map(({ status }) => status);
      };
      await expect.poll(statuses, { timeout: 40_000 }).toEqual(studies.map(() => "delivered"));
      const results = await api.call<{ total: number }>("GET", "/api/results");
      expect(results.body.total).toBe(4);
      expect(new Set(pacs.received.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(8);
      expect(pacs.received).toHaveLength(8);
      expect(await second.stop()).toBe(0);
    },
  );
});

interface StepSight {
  readonly phase: string;
  readonly state: string;
  readonly stage: string | null;
}

async function stepOf(api: ApiClient, study: string, phase: string): Promise<StepSight | undefined> {
  const { body } = await api.call<{ steps: StepSight[] }>("GET", `/api/study-info/${study}`);
  return body.steps.find((step) => step.phase === phase);
}
