// Uploads into a group: one study, and a whole group with a ZIP for each study.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { type PackedFile, tarOf, zipOf } from "../support/archives.ts";
import { type GroupView, groupLine, newGroup, reportsWhere } from "../support/group-site.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { niftiFiles } from "../support/nifti-files.ts";
import { smallFile } from "../support/small-dicom.ts";
import { uploaded } from "../support/upload-client.ts";

let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite({ ...groupLine({}), uploads: { mostFiles: 60 } });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub?.stop();
  site?.remove();
});

const objects = (study: string, values = {}): PackedFile[] =>
  [1, 2].map((number) => ({ path: `images/${number}.dcm`, bytes: smallFile(study, number, values) }));
const zipped = async (path: string, files: readonly PackedFile[]): Promise<PackedFile> => ({
  path,
  bytes: await zipOf(files),
});
const members = async (id: string) =>
  (await api.call<GroupView>("GET", `/api/groups/${id}`)).body.members.total;

describe("uploads into a group", () => {
  test("A-247 a study that is uploaded joins the group and gets its products", async () => {
    const group = await newGroup(api, { name: "By hand" });
    const upload = await uploaded(api, await zipOf(objects("one")), { groupId: group.id });
    expect(upload).toMatchObject({ state: "done", products: ["quick-report"], groupId: group.id });
    expect(await members(group.id)).toBe(1);
    await reportsWhere(api, group.id, ([one]) => one?.rows === 1);
    const refused = await api.call("POST", "/api/uploads", { groupId: group.id, products: ["second"] });
    expect(refused).toMatchObject({ status: 400, body: { code: "upload.group-products" } });
    const nowhere = await api.call("POST", "/api/uploads", { groupId: crypto.randomUUID() });
    expect(nowhere).toMatchObject({ status: 400, body: { code: "upload.unknown-group" } });
  });

  test("A-265 A-266 a folder with a ZIP for each study becomes a group; a ZIP that is wrong keeps none of the others back", async () => {
    const group = await newGroup(api, { name: "Whole" });
    const noAge = { PatientAge: undefined };
    const side = { path: "sidecar.json", bytes: Buffer.from('{"PatientAge":"044Y"}') };
    const folder = await tarOf([
      { path: "trial/.DS_Store", bytes: Buffer.from("Bud1") },
      await zipped("trial/Doe.zip", objects("group a")),
      await zipped("trial/sidecar.zip", [...objects("group b", noAge), side]),
      await zipped("trial/nifti.zip", niftiFiles()),
      await zipped("trial/no-age.zip", objects("group c", noAge)),
      await zipped("trial/two.zip", [
        ...objects("group d"),
        { path: "e.dcm", bytes: smallFile("group e", 1) },
      ]),
      { path: "trial/loose.dcm", bytes: smallFile("group f", 1) },
      await zipped("trial/nested.zip", [
        ...objects("group g"),
        await zipped("inner.zip", objects("group h")),
      ]),
      { path: "trial/broken.zip", bytes: (await zipOf(objects("group i"))).subarray(0, -30) },
    ]);
    const form = { groupId: group.id, studyArchives: true };
    const upload = await uploaded(api, folder, form);
    expect(upload.problems.map(({ position, code }) => [position, code])).toEqual([
      [5, "upload.no-demographics"],
      [6, "upload.several-studies"],
      [7, "upload.not-study-archive"],
      [8, "upload.nested-archive"],
      [9, "upload.archive-damaged"],
    ]);
    expect(upload.problems[3]?.message).toMatch(/^File 3 of this ZIP: This file is packed once more/);
    expect(upload).toMatchObject({ state: "done", studyArchives: true, format: null });
    expect(upload.studyIds).toHaveLength(4);
    expect(upload.counts).toMatchObject({ stored: 10, skipped: 1, refused: 5 });
    expect(await members(group.id)).toBe(4);
    const again = await uploaded(api, folder, form);
    expect(again.counts).toMatchObject({ stored: 0, duplicate: 10 });
    expect(await members(group.id)).toBe(4);
  });

  test("limits count over all ZIPs together, and an upload without a good one, or with one patient's form, is refused", async () => {
    const group = await newGroup(api, { name: "Limits" });
    const form = { groupId: group.id, studyArchives: true };
    const many = (study: string): PackedFile[] =>
      Array.from({ length: 25 }, (_, at) => ({ path: `${at}.dcm`, bytes: smallFile(study, at) }));
    const zips = await Promise.all(["x", "y", "z"].map((name) => zipped(`${name}.zip`, many(name))));
    expect(await uploaded(api, await tarOf(zips), form)).toMatchObject({
      state: "failed",
      code: "upload.too-many-files",
      counts: { stored: 0 },
    });
    const empty = await tarOf([await zipped("a.zip", [{ path: "a.txt", bytes: Buffer.from("text") }])]);
    expect(await uploaded(api, empty, form)).toMatchObject({
      state: "failed",
      code: "upload.not-recognized",
    });
    expect(await members(group.id)).toBe(0);
    const oneAge = await api.call("POST", "/api/uploads", { ...form, patientAge: "044Y" });
    expect(oneAge).toMatchObject({ status: 400, body: { code: "upload.several-studies" } });
    const noGroup = await api.call("POST", "/api/uploads", { studyArchives: true });
    expect(noGroup).toMatchObject({ status: 400, body: { code: "upload.unknown-group" } });
  });

  test("A-267 a sidecar to fill in can be had", async () => {
    const { status, body } = await api.call("GET", "/api/uploads/sidecar-template");
    expect(status).toBe(200);
    expect(Object.keys(body)).toContain("PatientAge");
  });
});
