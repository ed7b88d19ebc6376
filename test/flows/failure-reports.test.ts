// What fails is reported like a result: a study that quality control held and a person ended, a product that is gone.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NOTICE_EVENTS } from "@thalamus/sdk";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { startMailServer, type TestMailServer } from "../support/mail-server.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const PRODUCTS = join(import.meta.dirname, "../support/products");
const EVENTS = Object.keys(NOTICE_EVENTS).filter((event) => !event.startsWith("system."));
const scratch = mkdtempSync(join(tmpdir(), "thalamus-failures-"));
const sender = createDicomSender();
let server: TestMailServer;
/** For notifications. */
let desk: TestMailServer;
let site: TestSite;
let hub: Hub;
let api: ApiClient;

/** More than the first study has. */
const MANY_DIRECTIONS = {
  name: "many-directions",
  version: "1",
  title: "Many directions",
  source: "this test",
  directions: { min: 30, otherwise: "fail" },
};

beforeAll(async () => {
  server = await startMailServer();
  desk = await startMailServer();
  const mail = {
    host: "localhost",
    port: server.port,
    security: "none",
    from: "hub@example.org",
    to: "a@example.org",
  };
  site = await newSite({
    plugins: [
      DICOM_LISTENER,
      { use: "qc-dicom", settings: { ownProfile: MANY_DIRECTIONS } },
      { use: "local-processing", settings: { productFolders: [PRODUCTS] } },
      { path: join(import.meta.dirname, "../support/refusing-process") },
      {
        use: "deliver-email",
        name: "mail-failures",
        settings: { ...mail, results: "failure", attach: ["report", "preview"] },
      },
      {
        use: "notify",
        settings: { ...mail, port: desk.port, events: EVENTS, subject: "{{event}} {{target}}" },
      },
    ],
    steps: { attempts: 3 },
    route: {
      check: ["qc-dicom"],
      process: [
        { plugin: "local-processing", product: "quick-report" },
        { plugin: "refusing-process", product: "far-away" },
      ],
      deliver: ["mail-failures"],
    },
  });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
  await server[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

const phantom = (seed: number, directions: number) =>
  writeDwiPhantom(join(scratch, String(seed)), { seed, slices: 2, directions, matrix: 16 });

/** @returns the study's id */
async function received(seed: number, directions: number): Promise<string> {
  const before = new Set(
    (await api.call<{ data: { id: string }[] }>("GET", "/api/studies")).body.data.map(({ id }) => id),
  );
  const { files } = await phantom(seed, directions);
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TEST" };
  await sender.store(peer, files, AbortSignal.timeout(30_000));
  return onlyStudy(api, before);
}

const subjects = () => desk.received.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim()).toSorted();

const mails = (count: number) =>
  vi.waitFor(() => expect(server.received).toHaveLength(count), { timeout: 20_000, interval: 50 });

test("A-191 A-195 A-284 a study that was held and ended by a person fails, and its reports go where failures go", async () => {
  const id = await received(1, 6);
  const held = await studyWhere(api, id, ({ status }) => status === "held");
  expect(held.steps[0]!.lines.filter(({ verdict }) => verdict === "fail")).toHaveLength(1);
  const reject = (reason: string) => api.call("POST", `/api/studies/${id}/reject`, { reason });
  expect((await reject("x")).status).toBe(400);
  expect((await reject("wrong protocol")).status).toBe(204);
  expect((await reject("wrong protocol")).status).toBe(409);
  await mails(2);
  const info = await studyWhere(api, id, ({ status }) => status === "failed");
  expect(info.results.map(({ kind, product }) => [kind, product]).toSorted()).toEqual([
    ["failure", "far-away"],
    ["failure", "quick-report"],
  ]);
  expect(info.orders.map(({ status }) => status)).toEqual(["failed", "failed"]);
  const events = info.timeline.map(({ event }) => event);
  expect(events).toEqual(expect.arrayContaining(["study.rejected", "order.failed"]));
  const check = info.steps.find(({ phase }) => phase === "check");
  expect(check).toMatchObject({ state: "rejected", code: "study.rejected", lines: held.steps[0]!.lines });
  const { canaries } = (await phantom(1, 6)).truth;
  for (const { raw } of server.received) {
    expect(raw).toMatch(/^Subject: Failure report for order/m);
    for (const ending of ["_failure.pdf", "_failure.png"]) expect(raw).toContain(ending);
    for (const canary of canaries) expect(raw).not.toContain(canary);
  }
});

test("A-195 an order that its plugin rejects gets a report too, and the other order of the study its result", async () => {
  const id = await received(2, 32);
  await mails(3);
  const info = await studyWhere(api, id, ({ status }) => status === "processed");
  const failed = info.results.find(({ product }) => product === "far-away");
  expect(failed).toMatchObject({ kind: "failure", error: { code: "refusing-process.refused" } });
  expect(info.results.find(({ product }) => product === "quick-report")).toMatchObject({
    kind: "diagnostic",
  });
  expect(server.received[2]?.raw).toContain("refusing-process.refused");
});

test("A-167 A-168 A-169 A-172 A-174 A-178 A-179 each event of both studies was told once, without the patient", async () => {
  const wanted = [
    ...["processing.failed", "processing.failed", "processing.failed"],
    ...["product.completed local-processing", "product.failed refusing-process"],
    ...["report.delivered mail-failures", "report.delivered mail-failures", "report.delivered mail-failures"],
    ...["study.qc-failed", "study.qc-passed", "study.received", "study.received"],
  ];
  await vi.waitFor(() => expect(subjects()).toEqual(wanted), { timeout: 20_000, interval: 50 });
  const { truth } = await phantom(1, 6);
  for (const canary of truth.canaries) for (const { raw } of desk.received) expect(raw).not.toContain(canary);
});

test("A-166 A-193 A-198 X-060 the record and the test buttons are there for admins", async () => {
  const { body } = await api.call<{ data: { state: string }[]; total: number }>(
    "GET",
    "/api/notices?target=notify",
  );
  expect(body.total).toBe(12);
  expect(new Set(body.data.map(({ state }) => state))).toEqual(new Set(["sent"]));
  for (const name of ["mail-failures", "notify"]) {
    const answer = await api.call<{ ok: boolean; stages: { stage: string }[] }>(
      "POST",
      `/api/destinations/${name}/test`,
      {},
    );
    expect(answer.body.ok).toBe(true);
    expect(answer.body.stages.map(({ stage }) => stage)).toEqual([
      "name",
      "connect",
      "tls",
      "sign-in",
      "accepted",
    ]);
  }
  expect((await api.call("POST", "/api/destinations/qc-dicom/test", {})).status).toBe(404);
  expect(desk.received).toHaveLength(12);
});

test("A-197 a failure report that nobody takes is tried three times, and then its delivery has failed", async () => {
  const before = server.received.length;
  await server[Symbol.asyncDispose]();
  const id = await received(3, 6);
  await studyWhere(api, id, ({ status }) => status === "held");
  expect((await api.call("POST", `/api/studies/${id}/reject`, { reason: "wrong protocol" })).status).toBe(
    204,
  );
  await vi.waitFor(
    async () => {
      const { steps } = await studyWhere(api, id, ({ status }) => status === "failed");
      const deliveries = steps.filter(({ phase }) => phase === "deliver");
      expect(deliveries.map(({ state, attempt }) => [state, attempt])).toEqual([
        ["rejected", 3],
        ["rejected", 3],
      ]);
    },
    { timeout: 20_000, interval: 50 },
  );
  const { results } = await studyWhere(api, id, () => true);
  for (const { id: result } of results) {
    const { body } = await api.call<{ data: { attempt: number; outcome: string }[] }>(
      "GET",
      `/api/receipts?resultId=${result}`,
    );
    expect(body.data.map(({ attempt, outcome }) => `${attempt} ${outcome}`)).toEqual([
      "3 failed",
      "2 retried",
      "1 retried",
    ]);
    // it stays for a person to fetch or to send
    expect((await api.fetch(`/api/reports?resultId=${result}`)).status).toBe(200);
  }
  expect(server.received).toHaveLength(before);
});

test("A-238 a study that comes over DICOM is checked by itself as soon as it is stable, and not before", async () => {
  const id = await received(4, 32);
  const { timeline, steps } = await studyWhere(api, id, ({ status }) => status === "processed");
  expect(steps.find(({ phase }) => phase === "check")).toMatchObject({ target: "qc-dicom", state: "done" });
  const told = timeline.toSorted((one, other) => one.at.localeCompare(other.at)).map(({ event }) => event);
  const [stable, claimed] = [told.indexOf("study.stable"), told.indexOf("step.claimed")];
  expect(stable).toBeGreaterThan(-1);
  expect(claimed).toBeGreaterThan(stable);
});
