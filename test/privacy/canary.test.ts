// A canary patient goes through the whole line; none of its values may be seen where they do not belong.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { dicomweb, multipartOf, SECRET } from "../support/dicomweb-site.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-canary-"));
let pacs: TestPacs;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let phantom: DwiPhantom;
let studyId: string;
/** A study that the last two instances made, because they came late. */
let lateId: string;
const live: string[] = [];

beforeAll(async () => {
  pacs = await startTestPacs();
  const intake = { lateInstances: "new-study" };
  const { plugins = [], ...line } = wholeLine({ pacsPort: pacs.port });
  site = await newSite({ ...line, plugins: [...plugins, dicomweb()], intake, log: { level: "debug" } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  void listen();
  phantom = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 });
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  const send = (files: readonly string[]) =>
    createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
  await send(phantom.files.slice(0, -2));
  studyId = await onlyStudy(api);
  await studyWhere(api, studyId, ({ status }) => status === "delivered");
  await send(phantom.files.slice(-2));
  lateId = await onlyStudy(api, new Set([studyId]));
  await studyWhere(api, lateId, ({ status }) => status === "delivered");
  await useDicomweb();
});
afterAll(async () => {
  await hub.stop();
  await pacs.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads the live changes as a browser would. */
async function listen(): Promise<void> {
  const response = await api.fetch("/api/live");
  for await (const chunk of response.body!) live.push(Buffer.from(chunk).toString());
}

/** Asks the second door in every way that has the patient's values in it, in good faith and in bad. */
async function useDicomweb(): Promise<void> {
  const url = `http://127.0.0.1:${hub.http.port}${hub.web.get("dicomweb")}`;
  const { studyInstanceUid, truth } = phantom;
  const { patientName, patientId, accessionNumber } = truth.identity;
  const Authorization = `Bearer ${SECRET}`;
  const get = (path: string, headers = {}) => fetch(url + path, { headers: { Authorization, ...headers } });
  const file = readFileSync(phantom.files[0]!);
  const post = (content: Uint8Array, path = "/studies") => {
    const { body, contentType } = multipartOf([content]);
    return fetch(url + path, {
      method: "POST",
      body,
      headers: { Authorization, "Content-Type": contentType },
    });
  };
  const answers = [
    await get(`/studies?PatientName=${patientName}&PatientID=${patientId}`),
    await get(`/studies/${studyInstanceUid}/series?SeriesDescription=${truth.identity.seriesDescription}`),
    await get(`/instances?AccessionNumber=${accessionNumber}`),
    await get(`/studies/${studyInstanceUid}/metadata`),
    await get(`/studies/${studyInstanceUid}`),
    await post(file),
    // refused, each in another place
    await get(`/studies?${patientId}=1`),
    await get(`/studies/${patientName}`),
    await get(`/studies/${studyInstanceUid}.1`),
    await get(`/studies/${studyInstanceUid}`, { Accept: accessionNumber }),
    await get("/studies", { Authorization: `Basic ${btoa(`${patientName}:${patientId}`)}` }),
    await post(file.subarray(0, file.length - 20)),
    await post(file, "/studies/1.2.3"),
  ];
  for (const answer of answers) await answer.arrayBuffer();
  expect(answers.map(({ status }) => status)).toEqual([
    ...[200, 200, 200, 200, 200, 200],
    ...[400, 400, 404, 406, 401, 409, 409],
  ]);
}

function expectNoCanary(place: string, text: string): void {
  const { canaries } = phantom.truth;
  expect(canaries.length).toBeGreaterThan(5);
  for (const value of canaries) expect(`${place}: ${text.includes(value) ? value : ""}`).toBe(`${place}: `);
}

describe("a patient's values", () => {
  test("are in no log line, at debug level too", async () => {
    const logs = join(site.folder, "data/logs");
    const text = () =>
      readdirSync(logs)
        .map((name) => readFileSync(join(logs, name), "utf8"))
        .join("");
    // the last line of what was done above
    await vi.waitFor(() => expect(text()).toContain("dicomweb.other-study"), 20_000);
    expect(text()).toContain("study.stable");
    expectNoCanary("log", text());
  });

  test("are in no list, no study page, no timeline, no result and no status", async () => {
    const studies = [studyId, lateId].map((id) => `/api/study-info/${id}`);
    for (const path of ["/api/studies", ...studies, "/api/results", "/api/status", "/health"]) {
      const { status, body } = await api.call("GET", path);
      expect(status).toBe(200);
      expectNoCanary(path, JSON.stringify(body));
    }
  });

  test("are in no live change", () => {
    expect(live.join("")).toContain("event: changed");
    expectNoCanary("live", live.join(""));
  });

  test("are in no name of a file or folder", () => {
    const names = readdirSync(join(site.folder, "data"), { recursive: true }).join("\n");
    expect(names).toContain(".dcm");
    expectNoCanary("file names", names);
  });

  test("are in no artifact of a result", async () => {
    const { body } = await api.call<{ data: { id: string; artifacts: { name: string }[] }[] }>(
      "GET",
      "/api/results",
    );
    const [result] = body.data;
    expect(result!.artifacts.length).toBeGreaterThan(0);
    for (const { name } of result!.artifacts) {
      const response = await api.fetch(`/api/results/${result!.id}/files/${name}`);
      expect(response.status).toBe(200);
      expectNoCanary(name, Buffer.from(await response.arrayBuffer()).toString("latin1"));
    }
  });

  test("are in no metric, and neither is who sent them", async () => {
    const response = await api.fetch("/metrics");
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain(`thalamus_intake_instances_total{outcome="stored"} ${phantom.files.length}`);
    expectNoCanary("metrics", text);
    expect(text).not.toMatch(/TESTSCU|127\.0\.0\.1|2\.25\./);
  });

  test("are shown when somebody asks for them, and the journal says who asked for which fields", async () => {
    const fields = ["patientName", "accessionNumber"];
    const { status, body } = await api.call("POST", `/api/studies/${studyId}/reveal`, { fields });
    expect(status).toBe(200);
    expect(phantom.truth.canaries).toContain(body["accessionNumber"]);
    const info = await api.call<{ timeline: { event: string; actor: string; detail: object }[] }>(
      "GET",
      `/api/study-info/${studyId}`,
    );
    const line = info.body.timeline.find(({ event }) => event === "phi.revealed");
    expect(line).toMatchObject({ actor: "admin", detail: { fields } });
    expectNoCanary("journal", JSON.stringify(info.body.timeline));
  });
});
