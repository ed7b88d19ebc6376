// A hub at the edge of a cloud: what it sends, how it waits, how both sides agree when one of them ends an order.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { HostileCloud } from "../../plugins/cloud-upload/testing/hostile-cloud.ts";
import { ApiClient } from "../support/api-client.ts";
import { EdgeSite } from "../support/edge-site.ts";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { SettingsClient } from "../support/settings-client.ts";
import { studyWhere } from "../support/study-watch.ts";

const SECRET = "correct-horse-cloud";
/** Much longer than anything takes: other tests may keep the machine busy. */
const PATIENTLY = { timeout: 100_000 };
let cloud: HostileCloud;
let edge: EdgeSite;
const sent: string[] = [];

beforeAll(async () => {
  cloud = await HostileCloud.start();
  cloud.secret = SECRET;
  cloud.partBytes = 200_000;
  edge = await EdgeSite.start({
    cloudUrl: cloud.url,
    // looked at often, and no memory is fuller than that
    alerts: { everySeconds: 1, looksInARow: 1, memoryPercent: 100 },
    cloud: {
      ...{ clientSecret: SECRET, showExternalOrders: true, sendAccession: true, account: "admin" },
      heartbeat: { enabled: true, minutes: 5, machine: true, orders: true, health: true },
    },
  });
});
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
});

const send = async (seed: number) => {
  const { id, canaries } = await edge.send(seed);
  sent.push(...canaries);
  return id;
};
const stepOf = async (id: string) => {
  const { steps } = await studyWhere(edge.api, id, () => true);
  return steps.find(({ phase }) => phase === "process");
};
const orderOf = async (id: string) => {
  const { orders } = await studyWhere(edge.api, id, () => true);
  return orders[0]!.status;
};
const isNow = (wanted: string) => (study: { status: string }) => study.status === wanted;
/** The order in the cloud that is newest. */
const newest = () => [...cloud.orders.values()].at(-1)!;

describe("a study that goes to the cloud", { timeout: 240_000 }, () => {
  test("A-171 is shown as processing while no hub holds it, also after the hub began anew", async () => {
    cloud.looks = 1_000_000;
    const id = await send(1);
    await vi.waitFor(async () => expect(newest()?.status).toBe("DX_STARTED"), PATIENTLY);
    const waiting = async () => {
      const step = await stepOf(id);
      expect(step).toMatchObject({ state: "ready", stage: "processed in the cloud", attempt: 0 });
    };
    await vi.waitFor(waiting, PATIENTLY);
    expect(await orderOf(id)).toBe("processing");
    const { body } = await edge.api.call<{ data: object[] }>("GET", "/api/clouds");
    expect(body.data).toMatchObject([{ name: "cloud", inCloud: 1, sending: 0, troubles: [] }]);
    await edge.restart();
    expect(await orderOf(id)).toBe("processing");
    newest().looksLeft = 1;
    const { study, results, timeline } = await studyWhere(
      edge.api,
      id,
      ({ status }) => status === "delivered",
    );
    expect(study.status).toBe("delivered");
    expect(results[0]?.artifacts.map(({ name }) => name).toSorted()).toEqual(["maps/FA", "report"]);
    expect(edge.pacs.received).toHaveLength(1);
    const looks = timeline.filter(({ event }) => event === "step.waits" || event === "step.claimed");
    expect(looks.length).toBeLessThan(8);
    expect(cloud.orders.size).toBe(1);
  });

  test("A-147 X-031 says its accession number beside the copy where the site wants it, and the journal says that it did", async () => {
    const [first] = [...cloud.orders.values()];
    expect(first?.wanted.metadata).toMatchObject({ patient_sex: "F" });
    expect(first?.wanted.metadata).toHaveProperty("accession_number");
    const { data } = (await edge.api.call<{ data: { id: string }[] }>("GET", "/api/studies")).body;
    const { timeline } = await studyWhere(edge.api, data[0]!.id, () => true);
    const told = timeline.find(({ event }) => event === "study.facts-told");
    expect(told?.detail).toMatchObject({ facts: expect.arrayContaining(["accessionNumber"]) });
    expect(first!.archive!.includes(String(first!.wanted.metadata!.accession_number))).toBe(false);
  });

  test("that a person cancels is cancelled in the cloud, though no hub had it in hand", async () => {
    cloud.looks = 1_000_000;
    const id = await send(2);
    await vi.waitFor(async () => expect((await stepOf(id))?.stage).toBe("processed in the cloud"), PATIENTLY);
    await edge.api.call("POST", `/api/studies/${id}/cancel`);
    await vi.waitFor(() => expect(newest().status).toBe("CANCELLED"), PATIENTLY);
    const { study } = await studyWhere(edge.api, id, isNow("cancelled"), PATIENTLY.timeout);
    expect(study.status).toBe("cancelled");
    await vi.waitFor(async () => {
      const { timeline } = await studyWhere(edge.api, id, () => true);
      expect(timeline.map(({ event }) => event)).toContain("order.withdrawn");
    }, PATIENTLY);
    // and it may go once more, as another order
    cloud.looks = 0;
    const step = await stepOf(id);
    expect((await edge.api.call("POST", `/api/steps/${step!.id}/retry`)).status).toBe(204);
    await studyWhere(edge.api, id, isNow("delivered"), PATIENTLY.timeout);
    expect(newest().status).toBe("DELIVERED");
  });

  test("that is cancelled in the cloud is cancelled here, and one that expired there failed, with a report", async () => {
    cloud.looks = 0;
    cloud.ending = "CANCELLED";
    const cancelled = await send(3);
    await studyWhere(edge.api, cancelled, isNow("cancelled"), PATIENTLY.timeout);
    cloud.ending = "EXPIRED";
    const expired = await send(4);
    await studyWhere(edge.api, expired, isNow("failed"), PATIENTLY.timeout);
    cloud.ending = "DELIVERED";
    await vi.waitFor(async () => {
      const info = await studyWhere(edge.api, expired, () => true);
      expect(info.results[0]).toMatchObject({ kind: "failure", error: { code: "cloud-upload.expired" } });
    }, PATIENTLY);
  });
});

test("a result that is about another patient is refused, and neither pseudonyms nor memos are shown to anybody", async () => {
  cloud.looks = 0;
  cloud.subject = { patient_id: "P-somebody-else" };
  const id = await send(5);
  const info = await studyWhere(edge.api, id, isNow("failed"), PATIENTLY.timeout);
  cloud.subject = {};
  expect(info.steps.find(({ phase }) => phase === "process")).toMatchObject({
    state: "rejected",
    code: "result.wrong-patient",
  });
  expect(info.results.every(({ kind }) => kind === "failure")).toBe(true);
  const shown = JSON.stringify(info);
  const { patient_pseudonym: pseudonym, study_uid: uid } = newest().wanted;
  for (const value of [pseudonym!, uid!, "awaySince", '"memo"']) expect(shown).not.toContain(value);
  // the reference of the order is the cloud's own
  const metrics = await (await fetch(`http://127.0.0.1:${edge.httpPort}/metrics`)).text();
  expect(metrics).toMatch(/thalamus_cloud_upload_sent_bytes_total [1-9]/);
}, 240_000);

describe("beside the orders", { timeout: 240_000 }, () => {
  test("A-110 the cloud can be tested, and its token refreshed", async () => {
    const probe = async () => (await edge.api.call("POST", "/api/destinations/cloud/test", {})).body;
    const stages = ["name", "connect", "sign-in", "accepted"].map((stage) => ({ stage, ok: true }));
    expect(await probe()).toMatchObject({ ok: true, stages });
    cloud.scope = "results:read";
    expect(await probe()).toMatchObject({ ok: false, message: expect.stringContaining("orders:write") });
    cloud.secret = "changed";
    expect(await probe()).toMatchObject({ ok: false, stages: [{}, {}, { stage: "sign-in", ok: false }] });
    cloud.secret = SECRET;
    const before = cloud.calls("token").length;
    const { body } = await edge.api.call("POST", "/api/clouds/cloud/actions/refresh-token");
    expect(body).toMatchObject({ ok: true, stages: [{ stage: "sign-in", ok: true }] });
    expect(cloud.calls("token").length).toBe(before + 1);
    expect((await edge.api.call("POST", "/api/clouds/cloud/actions/other")).status).toBe(404);
  });

  test("A-148 A-149 A-150 A-151 A-069 the heartbeat is what the page shows, word for word, and nothing of a patient", async () => {
    const read = async () => {
      type Sight = { content: Record<string, unknown>; last: { ok: boolean; content: unknown } | null };
      const { body } = await edge.api.call<{ data: Sight[] }>("GET", "/api/heartbeat");
      return body.data[0]!;
    };
    const { content } = await read();
    expect(Object.keys(content)).toEqual(
      expect.arrayContaining(["agent_id", "interval_seconds", "runtime", "machine", "orders", "health"]),
    );
    await edge.api.call("POST", "/api/chores/heartbeat.cloud/run");
    await vi.waitFor(() => expect(cloud.heartbeats).toHaveLength(1), PATIENTLY);
    await vi.waitFor(async () => expect((await read()).last?.ok).toBe(true), PATIENTLY);
    const after = await read();
    expect(after.last?.content).toEqual(cloud.heartbeats[0]);
    expect(after.content["agent_id"]).toBe(content["agent_id"]);
    expect(cloud.heartbeats[0]).toMatchObject({
      interval_seconds: 300,
      orders: { processed: 2, failed: 2, in_progress: 0, waiting: 0 },
      health: { healthy: true, database: true },
    });
    for (const canary of sent) expect(JSON.stringify(cloud.heartbeats)).not.toContain(canary);
  });

  test("X-064 alerts that cannot be put on record keep no heartbeat back, and are made up for", async () => {
    const client = new pg.Client(edge.site.databaseUrl);
    await client.connect();
    const alerts = "select 1 from journal where event = 'system.memory-high'";
    const settings = new SettingsClient(edge.api);
    const before = cloud.heartbeats.length;
    await client.query("alter table notice rename to notice_away");
    expect((await settings.save("core.alerts", { memoryPercent: 1 })).status).toBe(200);
    const lines = () => readFileSync(join(edge.site.folder, "data/logs/hub.log"), "utf8");
    await vi.waitFor(() => expect(lines()).toContain("machine-watch.failed"), PATIENTLY);
    await edge.api.call("POST", "/api/chores/heartbeat.cloud/run");
    await vi.waitFor(() => expect(cloud.heartbeats).toHaveLength(before + 1), PATIENTLY);
    expect((await client.query(alerts)).rowCount).toBe(0);
    await client.query("alter table notice_away rename to notice");
    await vi.waitFor(async () => expect((await client.query(alerts)).rowCount).toBe(1), PATIENTLY);
    await client.end();
    await settings.save("core.alerts", { memoryPercent: 100 });
  });

  test("A-115 X-054 orders of others are listed with their groups, and their reports fetched on demand", async () => {
    const id = "4e0f5c6e-0b5f-4d0e-9a3b-0d6a4a2f9b11";
    const wanted = { products: ["AIDP"], study_uid: "1.2.3", patient_pseudonym: "P-other" };
    const rest = { looksLeft: 0, upload: undefined, archive: undefined, updatedAt: new Date().toISOString() };
    cloud.orders.set(id, { id, wanted, status: "DELIVERED", batch: "Trial 7", ...rest });
    await edge.api.call("POST", "/api/chores/external-orders.cloud/run");
    type Row = { id: string; order: string; product: string; group: string; reportTypes: string[] };
    let rows: Row[] = [];
    await vi.waitFor(async () => {
      rows = (await edge.api.call<{ data: Row[] }>("GET", "/api/external-orders")).body.data;
      expect(rows).toHaveLength(1);
    }, PATIENTLY);
    expect(rows[0]).toMatchObject({ order: id, product: "AIDP", group: "Trial 7", reportTypes: ["pdf"] });
    const report = await edge.api.fetch(`/api/external-orders/${rows[0]!.id}/reports/pdf`);
    expect(report.status).toBe(200);
    expect(await report.text()).toContain("%PDF");
    expect((await edge.api.fetch(`/api/external-orders/${rows[0]!.id}/reports/sr`)).status).toBe(404);
    // gone there, gone here
    cloud.orders.get(id)!.status = "EXPIRED";
    await edge.api.call("POST", "/api/chores/external-orders.cloud/run");
    await vi.waitFor(async () => {
      const { body } = await edge.api.call<{ total: number }>("GET", "/api/external-orders");
      expect(body.total).toBe(0);
    }, PATIENTLY);
  });

  test("A-300 a new password of the service account, typed at the sign-in page, is the hub's from then on", async () => {
    const visitor = new ApiClient(edge.httpPort);
    const signIn = (password: string) => visitor.call("POST", "/api/session", { name: "admin", password });
    expect((await signIn("a wrong password")).status).toBe(401);
    cloud.secret = "another-horse-cloud";
    expect((await signIn(cloud.secret)).status).toBe(200);
    // the old one of the account is over, and orders sign in with the new one
    expect((await signIn(ADMIN_PASSWORD)).status).toBe(401);
    const { body } = await edge.api.call("POST", "/api/clouds/cloud/actions/refresh-token");
    expect(body).toMatchObject({ ok: true });
  });

  test("nothing of a patient is in what the cloud got, or in the hub's log", () => {
    const asked = cloud.asked
      .filter(({ name }) => name !== "new-order" && name !== "put")
      .map(({ path, query, body }) => `${path}?${query}\n${body.toString("latin1")}`);
    const archives = [...cloud.orders.values()].map(({ archive }) => archive?.toString("latin1") ?? "");
    const logs = join(edge.site.folder, "data/logs");
    const log = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
    const all = [...asked, ...archives, ...log].join("\n");
    for (const canary of sent) expect(all).not.toContain(canary);
  });
});
