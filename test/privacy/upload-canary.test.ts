// A canary patient is uploaded: in paths, file names, form, sidecar and images; none of it may be seen where it is not due.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { tarOf, zipOf } from "../support/archives.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { niftiFiles } from "../support/nifti-files.ts";
import { smallFile } from "../support/small-dicom.ts";
import { studyWhere } from "../support/study-watch.ts";
import { announce, transfer, type UploadView, uploaded } from "../support/upload-client.ts";

const CANARIES = [
  "CANARYNAME",
  "CANARYACC",
  "CANARY-FORM",
  "CANARYFILE",
  "CANARYBASE",
  "CANARYSIDE",
  "CANARYMETA",
];
const live: string[] = [];
const uploads: UploadView[] = [];
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite({ log: { level: "debug" } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  void listen();
  const values = { PatientName: "CANARYNAME^Carla", AccessionNumber: "CANARYACC" };
  const good = { path: "CANARYFILE/CANARYNAME 1.dcm", bytes: smallFile("canary", 1, values) };
  const broken = { path: "CANARYFILE/2.dcm", bytes: smallFile("canary", 2, values).subarray(0, -3) };
  const outside = { path: "../CANARYFILE/3.dcm", bytes: smallFile("canary", 3, values) };
  const note = { path: "CANARYFILE/CANARYNAME.pdf", bytes: Buffer.from("%PDF CANARYNAME") };
  const form = { studyName: "CANARY-FORM", accessionNumber: "CANARYACC2" };
  const metadata = { filename: "CANARYFILE.zip", filetype: "CANARYMETA" };
  uploads.push(await uploaded(api, await tarOf([good, broken, outside, note]), form, { metadata }));
  const sidecar = { PatientAge: "CANARYSIDE", PatientName: "CANARYNAME" };
  const images = niftiFiles({ base: "CANARYBASE/CANARYNAME" });
  const wrong = niftiFiles({ base: "CANARYBASE", sidecar });
  uploads.push(await uploaded(api, await zipOf(images), form, { metadata }));
  uploads.push(await uploaded(api, await zipOf(wrong), form, { metadata }));
  uploads.push(await uploaded(api, Buffer.from("CANARYNAME"), form, { metadata }));
  for (const { studyIds } of uploads)
    for (const id of studyIds) await studyWhere(api, id, ({ status }) => status === "processed");
  // refused by the door
  await api.call("POST", "/api/uploads", { studyName: "CANARY_FORM!", patientAge: "CANARYNAME" });
  await transfer(api, "CANARYMETA", Buffer.from("x"), { metadata }).catch(() => undefined);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

/** Reads the live changes as a browser would. */
async function listen(): Promise<void> {
  const response = await api.fetch("/api/live");
  for await (const chunk of response.body!) live.push(Buffer.from(chunk).toString());
}

function expectNoCanary(place: string, text: string): void {
  for (const value of CANARIES) expect(`${place}: ${text.includes(value) ? value : ""}`).toBe(`${place}: `);
}

async function rows(sql: string): Promise<string> {
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const { rows: found } = await client.query(sql);
  await client.end();
  return JSON.stringify(found);
}

describe("values of an uploaded patient", () => {
  test("came in: the uploads ended as they should", () => {
    expect(uploads.map(({ state, code }) => [state, code])).toEqual([
      ["done", null],
      ["done", null],
      ["failed", "upload.sidecar-invalid"],
      ["failed", "upload.not-recognized"],
    ]);
    expect(uploads[0]?.problems.map(({ code }) => code)).toEqual([
      ...["intake.truncated", "upload.bad-path", "upload.not-recognized"],
    ]);
  });

  test("are in no log line, at debug level too", async () => {
    const text = () => readFileSync(join(site.folder, "data/logs/hub.log"), "utf8");
    // one for each of the four
    await vi.waitFor(() => expect(text().split("upload.ended").length).toBeGreaterThan(4), 20_000);
    expectNoCanary("log", text());
  });

  test("are in no answer about uploads or studies, and in no live change", async () => {
    const paths = [
      "/api/uploads",
      ...uploads.map(({ id }) => `/api/uploads/${id}`),
      "/api/studies",
      "/api/status",
    ];
    const studies = uploads.flatMap(({ studyIds }) => studyIds.map((id) => `/api/study-info/${id}`));
    for (const path of [...paths, ...studies]) {
      const { status, body } = await api.call("GET", path);
      expect(status).toBe(200);
      expectNoCanary(path, JSON.stringify(body));
    }
    expect(live.join("")).toContain('"resource":"upload"');
    expectNoCanary("live", live.join(""));
  });

  test("are in no journal line, no metric, and no more in the row of an upload that is over", async () => {
    expectNoCanary("journal", await rows("select * from journal"));
    expectNoCanary("upload", await rows("select * from upload"));
    expectNoCanary("metrics", await (await api.fetch("/metrics")).text());
  });

  test("are in no name of a file, and in no file about a transfer that waits", async () => {
    const { id } = await announce(api, { accessionNumber: "CANARYACC" });
    const body = Buffer.from(
      `upload ${Buffer.from(id).toString("base64")},filename ${Buffer.from("CANARYFILE").toString("base64")}`,
    );
    const headers = { "tus-resumable": "1.0.0", "upload-length": "10", "upload-metadata": body.toString() };
    expect((await api.fetch("/api/uploads/files", { method: "POST", headers })).status).toBe(201);
    const names = readdirSync(join(site.folder, "data"), { recursive: true }).map(String);
    expect(names.some((name) => name.endsWith(".nii.gz"))).toBe(true);
    expectNoCanary("file names", names.join("\n"));
    expectNoCanary("transfer", readFileSync(join(site.folder, "data/files/uploads", `${id}.json`), "utf8"));
  });

  test("are shown when somebody asks for them, and the journal says so", async () => {
    const [id] = uploads[0]!.studyIds;
    const fields = ["studyName", "accessionNumber", "patientName"];
    const { body } = await api.call("POST", `/api/studies/${id}/reveal`, { fields });
    expect(body).toEqual({
      studyName: "CANARY-FORM",
      accessionNumber: "CANARYACC2",
      patientName: "CANARYNAME^Carla",
    });
    expect(await rows("select detail from journal where event = 'phi.revealed'")).toContain("studyName");
  });
});
