// A dry run replays a rule set over past studies and tells the difference; nothing is changed by it.
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { DryRunInfo } from "../../core/http/routes/quality-shapes.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess } from "../support/hub-in-test.ts";
import { heldStudy, type QualitySite, qualitySite } from "../support/quality-site.ts";
import { studyWhere } from "../support/study-watch.ts";

type Run = Static<typeof DryRunInfo>;
const LENIENT = { name: "lenient", version: "1", title: "Lenient" };
let line: QualitySite;

beforeAll(async () => {
  line = await qualitySite({ diffusion: false });
});
afterAll(() => line.close());

async function runOf(body: object): Promise<Run> {
  const started = await line.api.call<Run>("POST", "/api/qc/dry-run", body);
  expect(started).toMatchObject({ status: 202, body: { state: "running" } });
  let run = started.body;
  const look = async () => {
    run = (await line.api.call<Run>("GET", `/api/qc/dry-run/${run.id}`)).body;
    if (run.state === "running") throw new Error("it goes on");
  };
  await vi.waitFor(look, { timeout: 20_000, interval: 20 });
  return run;
}

describe("a dry run", () => {
  test("tells check by check what would change, study by study, and changes nothing", async () => {
    const studies = [await heldStudy(line.api, "dry one"), await heldStudy(line.api, "dry two")];
    const settings = { diffusion: true, ownProfile: { ...LENIENT, images: { min: 1, otherwise: "fail" } } };
    const run = await runOf({ plugin: "qc-dicom", settings });
    expect(run).toMatchObject({ state: "done", total: 2, done: 2, unreadable: 0 });
    const check = (id: string) => run.checks.find((one) => one.id === id);
    expect(check("A-301")).toMatchObject({
      same: 0,
      changes: [{ was: "fail", wouldBe: "pass", studies: 2 }],
    });
    expect(check("A-302")).toMatchObject({ changes: [{ was: "bypassed", wouldBe: "fail", studies: 2 }] });
    expect(check("A-303")).toMatchObject({ same: 2, changes: [] });
    expect(run.studies.map(({ studyId }) => studyId).toSorted()).toEqual(
      studies.map(({ id }) => id).toSorted(),
    );
    expect(run.studies[0]).toMatchObject({ was: "held", wouldBe: "held" });
    for (const { id, step } of studies) {
      const info = await studyWhere(line.api, id, ({ status }) => status === "held");
      expect(info.steps.find((one) => one.id === step.id)).toMatchObject({
        attempt: 1,
        rules: { name: "general-dti" },
      });
    }
  });

  test("takes a rule set by its name, and no more studies than it is told", async () => {
    await heldStudy(line.api, "dry three");
    const run = await runOf({ plugin: "qc-dicom", profile: "neuropacs-2026-05", limit: 1 });
    expect(run).toMatchObject({ state: "done", total: 1 });
    expect(run.checks.find(({ id }) => id === "A-304.tr")).toMatchObject({
      changes: [{ was: "absent", wouldBe: "not-run", studies: 1 }],
    });
    const future = await runOf({ plugin: "qc-dicom", since: "2999-01-01T00:00:00Z" });
    expect(future).toMatchObject({ state: "done", total: 0 });
  });

  test("is refused in words for wrong settings, a rule set that is not there, and a plugin that checks nothing", async () => {
    const start = (body: object) => line.api.call("POST", "/api/qc/dry-run", body);
    const wrong = await start({ plugin: "qc-dicom", settings: { mriSeries: "yes" } });
    expect(wrong).toMatchObject({ status: 400, body: { code: "qc.bad-settings" } });
    expect(wrong.body["message"]).toContain("mriSeries must be boolean");
    const none = await start({ plugin: "qc-dicom", profile: "no-such-set" });
    expect(none).toMatchObject({ status: 400, body: { code: "qc.bad-settings" } });
    expect(none.body["message"]).toContain('no rule set "no-such-set"');
    expect(await start({ plugin: "local-processing" })).toMatchObject({
      status: 404,
      body: { code: "qc.no-check" },
    });
    const shown = await start({ plugin: "qc-dicom", profile: "/etc/passwd" });
    expect(shown.body["message"]).not.toContain("root");
    const unknown = "/api/qc/dry-run/00000000-0000-4000-8000-000000000000";
    expect(await line.api.call("GET", unknown)).toMatchObject({ status: 404 });
  });

  test("runs alone, and can be cancelled; what it found stays", async () => {
    for (const name of ["a", "b", "c"]) await heldStudy(line.api, `many ${name}`);
    const [first, second] = await Promise.all([
      line.api.call<Run>("POST", "/api/qc/dry-run", { plugin: "qc-dicom" }),
      line.api.call<Run>("POST", "/api/qc/dry-run", { plugin: "qc-dicom" }),
    ]);
    const codes = [first, second].map(({ status }) => status).toSorted();
    expect(codes).toEqual([202, 409]);
    const run = first.status === 202 ? first.body : second.body;
    const { body } = await line.api.call<Run>("DELETE", `/api/qc/dry-run/${run.id}`);
    expect(["cancelled", "done"]).toContain(body.state);
    expect(body.endedAt).not.toBeNull();
    expect((await line.api.call<Run>("GET", `/api/qc/dry-run/${run.id}`)).body).toEqual(body);
  });

  test("is told and cancelled by any hub of the database, and found after its hub is gone", async () => {
    const other = await hubInProcess(line.site);
    try {
      const api = await ApiClient.signedIn(other.http.port);
      const { body: begun } = await api.call<Run>("POST", "/api/qc/dry-run", { plugin: "qc-dicom" });
      const seen = await line.api.call<Run>("GET", `/api/qc/dry-run/${begun.id}`);
      expect(seen).toMatchObject({ status: 200, body: { id: begun.id, plugin: "qc-dicom" } });
      const { body: ended } = await line.api.call<Run>("DELETE", `/api/qc/dry-run/${begun.id}`);
      expect(["cancelled", "done"]).toContain(ended.state);
      expect((await api.call<Run>("GET", `/api/qc/dry-run/${begun.id}`)).body).toEqual(ended);
      await other.stop();
      expect((await line.api.call<Run>("GET", `/api/qc/dry-run/${begun.id}`)).body).toEqual(ended);
    } finally {
      await other.stop();
    }
  });
});
