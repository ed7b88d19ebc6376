// Data that an order cannot be run with: the order fails with a report that says why, and nothing of the data is kept.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { derivedUid } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { zipOf } from "../support/archives.ts";
import { refusalOf, sha256Of } from "../support/desk-client.ts";
import { type DeskSite, deskConfig, openDeskSite, studyFiles, studyZip } from "../support/desk-site.ts";
import { smallFile } from "../support/small-dicom.ts";

let site: DeskSite;
beforeAll(async () => {
  site = await openDeskSite();
});
afterAll(() => site.stop());

const zeros = Buffer.alloc(100);
const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 4);

describe("a data set", () => {
  test.each([
    ["of two studies", "desk.several-studies", () => zipOf(twoStudies())],
    ["that is no archive and no image", "upload.not-recognized", async () => zeros],
    ["without any image", "upload.not-recognized", () => zipOf([{ path: "a", bytes: zeros }])],
    ["whose directory is damaged", "upload.archive-damaged", async () => cut(await studyZip("x"))],
    ["with an image that is cut short", "intake.truncated", () => zipOf(withCut())],
    ["with an image that is empty", "upload.empty-file", () => zipOf(withEmpty())],
    ["of another study than announced", "desk.other-study", () => studyZip("other")],
  ])("%s fails", async (_what, code, made) => {
    const desk = site.client();
    const studyUid = code === "desk.other-study" ? derivedUid("small study", "announced") : undefined;
    const { id } = await desk.place({ studyUid });
    await desk.deliver(id, await made());
    const failed = await desk.failed(id);
    expect(failed).toMatchObject({ failure: { code }, hasData: false });
    expect(failed.results).toMatchObject([{ kind: "failure", product: "quick-report", error: { code } }]);
    const summary = failed.results[0]!.files.find(({ name }) => name === "summary")!;
    const file = await desk.file("open", { orderId: id }, { name: "summary", kind: "failure" });
    expect(sha256Of(file.content)).toBe(summary.sha256);
    expect(file.content.toString()).toContain(code);
    expect(file.content.toString()).toContain(id);
    expect(await desk.ask("quality", id)).toMatchObject({ verdict: "fail", lines: [{ id: code }] });
    expect(await refusalOf(desk.ask("cancel", { orderId: id }))).toBe("desk.too-late");
    await nothingIsKept(id);
  });

  test("of another patient than announced fails, and one of the announced patient does not", async () => {
    const desk = site.client();
    const wrong = await desk.place({ patientPseudonym: "SOMEBODY" });
    await desk.deliver(wrong.id, await studyZip("patient"));
    expect(await desk.failed(wrong.id)).toMatchObject({ failure: { code: "desk.other-patient" } });
    await nothingIsKept(wrong.id);
    const studyUid = derivedUid("small study", "patient");
    const right = await desk.place({ patientPseudonym: "SMALL-1", studyUid });
    await desk.deliver(right.id, await studyZip("patient"));
    await desk.delivered(right.id);
  });

  test("that is not what its SHA-256 promised fails, and files beside the images do no harm", async () => {
    const desk = site.client();
    const { id } = await desk.place();
    await desk.deliver(id, await studyZip("sum"), { sha256: "0".repeat(64) });
    expect(await desk.failed(id)).toMatchObject({ failure: { code: "upload.checksum" } });
    const good = await desk.place();
    const notes = { path: "notes.txt", bytes: Buffer.from("read me") };
    await desk.deliver(good.id, await zipOf([...studyFiles("sum", 2), notes]));
    await desk.delivered(good.id);
  });

  test("without age and sex fails unless the order says them", async () => {
    const desk = site.client();
    const archive = await studyZip("nobody", 2, { PatientAge: undefined, PatientSex: undefined });
    const { id } = await desk.place();
    await desk.deliver(id, archive);
    expect(await desk.failed(id)).toMatchObject({ failure: { code: "upload.no-demographics" } });
    const told = await desk.place({ metadata: { patient_age: "50", patient_sex: "M" } });
    await desk.deliver(told.id, archive);
    await desk.delivered(told.id);
  });

  /** Neither rows nor files, but for the line of the order and its report. */
  async function nothingIsKept(order: string): Promise<void> {
    const look = async () => {
      const [row] = await site.query<{ studies: number; emptied: boolean; uncleared: number }>(
        `select (select count(*)::int from study where owner = $1) as studies, emptied,
                (select count(*)::int from cloud_upload where order_id = $1::uuid and not cleared) as uncleared
           from cloud_order where id = $1::uuid`,
        order,
      );
      expect(row).toEqual({ studies: 0, emptied: true, uncleared: 0 });
    };
    await vi.waitFor(look, { timeout: 20_000, interval: 50 });
    const tree = (name: string) => readdirSync(join(site.site.folder, "data/files", name));
    expect(tree("uploads/cloud")).toEqual([]);
  }
});

describe("a study that a check holds", () => {
  test("fails with a report that names the checks, or waits for a person where the site wants that", async () => {
    const fails = await openDeskSite(deskConfig({ check: { use: "qc-dicom" } }));
    const waits = await openDeskSite({
      ...deskConfig({ check: { use: "qc-dicom" } }),
      cloud: { failedChecks: "hold" },
    });
    try {
      const desk = fails.client();
      const { id } = await desk.place();
      await desk.deliver(id, await studyZip("checked"));
      expect(await desk.failed(id)).toMatchObject({ failure: { code: "study.rejected" } });
      expect(await desk.ask("quality", id)).toMatchObject({ verdict: "fail" });
      const file = await desk.file("open", { orderId: id }, { name: "summary", kind: "failure" });
      expect(file.content.toString()).toContain("Checks that failed");
      const patient = waits.client();
      const held = await patient.place();
      await patient.deliver(held.id, await studyZip("checked"));
      const person = await patient.until(held.id, ({ info }) => info === "Waiting for a person at the hub");
      expect(person).toMatchObject({ status: "DX_STARTED" });
    } finally {
      await fails.stop();
      await waits.stop();
    }
  });
});

const twoStudies = () => [...studyFiles("one", 2), { path: "z.dcm", bytes: smallFile("two", 1) }];
const withCut = () => [...studyFiles("cut", 2), { path: "z.dcm", bytes: cut(smallFile("cut", 9)) }];
const withEmpty = () => [...studyFiles("empty", 2), { path: "z.dcm", bytes: Buffer.alloc(0) }];
