// The whole line to a REST server: busy at first, then it takes the report; a hub that is killed while it sends.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { answering, type DwiPhantom, WebReceiver, writeDwiPhantom } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubAsProcess, hubInProcess, newSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-rest-"));
let phantom: DwiPhantom;
beforeAll(async () => {
  phantom = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lineTo = (url: string, settings: object = {}) => ({
  plugins: [
    DICOM_LISTENER,
    {
      use: "local-processing",
      settings: { productFolders: [resolve(import.meta.dirname, "../support/products")] },
    },
    { use: "deliver-rest", name: "portal", settings: { url, privateNetworks: ["127.0.0.1"], ...settings } },
  ],
  route: {
    process: [{ plugin: "local-processing", product: "quick-report" }],
    deliver: ["portal"],
  },
});

const send = async (port: number) => {
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, phantom.files, AbortSignal.timeout(30_000));
};

interface Sent {
  readonly patient: { readonly id: string; readonly name: string };
  readonly report: { readonly base64: string; readonly sha256: string };
}

/** Everything the hub wrote to its log. */
const logsOf = (site: { folder: string }): string => {
  const logs = join(site.folder, "data/logs");
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), "utf8"))
    .join("");
};

/** What the ledger keeps of the delivery. */
async function outcomeOf(site: { databaseUrl: string }): Promise<unknown> {
  const database = new pg.Client(site.databaseUrl);
  await database.connect();
  try {
    const { rows } = await database.query<{ outcome: unknown }>(
      "select outcome from step where target = 'portal'",
    );
    return rows[0]?.outcome;
  } finally {
    await database.end();
  }
}

describe("A-190 the whole line to a REST server", () => {
  test("a server that is busy gets the report when it wants it, with the same key, and the receipt is kept", async () => {
    await using server = await WebReceiver.start((_request, response, count) => {
      const busy = count === 1;
      response.writeHead(busy ? 503 : 201, busy ? { "Retry-After": "1" } : {});
      response.end(busy ? "busy" : '{"id":"R-17"}');
    });
    const site = await newSite(lineTo(`${server.url}/in`));
    const hub = await hubInProcess(site);
    try {
      const api = await ApiClient.signedIn(hub.http.port);
      await send(hub.listeners.get("dicom-scp")!.port);
      const info = await studyWhere(api, await onlyStudy(api), ({ status }) => status === "delivered");
      expect(server.requests).toHaveLength(2);
      const [first, second] = server.requests;
      expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
      const body = JSON.parse(String(second?.body)) as Sent;
      const { patientId, patientName } = phantom.truth.identity;
      expect(body.patient).toMatchObject({ id: patientId, name: patientName });
      const report = Buffer.from(body.report.base64, "base64");
      expect(report.subarray(0, 5).toString()).toBe("%PDF-");
      expect(createHash("sha256").update(report).digest("hex")).toBe(body.report.sha256);
      // not before the time the server named, although the hub's own back-off is shorter
      const retried = info.timeline.find(({ event }) => event === "step.retried");
      expect(retried?.detail).toMatchObject({ code: "deliver-rest.busy", delaySeconds: 1 });
      const outcome = await outcomeOf(site);
      const { sha256 } = body.report;
      expect(outcome).toMatchObject({ kind: "delivered", receipt: { status: 201, id: "R-17", sha256 } });
      const said = JSON.stringify([info.results, info.timeline, outcome]) + logsOf(site);
      for (const canary of phantom.truth.canaries) expect(said).not.toContain(canary);
    } finally {
      await hub.stop();
      site.remove();
    }
  });

  test("a hub that is killed while the server has the report sends it again with the same key", async () => {
    await using server = await WebReceiver.start(() => {});
    const site = await newSite(lineTo(server.url));
    const first = await hubAsProcess(site);
    await send(first.dicomPort);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), { timeout: 30_000 });
    await first.kill();
    server.answer = answering(200);
    const second = await hubAsProcess(site);
    try {
      const api = await ApiClient.signedIn(second.httpPort);
      await studyWhere(api, await onlyStudy(api), ({ status }) => status === "delivered");
      const keys = server.requests.map(({ headers }) => headers["idempotency-key"]);
      expect(keys).toEqual([keys[0], keys[0]]);
      expect(server.requests[1]?.body.equals(server.requests[0]!.body)).toBe(true);
    } finally {
      await second.stop();
      site.remove();
    }
  });

  test("a template that cannot work stops the hub with its line and words", async () => {
    const site = await newSite(lineTo("https://reports.example.org", { body: '{"a":"{{patient.nme}}"}' }));
    await expect(hubInProcess(site)).rejects.toThrow(
      /plugins\[2\]\.settings\.body.*Line 1, column 9: there is no "patient\.nme"/s,
    );
    site.remove();
  });
});
