// What a person says about the patient with an upload: form before sidecar before DICOM, and where it shows.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { zipOf } from "../support/archives.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { smallFile } from "../support/small-dicom.ts";
import { studyWhere } from "../support/study-watch.ts";
import { uploaded } from "../support/upload-client.ts";

let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  const onlyDemographics = {
    ...{ mriSeries: false, diffusion: false, ifuCompliance: false, losslessCompression: false },
  };
  site = await newSite({
    intake: { stableAfterSeconds: 0.2 },
    plugins: [
      DICOM_LISTENER,
      { use: "qc-dicom", settings: onlyDemographics },
      {
        use: "local-processing",
        settings: { productFolders: [new URL("../support/products", import.meta.url).pathname] },
      },
    ],
    route: { check: ["qc-dicom"], process: [{ plugin: "local-processing", product: "quick-report" }] },
  });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const image = (study: string, values = {}) => ({ path: "a/1.dcm", bytes: smallFile(study, 1, values) });
const sidecar = (values: unknown) => ({ path: "a/info.json", bytes: Buffer.from(JSON.stringify(values)) });
const FIELDS = ["studyName", "patientAge", "patientSex", "accessionNumber", "patientName"];

async function revealed(studyId: string | undefined) {
  const { body } = await api.call("POST", `/api/studies/${studyId}/reveal`, { fields: FIELDS });
  return body;
}

describe("values of an upload", () => {
  test("A-244 A-245 A-246 A-253 form goes before sidecar, sidecar before DICOM; A-243 the study has its name", async () => {
    const zip = await zipOf([
      image("precedence"),
      sidecar({ patientAge: "41", PatientSex: "M", accession_number: "ACC-SIDE", institution: "x" }),
    ]);
    const form = { studyName: "Trial 7: week 2/4", patientAge: "42" };
    const upload = await uploaded(api, zip, form);
    expect(upload).toMatchObject({ state: "done", counts: { files: 2, stored: 1 }, problems: [] });
    const [id] = upload.studyIds;
    expect(await revealed(id)).toEqual({
      studyName: "Trial 7: week 2/4",
      patientAge: "042Y",
      patientSex: "M",
      accessionNumber: "ACC-SIDE",
      patientName: "Small^Sam",
    });
    const { study, timeline } = await studyWhere(api, id!, () => true);
    const from = { studyName: "form", patientAge: "form", patientSex: "sidecar", accessionNumber: "sidecar" };
    expect(study.valuesFrom).toEqual(from);
    const line = timeline.find(({ event }) => event === "study.values-supplied");
    expect(line).toMatchObject({ actor: "admin", detail: { upload: upload.id, from } });
  });

  test("A-252 missing in the images and everywhere else refuse the upload, and nothing is taken in", async () => {
    const zip = await zipOf([image("nobody", { PatientAge: undefined, PatientSex: undefined })]);
    const upload = await uploaded(api, zip);
    expect(upload).toMatchObject({ state: "failed", code: "upload.no-demographics", studyIds: [] });
    expect(upload.message).toContain("age and sex");
  });

  test("A-303 let a study pass its check whose images lack them, also when it was held before", async () => {
    const bytes = smallFile("held", 1, { PatientAge: "twelve" });
    const held = await uploaded(api, bytes);
    await studyWhere(api, held.studyIds[0]!, ({ status }) => status === "held");
    const again = await uploaded(api, bytes, { patientAge: "12" });
    expect(again).toMatchObject({ studyIds: held.studyIds, counts: { duplicate: 1, stored: 0 } });
    const passed = await studyWhere(api, held.studyIds[0]!, ({ status }) => status === "processed");
    expect(passed.study).toMatchObject({ revision: 2, instanceCount: 1 });
    const lines = passed.steps.filter(({ state }) => state === "done").flatMap((step) => step.lines);
    expect(lines.find(({ id }) => id === "A-303")).toMatchObject({ verdict: "pass" });
    // the same once more is nothing new
    await uploaded(api, bytes, { patientAge: "12" });
    const { study } = await studyWhere(api, held.studyIds[0]!, ({ status }) => status === "processed");
    expect(study.revision).toBe(2);
  });

  test("A-248 chosen products are run", async () => {
    const upload = await uploaded(api, await zipOf([image("products")]), { products: ["quick-report"] });
    const { orders, timeline } = await studyWhere(
      api,
      upload.studyIds[0]!,
      ({ status }) => status === "processed",
    );
    expect(orders.map(({ product }) => product)).toEqual(["quick-report"]);
    expect(timeline.some(({ event }) => event === "study.products-chosen")).toBe(true);
    const unknown = await api.call("POST", "/api/uploads", { products: ["no-such-product"] });
    expect(unknown).toMatchObject({ status: 400, body: { code: "upload.unknown-product" } });
  });

  test("of one patient are not written to the studies of two", async () => {
    const zip = await zipOf([image("one"), { ...image("two"), path: "b/1.dcm" }]);
    expect(await uploaded(api, zip, { patientAge: "20" })).toMatchObject({ code: "upload.several-studies" });
    const plain = await uploaded(api, zip);
    expect(plain.state).toBe("done");
    expect(plain.studyIds).toHaveLength(2);
  });

  test("in a form that breaks the rules are refused with the field", async () => {
    const wrong = [
      { studyName: "abc" },
      { studyName: "      " },
      { accessionNumber: "  " },
      { studyName: "Doe, Jane" },
      { patientAge: "old" },
      { patientAge: "131" },
      { patientSex: "X" },
      { accessionNumber: "12345678901234567" },
      { accessionNumber: "a\\b" },
      { unknown: "x" },
      { sha256: "12" },
    ];
    for (const form of wrong) {
      const answer = await api.call("POST", "/api/uploads", form);
      expect(answer, JSON.stringify(form)).toMatchObject({ status: 400, body: { code: "api.invalid" } });
    }
  });

  test("X-042 in a sidecar may hold any characters; what cannot be read is refused without being shown", async () => {
    const odd = await uploaded(api, await zipOf([image("odd"), sidecar({ AccessionNumber: "Ä'\"<;%$ü/1" })]));
    expect(odd.state).toBe("done");
    expect(await revealed(odd.studyIds[0])).toMatchObject({ accessionNumber: "Ä'\"<;%$ü/1" });
    for (const values of [
      { PatientAge: "CANARY" },
      { PatientSex: "CANARY" },
      { AccessionNumber: "CANARY\\CANARY" },
    ]) {
      const bad = await uploaded(api, await zipOf([image("bad sidecar"), sidecar(values)]));
      expect(bad).toMatchObject({ state: "failed", code: "upload.sidecar-invalid" });
      expect(JSON.stringify(bad)).not.toContain("CANARY");
    }
  });

  test("are not looked for in other JSON files, which are told as left out", async () => {
    const other = { path: "a/acquisition.json", bytes: Buffer.from(JSON.stringify({ EchoTime: 0.09 })) };
    const upload = await uploaded(api, await zipOf([image("other json"), other]));
    expect(upload).toMatchObject({ state: "done", problems: [{ position: 2, code: "upload.not-sidecar" }] });
  });

  test("A-267 have a template that the hub itself reads, and a schema", async () => {
    const response = await api.fetch("/api/uploads/sidecar-template");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="sidecar.json"');
    const upload = await uploaded(api, await zipOf([image("template"), sidecar(await response.json())]));
    expect(await revealed(upload.studyIds[0])).toMatchObject({
      patientAge: "048Y",
      accessionNumber: "ACC-IMAGE",
    });
    const { body } = await api.call("GET", "/api/uploads/sidecar-schema");
    expect(body["properties"]).toHaveProperty("patient_age");
  });
});
