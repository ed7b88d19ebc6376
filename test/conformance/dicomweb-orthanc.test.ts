// Orthanc as a client of DICOMweb: what it stores, finds and retrieves is what it should be.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Attributes,
  type DicomwebSite,
  dicomwebSite,
  firstOf,
  SECRET,
} from "../support/dicomweb-site.ts";
import {
  hasOrthancWeb,
  NEEDS_ORTHANC_WEB,
  type OrthancWeb,
  startOrthancWeb,
} from "../support/orthanc-web.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-orthanc-web-"));

describe.runIf(hasOrthancWeb)(`Orthanc${NEEDS_ORTHANC_WEB}`, () => {
  let web: DicomwebSite;
  let orthanc: OrthancWeb;
  let phantom: DwiPhantom;

  beforeAll(async () => {
    web = await dicomwebSite();
    orthanc = await startOrthancWeb({ url: web.url, user: "WEB", password: SECRET });
    phantom = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 });
    for (const file of phantom.files) await orthanc.call("POST", "/instances", readFileSync(file));
  });
  afterAll(async () => {
    await orthanc[Symbol.asyncDispose]();
    await web[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test("stores a study by STOW-RS, and says that all of it arrived", async () => {
    const [study] = await orthanc.call<string[]>("GET", "/studies");
    const body = { Resources: [study], Synchronous: true };
    await orthanc.call("POST", "/dicom-web/servers/hub/stow", body);
    const id = await onlyStudy(web.api);
    const info = await studyWhere(web.api, id, ({ status }) => status !== "receiving");
    expect(info.study).toMatchObject({ source: "WEB", instanceCount: phantom.files.length });
    // over DICOM the same objects are duplicates
    await web.send(phantom.files);
    expect((await studyWhere(web.api, id, () => true)).study).toMatchObject({
      instanceCount: 14,
      revision: 1,
    });
  });

  test("finds the study by QIDO-RS", async () => {
    const body = { Uri: "/studies", Arguments: { PatientName: "PHANTOM*" } };
    const found = await orthanc.call<Attributes[]>("POST", "/dicom-web/servers/hub/qido", body);
    expect(JSON.stringify(found)).toContain(phantom.studyInstanceUid);
  });

  test("retrieves by WADO-RS what it has lost, bit for bit", async () => {
    for (const study of await orthanc.call<string[]>("GET", "/studies"))
      await orthanc.call("DELETE", `/studies/${study}`);
    const body = { Resources: [{ Study: phantom.studyInstanceUid }], Synchronous: true };
    await orthanc.call("POST", "/dicom-web/servers/hub/retrieve", body);
    const instances = await orthanc.call<string[]>("GET", "/instances");
    expect(instances).toHaveLength(phantom.files.length);
    const back = await Promise.all(instances.map((one) => orthanc.file(one)));
    const pixels = (file: Buffer) => file.subarray(file.length - 512).toString("base64");
    expect(back.map(pixels).sort()).toEqual(phantom.files.map((file) => pixels(readFileSync(file))).sort());
  });

  test("describes an instance as the hub does, in the DICOM JSON model", async () => {
    const [one] = await orthanc.call<string[]>("GET", "/instances");
    const tags = await orthanc.call<Record<string, string>>("GET", `/instances/${one}/simplified-tags`);
    const place = `/studies/${tags["StudyInstanceUID"]}/series/${tags["SeriesInstanceUID"]}/instances/${tags["SOPInstanceUID"]}`;
    const theirs = (await orthanc.call<Attributes[]>("GET", `/dicom-web${place}/metadata`))[0]!;
    const ours = ((await (await web.ask(`${place}/metadata`)).json()) as Attributes[])[0]!;
    expect(firstOf(ours, "00080018")).toBe(tags["SOPInstanceUID"]);
    // Orthanc writes numbers in text as text, leaves out the syntax, and has its own addresses for bulk data
    const comparable = (attributes: Attributes) =>
      Object.fromEntries(
        Object.entries(attributes)
          .filter(([tag]) => !["00083002", "00080005", "7FE00010"].includes(tag))
          .map(([tag, { vr, Value = [] }]) => [
            tag,
            [vr, vr === "DS" || vr === "IS" ? Value.map(Number) : Value],
          ]),
      );
    expect(comparable(ours)).toEqual(comparable(theirs));
  });
});
