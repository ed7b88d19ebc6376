// A study that its checks hold: bypassed with a reason, corrected and checked again, reported on.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import { Step } from "../../core/database/entities/step.ts";
import { zipOf } from "../support/archives.ts";
import { niftiFiles } from "../support/nifti-files.ts";
import { heldStudy, type QualitySite, qualitySite } from "../support/quality-site.ts";
import { studyWhere } from "../support/study-watch.ts";
import { uploaded } from "../support/upload-client.ts";

const REASON = "Protocol agreed with the reading physician.";
const MISSING = "00000000-0000-4000-8000-000000000000";
let line: QualitySite;

beforeAll(async () => {
  line = await qualitySite();
});
afterAll(() => line.close());

const ended = (id: string) => studyWhere(line.api, id, ({ status }) => status === "processed");

interface Bypassed {
  readonly steps: { readonly target: string; readonly state: string }[];
}
interface Report {
  readonly verdict: string;
  readonly summary: string;
  readonly consequences: string[];
  readonly checks: { check: string; rules: object; bypass: object | null; lines: { verdict: string }[] }[];
}
const reportOf = async (id: string) =>
  (await line.api.call<Report>("GET", `/api/studies/${id}/qc-report`)).body;

describe("A-240 A-241 a bypass", () => {
  test("A-240 A-241 tells the consequences before and after, lets the study go on, and marks the failed lines", async () => {
    const { id, step } = await heldStudy(line.api, "bypassed");
    const address = `/api/steps/${step.id}/bypass`;
    const before = await line.api.call<{ lines: { id: string }[]; consequences: string[] }>("GET", address);
    expect(before.body.lines.map((one) => one.id)).toEqual(["A-301", "A-302"]);
    expect(before.body.consequences.join(" ")).toMatch(
      /extra charges.*incomplete or fail.*unreliable or non-diagnostic/,
    );
    const done = await line.api.call("POST", address, { reason: `  ${REASON} ` });
    expect(done).toMatchObject({ status: 200, body: { consequences: before.body.consequences } });
    const info = await ended(id);
    const passed = info.steps.find((one) => one.id === step.id)!;
    expect(passed.state).toBe("done");
    expect(passed.bypass).toMatchObject({ by: "admin", reason: REASON, lines: ["A-301", "A-302"] });
    const verdicts = Object.fromEntries(passed.lines.map((one) => [one.id, one.verdict]));
    expect(verdicts).toMatchObject({ "A-301": "bypassed", "A-302": "bypassed", "A-303": "pass" });
    expect(info.timeline.find(({ event }) => event === "step.bypassed")).toMatchObject({
      actor: "admin",
      detail: { target: "qc-dicom", reason: REASON, lines: ["A-301", "A-302"] },
    });
    expect((await line.api.call("POST", address, { reason: REASON })).body).toMatchObject({
      code: "qc.not-held",
    });
  });

  test("A-240 is refused without a reason, with one that names the patient, and for a step that waits for nobody", async () => {
    const { step } = await heldStudy(line.api, "unreasoned", { PatientBirthDate: "19580317" });
    const bypass = (reason?: string, id = step.id) =>
      line.api.call("POST", `/api/steps/${id}/bypass`, { reason });
    expect(await bypass()).toMatchObject({ status: 400, body: { code: "api.invalid" } });
    expect(await bypass("because")).toMatchObject({ status: 400, body: { code: "api.invalid" } });
    expect(await bypass("     a     ")).toMatchObject({ status: 400, body: { code: "qc.reason-too-short" } });
    expect(await bypass("x".repeat(501))).toMatchObject({ status: 400 });
    for (const text of [
      "Mr. SMALL is well known here",
      "Born 17.03.1958, known here",
      "Known as Small-1 here",
    ]) {
      const refused = await bypass(text);
      expect(refused).toMatchObject({ status: 400, body: { code: "qc.reason-names-patient" } });
      expect(JSON.stringify(refused.body)).not.toContain("1958");
    }
    expect(await bypass(REASON, MISSING)).toMatchObject({ status: 404, body: { code: "api.not-found" } });
    const { body } = await line.api.call<{ steps: { state: string }[] }>("GET", `/api/study-info/${step.id}`);
    expect(body).toMatchObject({ code: "api.not-found" });
  });

  test("A-285 of a study is one call for all the checks that hold it", async () => {
    const { id, step } = await heldStudy(line.api, "bypassed whole");
    const orm = await connect(line.site.databaseUrl);
    const em = orm.em.fork();
    const { study, revision, phase, outcome } = await em.findOneOrFail(Step, step.id);
    em.create(Step, {
      id: randomUUID(),
      study,
      revision,
      phase,
      outcome,
      target: "second-look",
      state: "held",
    });
    await em.flush();
    await orm.close();
    const bypass = (body: object) => line.api.call<Bypassed>("PUT", "/api/bypass-qc", body);
    expect(await bypass({ id })).toMatchObject({ status: 400, body: { code: "api.invalid" } });
    const named = await bypass({ id, reason: "Mr. SMALL is well known here" });
    expect(named).toMatchObject({ status: 400, body: { code: "qc.reason-names-patient" } });
    expect(await bypass({ id: MISSING, reason: REASON })).toMatchObject({ status: 404 });
    const done = await bypass({ id, reason: REASON });
    expect(done).toMatchObject({
      status: 200,
      body: { consequences: [{}, {}, {}].map(() => expect.any(String)) },
    });
    expect(done.body.steps.map(({ target, state }) => `${target} ${state}`).toSorted()).toEqual([
      "qc-dicom done",
      "second-look done",
    ]);
    const { timeline } = await ended(id);
    const told = timeline.filter(({ event }) => event === "step.bypassed");
    expect(told.map(({ actor, detail }) => [actor, detail["reason"]])).toEqual([
      ["admin", REASON],
      ["admin", REASON],
    ]);
    expect(await bypass({ id, reason: REASON })).toMatchObject({
      status: 409,
      body: { code: "qc.not-held" },
    });
  });

  test("of a study that was bypassed while its checks are asked for again is one or the other", async () => {
    const { id, step } = await heldStudy(line.api, "both at once");
    const answers = await Promise.all([
      line.api.call("POST", `/api/steps/${step.id}/bypass`, { reason: REASON }),
      line.api.call("POST", `/api/studies/${id}/checks`),
    ]);
    const taken = answers.filter(({ status }) => status < 300);
    expect(taken).toHaveLength(1);
    await studyWhere(
      line.api,
      id,
      ({ status }) => status === (taken[0]!.status === 200 ? "processed" : "held"),
    );
  });
});

describe("X-036 X-037 a correction of age or sex", () => {
  test("A-303 X-036 X-037 is stored in standard form, journalled without the values, and counts when checks run again", async () => {
    const { id, step } = await heldStudy(line.api, "corrected", { PatientAge: "oldish", PatientSex: "O" });
    expect(step.lines.find((one) => one.id === "A-303")?.verdict).toBe("fail");
    const correct = (body: object) => line.api.call("POST", `/api/studies/${id}/demographics`, body);
    expect(await correct({ patientAge: "fifty" })).toMatchObject({
      status: 400,
      body: { code: "qc.value-invalid" },
    });
    expect(await correct({ patientSex: "X" })).toMatchObject({
      status: 400,
      body: { code: "qc.value-invalid" },
    });
    expect(await correct({})).toMatchObject({ status: 400, body: { code: "api.invalid" } });
    expect(await correct({ patientAge: "90+", patientSex: "female" })).toMatchObject({ status: 204 });
    const fields = ["patientAge", "patientSex"];
    const revealed = await line.api.call("POST", `/api/studies/${id}/reveal`, { fields });
    expect(revealed.body).toEqual({ patientAge: "090Y", patientSex: "F" });
    expect(await line.api.call("POST", `/api/studies/${id}/checks`)).toMatchObject({
      status: 202,
      body: { steps: 1 },
    });
    const again = await studyWhere(line.api, id, ({ status }) => status === "held");
    const after = again.steps.find((one) => one.id === step.id)!;
    expect(after.lines.find((one) => one.id === "A-303")).toMatchObject({
      verdict: "pass",
      found: "Age was given beside the images; Sex was given beside the images",
    });
    expect(again.study.valuesFrom).toEqual({ patientAge: "correction", patientSex: "correction" });
    const told = again.timeline.find(({ event }) => event === "study.demographics-corrected");
    expect(told).toMatchObject({ actor: "admin", detail: { fields } });
    expect(JSON.stringify(again.timeline)).not.toMatch(/090Y|female/);
    expect(again.timeline.some(({ event }) => event === "step.run-again")).toBe(true);
  });

  test("is refused once the study went on, and checks that hold nothing are not run again", async () => {
    const { id, step } = await heldStudy(line.api, "gone on");
    await line.api.call("POST", `/api/steps/${step.id}/bypass`, { reason: REASON });
    await ended(id);
    const late = await line.api.call("POST", `/api/studies/${id}/demographics`, { patientAge: "50" });
    expect(late).toMatchObject({ status: 409, body: { code: "qc.study-went-on" } });
    const again = await line.api.call("POST", `/api/studies/${id}/checks`);
    expect(again).toMatchObject({ status: 409, body: { code: "qc.not-held" } });
    expect(await line.api.call("POST", `/api/studies/${MISSING}/checks`)).toMatchObject({ status: 404 });
  });
});

describe("without a destination", () => {
  /** The study when its result is there, and the report as it is saved and as it is shown. */
  const fetched = async (id: string, status: string) => {
    const info = await vi.waitFor(
      async () => {
        const seen = await studyWhere(line.api, id, (study) => study.status === status);
        expect(seen.results).toHaveLength(1);
        return seen;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(info.steps.some(({ phase }) => phase === "deliver")).toBe(false);
    const { id: result, kind } = info.results[0]!;
    const saved = await line.api.fetch(`/api/results/${result}/files/report?download=true`);
    const shown = await line.api.fetch(`/api/reports?resultId=${result}`);
    const bytes = Buffer.from(await shown.arrayBuffer());
    expect(bytes.equals(Buffer.from(await saved.arrayBuffer()))).toBe(true);
    return {
      kind,
      type: shown.headers.get("content-type"),
      start: bytes.toString("latin1", 0, 5),
      savedAs: saved.headers.get("content-disposition"),
      order: info.orders[0]!.id,
    };
  };

  test("A-192 A-288 a result goes nowhere, and is there to be fetched by hand", async () => {
    const { id, step } = await heldStudy(line.api, "fetched");
    await line.api.call("POST", `/api/steps/${step.id}/bypass`, { reason: REASON });
    const { order, ...report } = await fetched(id, "processed");
    expect(report).toEqual({
      ...{ kind: "diagnostic", type: "application/pdf", start: "%PDF-" },
      savedAs: `attachment; filename="${order}_report.pdf"`,
    });
  });

  test("A-196 a failure report goes nowhere, and is there to be fetched by hand", async () => {
    const { id } = await heldStudy(line.api, "failed");
    await line.api.call("POST", `/api/studies/${id}/reject`, { reason: REASON });
    const { order, ...report } = await fetched(id, "failed");
    expect(report).toEqual({
      ...{ kind: "failure", type: "application/pdf", start: "%PDF-" },
      savedAs: `attachment; filename="${order}_failure.pdf"`,
    });
  });
});

describe("the report", () => {
  test("A-156 as JSON has verdict, lines, rule set and version, and who let what pass", async () => {
    const { id, step } = await heldStudy(line.api, "reported");
    expect(await reportOf(id)).toMatchObject({
      verdict: "fail",
      consequences: [],
      study: { id, revision: 1, format: "dicom" },
      checks: [
        { check: "qc-dicom", state: "held", rules: { name: "general-dti", version: "1.0" }, bypass: null },
        { check: "qc-nifti", state: "skipped", lines: [] },
      ],
    });
    await line.api.call("POST", `/api/steps/${step.id}/bypass`, { reason: REASON });
    const after = await reportOf(id);
    expect(after).toMatchObject({
      verdict: "bypassed",
      checks: [{ bypass: { by: "admin", reason: REASON } }, {}],
    });
    expect(after.consequences).toHaveLength(3);
    const text = JSON.stringify(after);
    for (const canary of ["Small", "SMALL", "ACC-IMAGE", "030Y", "20260102"])
      expect(text).not.toContain(canary);
  });

  test("as a PDF is one, to be shown or saved under a name that tells nothing", async () => {
    const { id } = await heldStudy(line.api, "printed");
    const response = await line.api.fetch(`/api/studies/${id}/qc-report?format=pdf&download=true`);
    expect(response.headers.get("content-type")).toContain("application/pdf");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="${id.slice(0, 8)}_qc-report.pdf"`,
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString("latin1", 0, 5)).toBe("%PDF-");
    expect(bytes.length).toBeGreaterThan(2000);
    expect(await line.api.call("GET", `/api/studies/${MISSING}/qc-report`)).toMatchObject({ status: 404 });
  });

  test("A-306 A-307 A-308 of a NIfTI study is made by qc-nifti, and qc-dicom is skipped", async () => {
    const upload = await uploaded(line.api, await zipOf(niftiFiles()));
    const [id = ""] = upload.studyIds;
    await studyWhere(line.api, id, ({ status }) => status === "processed" || status === "failed");
    const { verdict, checks } = await reportOf(id);
    expect(verdict).toBe("pass");
    expect(checks).toMatchObject([
      { check: "qc-nifti", state: "done" },
      { check: "qc-dicom", state: "skipped" },
    ]);
    expect(checks[0]!.lines.map((one) => one.verdict)).toEqual(Array(6).fill("pass"));
  });
});
