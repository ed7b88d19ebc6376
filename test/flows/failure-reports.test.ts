// What fails is reported like a result: a study that quality control held and a person ended, a product that is gone.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { startMailServer, type TestMailServer } from "../support/mail-server.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const PRODUCTS = join(import.meta.dirname, "../support/products");
const scratch = mkdtempSync(join(tmpdir(), "thalamus-failures-"));
const sender = createDicomSender();
let server: TestMailServer;
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  server = await startMailServer();
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
      // the phantom has fewer
      { use: "qc-dicom", settings: { minDirections: 30 } },
      { use: "local-processing", settings: { productFolders: [PRODUCTS] } },
      { path: join(import.meta.dirname, "../support/refusing-process") },
      {
        use: "deliver-email",
        name: "mail-failures",
        settings: { ...mail, results: "failure", attach: ["report", "preview"] },
      },
    ],
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
  rmSync(scratch, { recursive: true, force: true });
});

/** @returns the study's id */
async function received(seed: number, directions: number): Promise<string> {
  const before = new Set(
    (await api.call<{ data: { id: string }[] }>("GET", "/api/studies")).body.data.map(({ id }) => id),
  );
  const options = { seed, slices: 2, directions, matrix: 16 };
  const { files } = await writeDwiPhantom(join(scratch, String(seed)), options);
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TEST" };
  await sender.store(peer, files, AbortSignal.timeout(30_000));
  return onlyStudy(api, before);
}

const mails = (count: number) =>
  vi.waitFor(() => expect(server.received).toHaveLength(count), { timeout: 20_000, interval: 50 });

test("A-191 A-195 a study that was held and ended by a person fails, and its reports go where failures go", async () => {
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
  const { canaries } = (
    await writeDwiPhantom(join(scratch, "again"), { seed: 1, slices: 2, directions: 6, matrix: 16 })
  ).truth;
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
