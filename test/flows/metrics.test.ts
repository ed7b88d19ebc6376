// What monitoring sees of a hub that took one study and refused one object and one association.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { type Hub, VERSION } from "../../core/hub.ts";
import { CoreMetrics } from "../../core/observe/core-metrics.ts";
import { ScpMetrics } from "../../plugins/dicom-scp/metrics.ts";
import { RawSender } from "../../plugins/dicom-scp/testing/raw-sender.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-metrics-"));
const TOKEN = "4dd1b7e2";
let pacs: TestPacs;
let site: TestSite;
let hub: Hub;

beforeAll(async () => {
  pacs = await startTestPacs();
  const { plugins = [], ...line } = wholeLine({ pacsPort: pacs.port });
  const settings = { ...DICOM_LISTENER.settings, checkCalledAe: true };
  const listener = { ...DICOM_LISTENER, settings };
  site = await newSite({
    ...line,
    plugins: [listener, ...plugins.filter((entry) => entry !== DICOM_LISTENER)],
  });
  hub = await hubInProcess(site);
});
afterAll(async () => {
  await hub.stop();
  await pacs.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

const get = (port: number, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}/metrics`, { headers });

/** Values by name and labels as they stand in the text. */
async function scraped(): Promise<Map<string, number>> {
  const response = await get(hub.http.port);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

const send = (files: readonly string[], calledAe: string) => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe, callingAe: "TESTSCU" };
  return createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
};

test("A-062 A-066 A-067 A-068 one study, one refused object and one rejected association are counted exactly", async () => {
  const { files } = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 });
  const bytes = readFileSync(files[0]!);
  const cut = join(folder, "cut.dcm");
  writeFileSync(cut, bytes.subarray(0, bytes.length - 40));
  const answers = await send([...files, cut, files[0]!], "THALAMUS");
  expect(answers.map(({ status }) => status)).toEqual([...files.map(() => 0), 0xc000, 0]);
  await expect(send([cut], "SOMEBODY")).rejects.toThrow();
  const api = await ApiClient.signedIn(hub.http.port);
  await studyWhere(api, await onlyStudy(api), ({ status }) => status === "delivered");

  const kept = [...files, files[0]!].reduce((sum, file) => sum + statSync(file).size, 0);
  const expected = {
    'thalamus_intake_instances_total{outcome="stored"}': files.length,
    'thalamus_intake_instances_total{outcome="duplicate"}': 1,
    'thalamus_intake_instances_total{outcome="revised"}': 0,
    'thalamus_intake_refused_total{code="intake.truncated"}': 1,
    'thalamus_intake_refused_total{code="intake.out-of-space"}': 0,
    thalamus_intake_batch_instances_sum: files.length + 1,
    thalamus_dicom_scp_associations_total: 1,
    thalamus_dicom_scp_associations_open: 0,
    'thalamus_dicom_scp_associations_rejected_total{code="dicom-scp.called-ae"}': 1,
    'thalamus_dicom_scp_objects_refused_total{code="intake.truncated"}': 1,
    thalamus_study_stable_seconds_count: 1,
    'thalamus_studies{status="delivered"}': 1,
    'thalamus_orders{status="delivered"}': 1,
    'thalamus_steps_settled_total{target="local-processing",outcome="processed"}': 1,
    'thalamus_steps_settled_total{target="pacs-pdf",outcome="delivered"}': 1,
    'thalamus_steps_settled_total{target="pacs-sr",outcome="delivered"}': 1,
    'thalamus_step_seconds_count{target="pacs-sr"}': 1,
    'thalamus_listener_healthy{listener="dicom-scp"}': 1,
    thalamus_disk_keep_free_bytes: 10_000_000,
    thalamus_database_up: 1,
    'thalamus_database_connections{state="waiting"}': 0,
  };
  // the last claim is counted a moment after the study is seen as delivered
  const found = await vi.waitFor(async () => {
    const now = await scraped();
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, now.get(key)]))).toEqual(expected);
    return now;
  }, 20_000);
  expect(found.get("thalamus_disk_free_bytes")).toBeGreaterThan(0);
  expect(found.get("thalamus_study_stable_seconds_sum")).toBeGreaterThanOrEqual(0.5);
  // the hub writes file meta information of its own
  const intake = found.get("thalamus_intake_bytes_total")!;
  expect(Math.abs(intake - kept)).toBeLessThan(600 * (files.length + 1));
  expect([...found.keys()].filter((key) => key.includes('"other"'))).toEqual([]);
});

test("every metric that is declared is there, and no other", async () => {
  const text = await (await get(hub.http.port)).text();
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => `${kind} ${name}`);
  const declared = [...Object.values(CoreMetrics), ...Object.values(ScpMetrics)];
  expect(told.sort()).toEqual(declared.map(({ kind, name }) => `${kind} ${name}`).sort());
});

test("A-055 A-056 A-057 A-058 A-059 A-060 A-061 the hub and its machine tell what they are", async () => {
  const found = await scraped();
  const info = [...found.keys()].find((key) => key.startsWith("thalamus_info{"));
  expect(info).toContain(`hub="${hub.id}",version="${VERSION}",runtime="node ${process.version} `);
  expect(found.get("thalamus_machine_cpu_cores")).toBe(availableParallelism());
  expect(found.get("thalamus_machine_load")).toBeGreaterThanOrEqual(0);
  expect(found.get('thalamus_machine_memory_bytes{kind="total"}')).toBe(totalmem());
  expect(found.get('thalamus_machine_memory_bytes{kind="available"}')).toBeGreaterThan(0);
  expect(found.get('thalamus_process_memory_bytes{kind="rss"}')).toBeGreaterThan(10_000_000);
});

test("an open association is seen while it is open", async () => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const sender = new RawSender(port);
  await sender.associate();
  expect((await scraped()).get("thalamus_dicom_scp_associations_open")).toBe(1);
  sender.socket.destroy();
  await vi.waitFor(async () => {
    const found = await scraped();
    expect(found.get("thalamus_dicom_scp_associations_open")).toBe(0);
    expect(found.get('thalamus_dicom_scp_connections_ended_total{code="dicom-scp.connection-lost"}')).toBe(1);
  }, 20_000);
});

test("what comes through a proxy is not from this machine", async () => {
  expect((await get(hub.http.port)).status).toBe(200);
  const response = await get(hub.http.port, { "X-Forwarded-For": "203.0.113.7" });
  expect([response.status, (await response.json()) as object]).toMatchObject([
    404,
    { code: "api.not-found" },
  ]);
});

test.each([
  ["off", { access: "off" }, { Authorization: `Bearer ${TOKEN}` }, 404],
  ["token, and none shown", { access: "token" }, {}, 404],
  ["token, and a wrong one", { access: "token" }, { Authorization: "Bearer 4dd1b7e3" }, 404],
  ["token, and the right one", { access: "token" }, { Authorization: `Bearer ${TOKEN}` }, 200],
])("who may read it: %s", async (_name, access, headers, status) => {
  const tokenSha256 = createHash("sha256").update(TOKEN).digest("hex");
  const metrics = { ...access, tokenSha256 };
  const guarded = await newSite({ plugins: [], http: { host: "127.0.0.1", port: 0, metrics } });
  const other = await hubInProcess(guarded);
  expect((await get(other.http.port, headers)).status).toBe(status);
  await other.stop();
  guarded.remove();
});
