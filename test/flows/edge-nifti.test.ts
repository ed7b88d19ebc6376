// A NIfTI study on its way: uploaded at the edge, de-identified, measured in a cloud of either generation, and back again.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PackedFile, zipOf } from "../support/archives.ts";
import { ALIAS, CloudApiSite } from "../support/cloud-api-site.ts";
import { EdgeSite } from "../support/edge-site.ts";
import { niftiFiles } from "../support/nifti-files.ts";
import { studyWhere } from "../support/study-watch.ts";
import { uploaded } from "../support/upload-client.ts";

const CANARIES = ["QZXWVK", "JANE-DESCRIP", "MRN-771133", "ACC-5571"];
const SIDECAR = {
  ...{ PatientAge: "48", PatientSex: "Female", PatientName: "QZXWVK^Jane", PatientID: "MRN-771133" },
  ...{ AccessionNumber: "ACC-5571", SeriesDescription: "dti 12 dir of QZXWVK", EchoTime: 0.09 },
  ...{ Manufacturer: "Siemens", AcquisitionDateTime: "2024-04-12T10:20:30.5" },
};

/** A head that the product measures, with a name in its header and in all of its files. */
function headOf(edge: number): PackedFile[] {
  const files = niftiFiles({ edge, base: "QZXWVK_Jane/dwi", sidecar: SIDECAR });
  return files.map((file) => {
    if (!file.path.endsWith(".nii.gz")) return file;
    const image = gunzipSync(file.bytes);
    image.write("JANE-DESCRIP", 148, "latin1");
    return { ...file, bytes: gzipSync(image) };
  });
}

let cloud: CloudApiSite;
beforeAll(async () => {
  cloud = await CloudApiSite.open();
}, 60_000);
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
});

/** Everything the cloud has on its disk, unpacked too. */
function contentsOf(folder: string): Buffer[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .flatMap(({ parentPath, name }) => {
      const bytes = readFileSync(join(parentPath, name));
      return bytes[0] === 0x1f && bytes[1] === 0x8b
        ? [Buffer.from(name), bytes, gunzipSync(bytes)]
        : [Buffer.from(name), bytes];
    });
}

describe.each([
  { generation: "2", product: "dti-metrics", edge: 36 },
  { generation: "1", product: ALIAS, edge: 35 },
])("over generation $generation", ({ generation, product, edge: size }) => {
  let edge: EdgeSite;
  beforeAll(async () => {
    const { id, secret } = await cloud.key();
    const settings = { clientId: id, clientSecret: secret, generation, products: { "dti-metrics": product } };
    edge = await EdgeSite.start({ cloudUrl: cloud.url, products: ["dti-metrics"], cloud: settings });
  }, 60_000);
  afterAll(async () => {
    await edge?.[Symbol.asyncDispose]();
  });

  test("A-070 X-032 goes out without its patient, and its report comes back to it", {
    timeout: 120_000,
  }, async () => {
    const upload = await uploaded(edge.api, await zipOf(headOf(size)));
    const [id = ""] = upload.studyIds;
    const isOver = ({ status }: { status: string }) => ["processed", "failed", "delivered"].includes(status);
    const info = await studyWhere(edge.api, id, isOver, 100_000);
    const states = Object.fromEntries(info.steps.map(({ target, state, code }) => [target, code ?? state]));
    // a PACS takes no report on a study that it does not have
    expect(states).toEqual({ deid: "done", cloud: "done", pacs: "skipped" });
    expect(info.results).toMatchObject([{ kind: "diagnostic", product: "dti-metrics" }]);
    const { body: copies } = await edge.api.call<{ data: object[] }>("GET", `/api/studies/${id}/copies`);
    expect(copies.data).toMatchObject([{ files: 4, manifest: { number: 1 } }]);
    expect(info.timeline.some(({ event }) => event === "study.passed-without-deidentification")).toBe(false);
  });

  test("leaves nothing of the patient in the cloud", () => {
    const contents = contentsOf(cloud.site.folder);
    expect(contents.some((bytes) => bytes.includes("EchoTime"))).toBe(true);
    const found = CANARIES.filter((canary) => contents.some((bytes) => bytes.includes(canary)));
    expect(found).toEqual([]);
  });

  test("A-070 is shown field by field before it happens, values only to who asks for them", async () => {
    const { body: list } = await edge.api.call<{ data: { id: string }[] }>("GET", "/api/studies");
    const address = `/api/studies/${list.data[0]!.id}/deidentification-preview`;
    const look = async (reveal: boolean) =>
      (await edge.api.call<PreviewBody>("POST", address, { reveal })).body.files.flatMap(
        ({ elements }) => elements,
      );
    const { files } = (await edge.api.call<PreviewBody>("POST", address, {})).body;
    expect(files.map(({ role, series }) => `${role} ${series}`).toSorted()).toEqual([
      "bval 1",
      "bvec 1",
      "image 1",
      "sidecar 1",
    ]);
    const covered = await look(false);
    const byPath = Object.fromEntries(covered.map((row) => [row.path, row]));
    expect(byPath["descrip"]).toMatchObject({ action: "empty", changed: true, before: null });
    expect(byPath["EchoTime"]).toMatchObject({ action: "keep", changed: false });
    expect(byPath["SeriesDescription"]).toMatchObject({ action: "clean", rule: "A-097" });
    expect(byPath["voxels"]).toMatchObject({ action: "keep" });
    expect(JSON.stringify(covered)).not.toMatch(/QZXWVK|Patient(Name|ID)/);
    const shown = await look(true);
    expect(shown.find(({ path }) => path === "SeriesDescription")).toMatchObject({
      before: "dti 12 dir of QZXWVK",
      after: "dti 12 dir of [NAME_REMOVED]",
    });
  });
});

interface PreviewBody {
  readonly files: readonly {
    readonly role: string;
    readonly series: number;
    readonly elements: readonly PreviewRow[];
  }[];
}
interface PreviewRow {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}
