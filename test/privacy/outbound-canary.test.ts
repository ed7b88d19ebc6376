// Patients full of canaries are sent out through deid-safeharbor: nothing of them is seen outside, in files, logs or journal.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dataset } from "@thalamus/sdk/dicom";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import pg from "pg";
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { CopyRow } from "../../core/http/routes/copy-routes.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { outboundLine, SAFE_HARBOR_ENTRY } from "../support/outbound-line.ts";
import { smallFile } from "../support/small-dicom.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-outbound-canary-"));
const outbox = join(folder, "outbox");
const WRITTEN_ON = { name: "QUIXWOOD^ZEBULON", id: "QZ-7788-4411" };
const IN_PIXELS = { name: "KANARIENVOGEL^CARLA", id: "KV-9911-2233" };
const OTHERS = ["Physician^Vexworth", "Vexworth", "Clinic of Quelbridge", "Quelbridge", "ACC-55-QX-901"];
const CANARIES = [...[WRITTEN_ON, IN_PIXELS].flatMap(({ name, id }) => [id, ...name.split("^")]), ...OTHERS];

let site: TestSite;
let hub: Hub;
let api: ApiClient;
let database: pg.Client;
let phantom: DwiPhantom;
const known = new Set<string>();

/** Values in elements that stay, go, are emptied and are searched. */
const tellingValues = ({ name, id }: { name: string; id: string }) =>
  ({
    ...{ PatientName: name, PatientID: id, AccessionNumber: "ACC-55-QX-901" },
    ...{ ReferringPhysicianName: "Physician^Vexworth", InstitutionName: "Clinic of Quelbridge" },
    StudyDescription: `brain of ${name.replace("^", " ")}`,
    SeriesDescription: `axial ${id} for Vexworth`,
  }) as Partial<Dataset>;

beforeAll(async () => {
  mkdirSync(outbox);
  const { route, ...line } = outboundLine({ outbox, transform: SAFE_HARBOR_ENTRY });
  site = await newSite({ ...line, route: { ...route, check: [] }, log: { level: "debug" } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  database = new pg.Client(site.databaseUrl);
  await database.connect();
  phantom = await writeDwiPhantom(join(folder, "phantom"), { slices: 2, directions: 6, matrix: 16 });
});
afterAll(async () => {
  await database.end();
  await hub.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function sent(files: readonly string[]): Promise<string> {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
  const id = await onlyStudy(api, known);
  known.add(id);
  return id;
}

function written(study: string, values: Partial<Dataset>): string[] {
  return [1, 2].map((number) => {
    const path = join(folder, `${study}-${number}.dcm`);
    writeFileSync(path, smallFile(study, number, values));
    return path;
  });
}

const contentUnder = (root: string): string =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path}\n${readFileSync(path, "latin1")}` : path;
    })
    .join("\n");

function expectNoCanary(place: string, text: string): void {
  const lower = text.toLowerCase();
  const all = [...CANARIES, ...phantom.truth.canaries, phantom.studyInstanceUid];
  expect({ place, found: all.filter((value) => lower.includes(value.toLowerCase())) }).toEqual({
    ...{ place, found: [] },
  });
}

describe("A-070 X-032 what leaves the house through deid-safeharbor", () => {
  let copies: Static<typeof CopyRow>[];

  test("is the copy of a diffusion study, and its manifest can be had", async () => {
    const id = await sent(phantom.files);
    await studyWhere(api, id, ({ status }) => status === "processed");
    const list = await api.call<{ data: Static<typeof CopyRow>[] }>("GET", `/api/studies/${id}/copies`);
    copies = list.body.data;
    expect(copies).toMatchObject([{ revision: 1, files: phantom.files.length, manifest: { number: 1 } }]);
    expect(copies[0]!.rules.find(({ rule }) => rule === "A-078")?.elements).toBeGreaterThan(0);
    expectNoCanary("copies", JSON.stringify(copies));
    const response = await api.fetch(`/api/copies/${copies[0]!.id}/manifest`);
    const manifest = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w-]+_r1_manifest/);
    expect(createHash("sha256").update(manifest).digest("hex")).toBe(copies[0]!.manifest.sha256);
    expectNoCanary("manifest", manifest.toString("utf8"));
    expect((await api.fetch(`/api/copies/${id}/manifest`)).status).toBe(404);
    const stranger = new ApiClient(hub.http.port);
    expect((await stranger.fetch(`/api/copies/${copies[0]!.id}/manifest`)).status).toBe(401);
  });

  test("is nothing while pixels wait for a person, and the copy after the release", async () => {
    const values = { ...tellingValues(WRITTEN_ON), BurnedInAnnotation: "YES" } as Partial<Dataset>;
    const id = await sent(written("written-on", values));
    const { steps } = await studyWhere(api, id, ({ status }) => status === "held");
    expect(steps[0]).toMatchObject({
      ...{ phase: "deidentify", state: "held" },
      lines: [{ id: "deid.burned-in", verdict: "fail" }],
    });
    expect(readdirSync(outbox)).toHaveLength(1);
    const body = { lines: ["deid.burned-in"], reason: "Looked at both, only a scale is drawn." };
    expect((await api.call("POST", `/api/steps/${steps[0]!.id}/release`, body)).status).toBe(204);
    const { steps: after } = await studyWhere(api, id, ({ status }) => status === "processed");
    expect(after[0]).toMatchObject({ state: "done", lines: [{ verdict: "bypassed" }] });
    expect(readdirSync(outbox)).toHaveLength(2);
  });

  test("A-075 is nothing when the name stands where no rule reaches: the second pass finds it in the pixels", async () => {
    const [family = "", given = ""] = IN_PIXELS.name.split("^");
    const PixelData = Buffer.alloc(2 * 16 * 16, 1);
    PixelData.write(`${family} ${given}`, 100, "latin1");
    const values = { ...tellingValues(IN_PIXELS), Rows: 16, Columns: 16, PixelData } as Partial<Dataset>;
    const id = await sent(written("in-pixels", values));
    const { steps, orders, timeline } = await studyWhere(api, id, ({ status }) => status === "failed");
    expect(steps).toMatchObject([
      { phase: "deidentify", state: "rejected", code: "deid-safeharbor.leak", attempt: 1 },
    ]);
    expect(steps[0]!.message).toMatch(
      /value-survives at \(7fe0,0010\) byte \d+: name of what is known of the study/,
    );
    expect(orders.filter(({ status }) => status !== "failed")).toEqual([]);
    expectNoCanary("timeline", JSON.stringify([steps, timeline]));
    const tree = readdirSync(join(site.folder, "data/files/deidentified"), { recursive: true }).map(String);
    expect(tree.filter((path) => path.includes(steps[0]!.id))).toEqual([]);
    // its failure report may still be drawn
    await vi.waitFor(() => expect(readdirSync(join(site.folder, "data/files/work"))).toEqual([]), 10_000);
    expect(readdirSync(outbox)).toHaveLength(2);
    const { body } = await api.call<{ data: unknown[] }>("GET", `/api/studies/${id}/copies`);
    expect(body.data).toEqual([]);
  });

  test("holds no value of a patient: neither copies and manifests, nor what the outbound plugin was given", () => {
    const kept = contentUnder(join(site.folder, "data/files/deidentified"));
    expect(kept).toContain("DICM");
    expect(kept).toContain("manifest.json");
    expectNoCanary("copies", kept);
    expectNoCanary("outside", contentUnder(outbox));
  });

  test("and neither do log at debug, journal, orders, steps and the chain of manifests", async () => {
    const log = readFileSync(join(site.folder, "data/logs/hub.log"), "utf8");
    expect(log).toContain("deid-safeharbor.done");
    expectNoCanary("log", log);
    for (const table of [
      ...["journal", "step", "product_order", "result", "deidentified_study"],
      ...["deidentified_instance", "manifest_link", "patient_pseudonym", "study_pseudonym"],
    ]) {
      const { rows } = await database.query(`select * from ${table}`);
      expect({ table, isEmpty: rows.length === 0 }).toEqual({ table, isEmpty: false });
      expectNoCanary(table, JSON.stringify(rows));
    }
  });
});
