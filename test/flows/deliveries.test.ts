// Deliveries in the hands of people: lanes that are stopped, results sent again, doubts settled, receipts for all of it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-deliveries-"));
let pacs: TestPacs;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let seed = 0;

beforeAll(async () => {
  pacs = await startTestPacs();
  site = await newSite({ ...wholeLine({ pacsPort: pacs.port }), steps: { attempts: 2 } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  await pacs.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Destination {
  readonly name: string;
  readonly waiting: number;
  readonly suspended: { reason: string; by: string } | null;
}
interface ReceiptView {
  readonly target: string;
  readonly outcome: string;
  readonly attempt: number;
  readonly stepId: string;
  readonly answer: Record<string, unknown>;
}

async function sendStudy(): Promise<string> {
  const { body } = await api.call<{ data: { id: string }[] }>("GET", "/api/studies?perPage=500");
  seed += 1;
  const options = { seed, slices: 2, directions: 6, matrix: 16 };
  const { files } = await writeDwiPhantom(join(folder, String(seed)), options);
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
  return onlyStudy(api, new Set(body.data.map(({ id }) => id)));
}

const destination = async (name: string) => {
  const { body } = await api.call<{ data: Destination[] }>("GET", "/api/destinations");
  return body.data.find((one) => one.name === name)!;
};
const receipts = async (resultId: string) => {
  const { body } = await api.call<{ data: ReceiptView[] }>("GET", `/api/receipts?resultId=${resultId}`);
  return body.data;
};
const delivered = (id: string) => studyWhere(api, id, ({ status }) => status === "delivered");
const sql = async (text: string, values: unknown[] = []) => {
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const { rows } = await client.query(text, values);
  await client.end();
  return rows as Record<string, string>[];
};

describe("asks 3 and 4: a lane for each destination", () => {
  test("a suspended lane keeps its deliveries and holds up no other; resumed, it goes on by itself", async () => {
    const stop = { suspended: true, reason: "the archive moves house" };
    expect((await api.call("PUT", "/api/destinations/pacs-sr/lane", stop)).status).toBe(204);
    const id = await sendStudy();
    const reachedPdf = async () => {
      const { body } = await api.call<{ data: ReceiptView[] }>("GET", `/api/receipts?studyId=${id}`);
      expect(body.data.map(({ target }) => target)).toEqual(["pacs-pdf"]);
    };
    await vi.waitFor(reachedPdf, { timeout: 30_000 });
    expect(await destination("pacs-sr")).toMatchObject({
      waiting: 1,
      suspended: { by: "admin", reason: stop.reason },
    });
    expect(await destination("pacs-pdf")).toMatchObject({ waiting: 0, suspended: null });
    await api.call("PUT", "/api/destinations/pacs-sr/lane", { suspended: false });
    await delivered(id);
    expect(await destination("pacs-sr")).toMatchObject({ waiting: 0, suspended: null });
    expect((await api.call("PUT", "/api/destinations/nobody/lane", stop)).status).toBe(404);
  });
});

describe("A-187 what a person can do", () => {
  test("A-187 a result is sent again, to one or to all; each try has its receipt", async () => {
    const info = await delivered(await sendStudy());
    const { id } = info.results[0]!;
    expect((await receipts(id)).map(({ target, outcome }) => `${target} ${outcome}`).sort()).toEqual([
      "pacs-pdf delivered",
      "pacs-sr delivered",
    ]);
    const one = await api.call<{ data: { what: string; stepId: string }[] }>(
      "POST",
      `/api/results/${id}/resend`,
      {
        targets: ["pacs-pdf"],
      },
    );
    expect(one.body.data).toMatchObject([{ target: "pacs-pdf", what: "anew" }]);
    await vi.waitFor(async () => expect(await receipts(id)).toHaveLength(3), { timeout: 20_000 });
    const [again, ...first] = await receipts(id);
    const before = first.find(({ target }) => target === "pacs-pdf")!;
    expect(again!.stepId).not.toBe(before.stepId);
    expect(again!.answer, "the archive gets the same object").toMatchObject({
      sopInstanceUid: before.answer["sopInstanceUid"],
      status: "0x0000",
    });

    const all = await api.call<{ data: unknown[] }>("POST", `/api/results/${id}/resend`, {});
    expect(all.body.data).toHaveLength(2);
    await vi.waitFor(async () => expect(await receipts(id)).toHaveLength(5), { timeout: 20_000 });
    const wrong = await api.call("POST", `/api/results/${id}/resend`, { targets: ["nobody"] });
    expect(wrong).toMatchObject({ status: 409, body: { code: "delivery.no-destination" } });
  });

  test("A-186 A-187 what was given up after its tries is undelivered and missed, until a person tries again", async () => {
    await pacs.stop();
    const id = await sendStudy();
    const givenUp = async () => {
      const { body } = await api.call<{ steps: { phase: string; state: string }[] }>(
        "GET",
        `/api/study-info/${id}`,
      );
      const states = body.steps.filter(({ phase }) => phase === "deliver").map(({ state }) => state);
      expect(states).toEqual(["rejected", "rejected"]);
    };
    await vi.waitFor(givenUp, { timeout: 30_000 });
    const info = await studyWhere(api, id, ({ status }) => status === "undelivered");
    const { id: resultId } = info.results[0]!;
    const tries = (await receipts(resultId)).filter(({ target }) => target === "pacs-pdf");
    expect(tries.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([
      ["failed", 2],
      ["retried", 1],
    ]);
    await sql("update result set created_at = now() - interval '2 hours' where id = $1", [resultId]);
    const { body } = await api.call<{ data: object[]; total: number }>("GET", "/api/reconciliation");
    expect(body.total).toBe(2);
    expect(body.data[0]).toMatchObject({ resultId, studyId: id, target: "pacs-pdf", state: "rejected" });
    await api.call("POST", "/api/chores/reconciliation/run");
    const journalled = "select count(*)::text as n from journal where event = 'reconciliation.missing'";
    await vi.waitFor(async () => expect((await sql(journalled))[0]?.["n"]).toBe("2"), { timeout: 20_000 });

    pacs = await startTestPacs({ port: pacs.port });
    const steps = info.steps.filter(({ phase }) => phase === "deliver");
    for (const step of steps)
      expect((await api.call("POST", `/api/steps/${step.id}/retry`)).status).toBe(204);
    await delivered(id);
    expect((await api.call("POST", `/api/steps/${steps[0]!.id}/retry`)).body).toMatchObject({
      code: "step.not-so",
    });
    expect((await api.call<{ total: number }>("GET", "/api/reconciliation")).body.total).toBe(0);
  });

  test("a delivery that was interrupted while it acted waits for a person, who knows or decides", async () => {
    const info = await delivered(await sendStudy());
    const steps = info.steps.filter(({ phase }) => phase === "deliver").map(({ id }) => id);
    await sql("update step set state = 'unknown' where id = any($1)", [steps]);
    const [arrived, again] = steps as [string, string];
    const resolve = (id: string, finding: string) =>
      api.call("POST", `/api/steps/${id}/resolve`, { finding });
    expect((await resolve(arrived, "arrived")).status).toBe(204);
    await studyWhere(api, info.study.id, ({ status }) => status === "unknown");
    expect((await resolve(again, "again")).status).toBe(204);
    await delivered(info.study.id);
    expect((await resolve(arrived, "give-up")).body).toMatchObject({ code: "step.not-so" });
    const { id: resultId } = info.results[0]!;
    const confirmed = (await receipts(resultId)).find(({ answer }) => "confirmedBy" in answer);
    expect(confirmed).toMatchObject({
      stepId: arrived,
      outcome: "delivered",
      answer: { confirmedBy: "admin" },
    });
  });

  test("the ledger of receipts is a table that a spreadsheet reads, and names nobody", async () => {
    const response = await api.fetch("/api/receipts.csv?outcome=delivered&target=pacs-pdf");
    expect(response.headers.get("content-type")).toContain("text/csv");
    const [head, ...lines] = (await response.text()).trimEnd().split("\r\n");
    expect(head).toBe("at,outcome,target,resultId,orderId,studyId,stepId,attempt,sha256,code,answer");
    expect(lines.length).toBeGreaterThan(3);
    const row = /^\d{4}-\d\d-\d\dT[^,]+,delivered,pacs-pdf,(?:[0-9a-f-]{36},){4}\d+,([0-9a-f]{64})?,,(.*)$/;
    for (const line of lines) {
      const [whole, sha256, answer] = row.exec(line) ?? [];
      expect(whole).toBe(line);
      // what a person says about an interrupted delivery has no hash
      if (sha256 === undefined) expect(answer).toContain("confirmedBy");
    }
    expect(lines.join()).not.toContain("PHANTOM");
  });
});

describe("A-193 test delivery", () => {
  const testOf = (name: string, settings?: object) =>
    api.call<{ ok: boolean; message: string }>("POST", `/api/destinations/${name}/test`, { settings });

  test("A-193 tries the settings that are saved, or others that are not", async () => {
    expect((await testOf("pacs-pdf")).body).toMatchObject({
      ok: true,
      message: expect.stringContaining("C-ECHO"),
    });
    const elsewhere = await testOf("pacs-pdf", { host: "127.0.0.1", port: 1, calledAe: "NOBODY" });
    expect(elsewhere.body.ok).toBe(false);
    const wrong = await testOf("pacs-pdf", { host: "127.0.0.1", port: "eleven", calledAe: "PACS" });
    expect(wrong).toMatchObject({ status: 400, body: { code: "delivery.settings" } });
    expect((await testOf("nobody")).status).toBe(404);
  });
});

describe("cancelling", () => {
  test("all open work of a study ends, and can be taken up again", async () => {
    await api.call("PUT", "/api/destinations/pacs-sr/lane", { suspended: true });
    const id = await sendStudy();
    const reachedPdf = async () => {
      const { body } = await api.call<{ data: ReceiptView[] }>("GET", `/api/receipts?studyId=${id}`);
      expect(body.data.map(({ target }) => target)).toEqual(["pacs-pdf"]);
    };
    await vi.waitFor(reachedPdf, { timeout: 30_000 });
    expect((await api.call("POST", `/api/studies/${id}/cancel`)).body).toEqual({ steps: 1 });
    const info = await studyWhere(api, id, ({ status }) => status === "undelivered");
    const cancelled = info.steps.find(({ state }) => state === "cancelled")!;
    await api.call("PUT", "/api/destinations/pacs-sr/lane", { suspended: false });
    expect((await api.call("POST", `/api/steps/${cancelled.id}/retry`)).status).toBe(204);
    await delivered(id);
  });
});
