// Orthanc as a client of DICOMweb: what it stores, finds and retrieves is what it should be.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantom, realData, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Attributes,
  type DicomwebSite,
  dicomwebSite,
  firstOf,
  itemsOf,
  SECRET,
} from "../support/dicomweb-site.ts";
import {
  hasOrthancWeb,
  NEEDS_ORTHANC_WEB,
  type OrthancWeb,
  startOrthancWeb,
} from "../support/orthanc-web.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

/** Not taken by either, or with another instance in the data set than in the file meta information. */
const UNFIT = /^(UN_seq|badVR|chrJapMulti|chrKoreanMulti|nested_priv|no_meta|rtplan_)/;
const realFolder = realData("dicom");
const realFiles = realFolder
  ? readdirSync(realFolder).filter((name) => name.endsWith(".dcm") && !UNFIT.test(name))
  : [];
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
    const back = await Promise.all(instances.map((one) => orthanc.raw(`/instances/${one}/file`)));
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
    expect(comparable(ours)).toEqual(comparable(theirs));
  });

  describe.runIf(realFiles.length > 0)(
    `real files${realFiles.length > 0 ? "" : " (SKIPPED: no real data)"}`,
    () => {
      test.each(realFiles)(
        "%s is described as Orthanc describes it, and has the same first frame",
        async (name) => {
          const file = readFileSync(join(realFolder ?? "", name));
          const answer = (await (await web.store([file])).json()) as Attributes;
          const [stored] = itemsOf(answer, "00081199");
          const { ID: id } = await orthanc.call<{ ID: string }>("POST", "/instances", file);
          const place = String(firstOf(stored, "00081190")).slice(web.url.length);
          const theirs = (await orthanc.call<Attributes[]>("GET", `/dicom-web${place}/metadata`))[0]!;
          const ours = ((await (await web.ask(`${place}/metadata`)).json()) as Attributes[])[0]!;
          expect(comparable(ours)).toEqual(comparable(theirs));
          const frame = await web.ask(`${place}/frames/1`, {
            headers: { Accept: "image/*, application/octet-stream" },
          });
          // a report has none, and deflated ones are given whole only
          if (frame.status === 404) expect(["image_dfl.dcm", "reportsi.dcm"]).toContain(name);
          else
            expect(Buffer.from(await frame.arrayBuffer())).toEqual(
              await orthanc.raw(`/instances/${id}/frames/0/raw`),
            );
        },
      );
    },
  );
});

/** Which text in numbers is written how, and what is a bulk of bytes with which address, is left to each. */
function comparable(attributes: Attributes): Record<string, unknown> {
  const kept = Object.entries(attributes).filter(([tag]) => !PECULIAR.has(tag));
  return Object.fromEntries(
    kept.map(([tag, { vr, Value = [] }]) => {
      if (vr === "SQ") return [tag, Value.map((item) => comparable(item as Attributes))];
      if (vr === "DS" || vr === "IS") return [tag, [vr, Value.map((value) => value && Number(value))]];
      return [tag, [vr, vr === "PN" ? Value.map(groupsOf) : Value]];
    }),
  );
}

/** Available syntax (ours only), character set (ours is that of JSON), pixel data, padding. */
const PECULIAR = new Set(["00083002", "00080005", "7FE00010", "FFFCFFFC"]);

const groupsOf = (name: unknown) => Object.entries(name ?? {}).filter(([, group]) => group !== "");
