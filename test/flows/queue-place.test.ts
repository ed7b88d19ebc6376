// Orders that wait for a product tell their place, and a run of a killed hub does not stay behind.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import type { Static } from "typebox";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { StudyInfo } from "../../core/http/schemas.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { wholeLine } from "../support/whole-line.ts";

type Info = Static<typeof StudyInfo>;

let site: TestSite;
let hub: Hub | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "queue-place-"));
});
afterEach(async () => {
  await hub?.stop();
  site?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function send(port: number, seed: number): Promise<void> {
  const target = join(folder, `study-${seed}`);
  const { files } = await writeDwiPhantom(target, { seed, slices: 2, directions: 6, matrix: 16 });
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, files, AbortSignal.timeout(20_000));
}

test("A-206 with one run at a time the next orders wait in their order, and move up", async () => {
  const gate = join(folder, "gate");
  const line = wholeLine({ pacsPort: 1, productGate: gate });
  site = await newSite({ ...line, route: { ...line.route, deliver: [] } });
  hub = await hubInProcess(site);
  const api = await ApiClient.signedIn(hub.http.port);
  const { port } = hub.listeners.get("dicom-scp")!;
  const ids = new Set<string>();
  for (const seed of [1, 2, 3]) {
    await send(port, seed);
    const id = await onlyStudy(api, ids);
    ids.add(id);
    // so that they were ordered in this order
    await studyWhere(api, id, ({ status }) => ["queued", "processing"].includes(status));
  }
  const sights = async () => {
    const infos = await Promise.all(
      [...ids].map(async (id) => (await api.call<Info>("GET", `/api/study-info/${id}`)).body),
    );
    return infos.map(({ steps, orders }) => {
      const step = steps.find(({ phase }) => phase === "process")!;
      expect(step.orderId).toBe(orders[0]!.id);
      return step.queue ? `${step.queue.place} of ${step.queue.waiting}` : step.state;
    });
  };
  await vi.waitFor(async () => expect(await sights()).toEqual(["claimed", "1 of 2", "2 of 2"]), 20_000);
  writeFileSync(gate, "");
  for (const id of ids) {
    const { steps } = await studyWhere(api, id, ({ status }) => status === "processed");
    expect(steps.every(({ queue }) => queue === null)).toBe(true);
  }
});

test("products are listed with what they say of themselves, and a hub without containers changes no images", async () => {
  site = await newSite(wholeLine({ pacsPort: 1 }));
  hub = await hubInProcess(site);
  const api = await ApiClient.signedIn(hub.http.port);
  const { body } = await api.call<{ data: Record<string, unknown>[] }>("GET", "/api/products");
  const quick = body.data.find(({ id }) => id === "quick-report");
  expect(quick).toMatchObject({
    ...{ version: "1.0.0", intendedUse: "research-only", entry: "local-processing", image: null },
    ...{ problem: null, changeable: false, change: null },
  });
  expect(body.data.map(({ id }) => id)).toEqual(["dti-metrics", "quick-report"]);
  const image = `registry.test/quick-report@sha256:${"0".repeat(64)}`;
  const unknown = await api.call("POST", "/api/products/nothing/image", { image });
  expect(unknown.status).toBe(404);
  const begun = await api.call("POST", "/api/products/quick-report/image", { image });
  expect(begun.status).toBe(202);
  await vi.waitFor(async () => {
    const answer = await api.call<{ data: { id: string; change: object }[] }>("GET", "/api/products");
    expect(answer.body.data.find(({ id }) => id === "quick-report")?.change).toMatchObject({
      ...{ kind: "update", state: "failed", image, code: "local-processing.cannot-run" },
    });
  }, 20_000);
  const logs = join(site.folder, "data/logs");
  const log = () => readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  await vi.waitFor(() => expect(log().join("")).toContain("product.image-change-failed"), 20_000);
});
