// A NIfTI study is uploaded and goes the same way as any other: stable, checked where a check can, processed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { realData } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { type PackedFile, zipOf } from "../support/archives.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { niftiFiles } from "../support/nifti-files.ts";
import { SAFE_HARBOR_ENTRY } from "../support/outbound-line.ts";
import { writeFilesInto } from "../support/outside-plugins.ts";
import { studyWhere } from "../support/study-watch.ts";
import { PACS_AE, startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { uploaded } from "../support/upload-client.ts";

/** It would say so if it were asked. */
const PROCESS_DICOM = `// process-dicom: a plugin of the time before NIfTI.
import { defineProcess, eachStep, Permanent, Settings } from "@thalamus/sdk";

export default defineProcess({
  name: "process-dicom",
  title: "DICOM only",
  summary: "Was asked, and should not be.",
  settings: Settings({}),
  needs: {},
  takes: "received",
  onInterrupted: "repeat",
  process: (steps$) =>
    steps$.pipe(
      eachStep(async () => {
        throw new Permanent("process-dicom.asked", "It was asked.");
      }),
    ),
});
`;

const REAL = realData("nifti");
const SKIPPED = REAL ? "" : " (skipped: the real data is not there)";
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

/** A whole line; other tests have nothing processed, for it takes its time. */
async function line(pacs: TestPacs): Promise<{ lineSite: TestSite; lineHub: Hub }> {
  const archive = { host: "127.0.0.1", port: pacs.port, calledAe: PACS_AE };
  const lineSite = await newSite({
    plugins: [
      DICOM_LISTENER,
      { use: "qc-dicom" },
      SAFE_HARBOR_ENTRY,
      { use: "local-processing" },
      { use: "deliver-dicom-pdf", settings: archive },
    ],
    route: {
      check: ["qc-dicom"],
      deidentify: ["deid"],
      process: [{ plugin: "local-processing", product: "dti-metrics" }],
      deliver: ["deliver-dicom-pdf"],
    },
  });
  return { lineSite, lineHub: await hubInProcess(lineSite) };
}

const without = (files: readonly PackedFile[], ending: string) =>
  files.filter(({ path }) => !path.endsWith(ending));
const replaced = (files: readonly PackedFile[], ending: string, bytes: Buffer) =>
  files.map((file) => (file.path.endsWith(ending) ? { ...file, bytes } : file));

describe("a NIfTI upload", () => {
  test("A-070 A-249 A-266 becomes a study, is de-identified, is processed to a diagnostic result, and is passed by where only DICOM is worked on", async () => {
    const pacs = await startTestPacs();
    const { lineSite, lineHub } = await line(pacs);
    const client = await ApiClient.signedIn(lineHub.http.port);
    const files = niftiFiles({ edge: 36 });
    const upload = await uploaded(client, await zipOf(files));
    expect(upload).toMatchObject({
      state: "done",
      format: "nifti",
      counts: { files: 4, stored: 4 },
      problems: [],
    });
    const [id = ""] = upload.studyIds;
    const info = await studyWhere(
      client,
      id,
      ({ status }) => status === "processed" || status === "failed",
      60_000,
    );
    expect(info.study).toMatchObject({
      format: "nifti",
      status: "processed",
      seriesCount: 1,
      modalities: ["MR"],
    });
    expect(info.study.valuesFrom).toEqual({ patientAge: "sidecar", patientSex: "sidecar" });
    expect(info.results).toMatchObject([{ kind: "diagnostic", product: "dti-metrics" }]);
    const states = Object.fromEntries(info.steps.map(({ target, state }) => [target, state]));
    expect(states).toEqual({
      "qc-dicom": "skipped",
      deid: "done",
      "local-processing": "done",
      "deliver-dicom-pdf": "skipped",
    });
    expect(pacs.received).toEqual([]);
    const { body } = await client.call("POST", `/api/studies/${id}/reveal`, {
      fields: ["patientAge", "patientSex"],
    });
    expect(body).toEqual({ patientAge: "048Y", patientSex: "F" });
    await lineHub.stop();
    await pacs.stop();
    lineSite.remove();
  });

  test("fails in words when the plugin that runs the product knows DICOM only, and that plugin is not asked", async () => {
    const only = await newSite({
      plugins: [DICOM_LISTENER, { path: "./process-dicom" }],
      route: { process: [{ plugin: "process-dicom", product: "anything" }] },
    });
    writeFilesInto(only.folder, { "process-dicom/plugin.ts": PROCESS_DICOM });
    const other = await hubInProcess(only);
    const client = await ApiClient.signedIn(other.http.port);
    const upload = await uploaded(client, await zipOf(niftiFiles()));
    const info = await studyWhere(client, upload.studyIds[0]!, ({ status }) => status === "failed");
    expect(info.steps).toMatchObject([{ target: "process-dicom", state: "rejected", code: "step.format" }]);
    expect(info.orders).toMatchObject([{ product: "anything", status: "failed" }]);
    expect(info.timeline.some(({ event }) => event === "step.rejected")).toBe(true);
    await other.stop();
    only.remove();
  });

  test("of the same images is the same study; a corrected sidecar is a new revision of it", async () => {
    const files = niftiFiles({ base: "other/name" });
    const first = await uploaded(api, await zipOf(files));
    const again = await uploaded(api, await zipOf(files.toReversed()));
    expect(again).toMatchObject({ counts: { stored: 0, duplicate: 4 }, studyIds: first.studyIds });
    const sidecar = Buffer.from(JSON.stringify({ patient_age: 49, patient_sex: "M" }));
    const corrected = await uploaded(api, await zipOf(replaced(files, ".json", sidecar)));
    expect(corrected).toMatchObject({ counts: { duplicate: 3, revised: 1 }, studyIds: first.studyIds });
    const { body } = await api.call("POST", `/api/studies/${first.studyIds[0]}/reveal`, {
      fields: ["patientAge"],
    });
    expect(body).toEqual({ patientAge: "049Y" });
  });

  test("that is incomplete is refused and says what is missing", async () => {
    const files = niftiFiles();
    for (const ending of [".bval", ".bvec", ".json"]) {
      const upload = await uploaded(api, await zipOf(without(files, ending)));
      expect(upload).toMatchObject({ state: "failed", code: "upload.nifti-incomplete", studyIds: [] });
      expect(upload.message).toContain(ending === ".json" ? "JSON sidecar" : ending);
    }
  });

  test("whose table does not fit its image is refused", async () => {
    const files = replaced(niftiFiles(), ".bval", Buffer.from("0 1000 1000\n"));
    expect(await uploaded(api, await zipOf(files))).toMatchObject({
      state: "failed",
      code: "upload.nifti-mismatch",
    });
  });

  test("X-040 whose files have different names is taken with a warning when there is one of each", async () => {
    const files = niftiFiles({ base: "a" }).map((file) =>
      file.path.endsWith(".bval") ? { ...file, path: "b.bval" } : file,
    );
    const upload = await uploaded(api, await zipOf(files));
    expect(upload).toMatchObject({ state: "done", problems: [{ code: "upload.nifti-names-differ" }] });
    expect(upload.counts.refused).toBe(0);
  });

  test("whose header lies about the length, or packs a bomb, is refused", async () => {
    const files = niftiFiles();
    const image = gunzipSync(files[0]!.bytes);
    const longer = Buffer.from(image);
    longer.writeInt16LE(100, 42);
    const cases: [string, Buffer][] = [
      ["shorter than its header says", longer],
      ["longer than its header says", Buffer.concat([image, Buffer.alloc(200_000)])],
      ["no NIfTI header", Buffer.alloc(400)],
      ["a dimension of zero", Buffer.from(image).fill(0, 44, 46)],
    ];
    for (const [why, bytes] of cases) {
      const plain = files.map((file, index) => (index === 0 ? { path: "Doe_Jane/dwi.nii", bytes } : file));
      const upload = await uploaded(api, await zipOf(plain));
      expect(upload, why).toMatchObject({ state: "failed", problems: [{ code: "upload.nifti-invalid" }] });
      expect(upload.problems[0]?.message).toContain(why);
    }
  });

  test("A-252 without age and sex anywhere is refused; the form may have them", async () => {
    const zip = await zipOf(niftiFiles({ sidecar: { AccessionNumber: "A1" } }));
    expect(await uploaded(api, zip)).toMatchObject({ state: "failed", code: "upload.no-demographics" });
    const upload = await uploaded(api, zip, { patientAge: "90+", patientSex: "male" });
    expect(upload.state).toBe("done");
    const fields = ["patientAge", "patientSex", "accessionNumber"];
    const { body } = await api.call("POST", `/api/studies/${upload.studyIds[0]}/reveal`, { fields });
    expect(body).toEqual({ patientAge: "090Y", patientSex: "M", accessionNumber: "A1" });
  });

  test("may have a converter's sidecar that says nothing of the patient, when the form does", async () => {
    const sidecar = { Modality: "MR", EchoTime: 0.09, ConversionSoftware: "dcm2niix" };
    const zip = await zipOf(niftiFiles({ edge: 7, sidecar }));
    const upload = await uploaded(api, zip, { patientAge: "48", patientSex: "F" });
    expect(upload).toMatchObject({ state: "done", counts: { stored: 4, refused: 0 }, problems: [] });
  });

  test.skipIf(!REAL)(
    `of a real series is taken, directions that are no numbers at b = 0 too${SKIPPED}`,
    async () => {
      const names = readdirSync(REAL!).filter((name) => name.startsWith("small_64D"));
      const files = names.map((name) => ({ path: name, bytes: readFileSync(join(REAL!, name)) }));
      const sidecar = { path: "small_64D.json", bytes: Buffer.from('{"PatientAge":"30","PatientSex":"M"}') };
      const upload = await uploaded(api, await zipOf([...files, sidecar]));
      expect(upload).toMatchObject({ state: "done", counts: { stored: 4 }, problems: [] });
    },
  );

  test("X-038 together with DICOM is refused before anything is taken in", async () => {
    const before = await api.call<{ total: number }>("GET", "/api/studies");
    const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), Buffer.alloc(500)]);
    const upload = await uploaded(
      api,
      await zipOf([...niftiFiles({ edge: 6 }), { path: "1.dcm", bytes: dicom }]),
    );
    expect(upload).toMatchObject({ state: "failed", code: "upload.mixed-formats", counts: { stored: 0 } });
    expect((await api.call<{ total: number }>("GET", "/api/studies")).body.total).toBe(before.body.total);
  });
});
