// A person between the study and the outside: what de-identification held, releasing it, and a look at what it does.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { ElementPreviewRow } from "../../core/http/routes/deidentification-routes.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { outboundLine } from "../support/outbound-line.ts";
import { smallFile } from "../support/small-dicom.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-held-"));
const outbox = join(folder, "outbox");
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let id: string;

interface Problem {
  readonly code: string;
}
interface Preview {
  readonly transform: string;
  readonly revealed: boolean;
  readonly files: readonly {
    readonly instance: number;
    readonly elements: readonly Static<typeof ElementPreviewRow>[];
  }[];
}

beforeAll(async () => {
  mkdirSync(outbox);
  const { route, ...line } = outboundLine({ outbox });
  site = await newSite({ ...line, route: { ...route, check: [] } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  const files = [1, 2].map((number) => {
    const file = join(folder, `${number}.dcm`);
    writeFileSync(file, smallFile("held", number, { BurnedInAnnotation: number === 2 ? "YES" : "NO" }));
    return file;
  });
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
  id = await onlyStudy(api);
  await studyWhere(api, id, ({ status }) => status === "held");
});
afterAll(async () => {
  await hub.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

const heldStep = async () => {
  const { steps } = await studyWhere(api, id, () => true);
  return steps.find(({ phase }) => phase === "deidentify")!;
};
const release = async (body: object, step?: string) =>
  api.call<Problem | undefined>("POST", `/api/steps/${step ?? (await heldStep()).id}/release`, body);
const preview = (body: object) =>
  api.call<Preview & Problem>("POST", `/api/studies/${id}/deidentification-preview`, body);

describe("the preview of a de-identification", () => {
  test("A-070 names every element with what is done to it and why, and shows no value", async () => {
    const { status, body } = await preview({});
    expect(status).toBe(200);
    expect(body).toMatchObject({ transform: "deid", revealed: false });
    expect(body.files.map(({ instance }) => instance)).toEqual([1]);
    const of = (keyword: string) => body.files[0]!.elements.find((element) => element.keyword === keyword);
    expect(of("PatientID")).toEqual({
      ...{ path: "(0010,0020)", keyword: "PatientID", vr: "LO", action: "map", rule: "list" },
      ...{ changed: true, before: null, after: null },
    });
    expect(of("StudyDate")).toMatchObject({ action: "remove", changed: true });
    expect(of("Rows")).toMatchObject({ action: "keep", changed: false });
    expect(JSON.stringify(body)).not.toMatch(/Small|SMALL|ACC-IMAGE|2026/);
    const { timeline } = await studyWhere(api, id, () => true);
    expect(timeline.map(({ event }) => event)).not.toContain("deidentification.revealed");
  });

  test("shows values when they are asked for, and who asked is journalled without them", async () => {
    const { body } = await preview({ reveal: true, instance: 2 });
    const patient = body.files[0]!.elements.find(({ keyword }) => keyword === "PatientID");
    expect(patient?.before).toBe("SMALL-1");
    expect(patient?.after).toMatch(/^P[0-9a-f]{16}$/);
    const { timeline } = await studyWhere(api, id, () => true);
    const revealed = timeline.filter(({ event }) => event === "deidentification.revealed");
    expect(revealed).toMatchObject([{ actor: "admin", detail: { instances: [2] } }]);
    expect(JSON.stringify(revealed)).not.toContain("SMALL");
  });

  test.each([
    ["of an instance that is not there", { instance: 3 }, 404, "api.not-found"],
    ["of an instance by another name", { instance: "1.2.3" }, 400, "api.invalid"],
  ])("%s is refused", async (_, body, status, code) => {
    expect(await preview(body)).toMatchObject({ status, body: { code } });
  });

  test("is for admins, and for nobody who is not signed in", async () => {
    const stranger = new ApiClient(hub.http.port);
    const { status } = await stranger.call("POST", `/api/studies/${id}/deidentification-preview`, {});
    expect(status).toBe(401);
  });
});

describe("a study that de-identification holds", () => {
  test("has no copy and no order, and says what a person should look at", async () => {
    const { steps, orders, study } = await studyWhere(api, id, () => true);
    expect(study.status).toBe("held");
    expect(orders).toEqual([]);
    expect(steps).toMatchObject([
      { phase: "deidentify", state: "held", lines: [{ id: "burned-in", verdict: "fail" }] },
    ]);
    expect(readdirSync(join(site.folder, "data/files/deidentified"))).toEqual([]);
  });

  test.each([
    ["by a line that did not hold it", { lines: ["other"], reason: "Looked." }, 400, "api.unknown-line"],
    ["without a reason", { lines: ["burned-in"], reason: "" }, 400, "api.invalid"],
    [
      "by a reason that names the patient",
      { lines: ["burned-in"], reason: "Sam Small agreed." },
      400,
      "deidentification.reason-names-patient",
    ],
    ["without a line", { lines: [], reason: "Looked." }, 400, "api.invalid"],
  ])("is not released %s", async (_, body, status, code) => {
    expect(await release(body)).toMatchObject({ status, body: { code } });
    expect((await heldStep()).state).toBe("held");
  });

  test("is not released by the id of another thing", async () => {
    expect(await release({ lines: ["burned-in"], reason: "Looked." }, id)).toMatchObject({ status: 404 });
  });

  test("goes out after an admin released the line with a reason, which the journal keeps", async () => {
    const reason = "Only the field of view is drawn.";
    expect((await release({ lines: ["burned-in"], reason })).status).toBe(204);
    const { steps, timeline } = await studyWhere(api, id, ({ status }) => status === "processed");
    expect(steps[0]).toMatchObject({ state: "done", attempt: 2, lines: [{ verdict: "bypassed" }] });
    const entries = timeline.filter(({ event }) => event === "deidentification.released");
    expect(entries).toMatchObject([
      { actor: "admin", stepId: steps[0]!.id, detail: { lines: ["burned-in"], reason } },
    ]);
    expect(await release({ lines: ["burned-in"], reason })).toMatchObject({
      status: 409,
      body: { code: "api.not-held" },
    });
  });

  test("leaves nothing about the patient in the log", () => {
    const log = readFileSync(join(site.folder, "data/logs/hub.log"), "utf8");
    expect(log).not.toMatch(/Small\^|SMALL-1|ACC-IMAGE/);
  });
});
