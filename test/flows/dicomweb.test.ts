// DICOMweb with a real client (the npm package dicomweb-client), beside a sender over DICOM, on one real hub.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type WebClient, webClient } from "../support/dicomweb-client.ts";
import {
  type Attributes,
  type DicomwebSite,
  dicomwebSite,
  firstOf,
  itemsOf,
  multipartOf,
} from "../support/dicomweb-site.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-dicomweb-"));
let web: DicomwebSite;
let client: WebClient;
let phantom: DwiPhantom;
let studyId: string;
let studyInstanceUID: string;
let seriesInstanceUID: string;

const bytes = (file: string): ArrayBuffer => new Uint8Array(readFileSync(file)).buffer;
/** Data set of a PS3.10 file: what follows its file meta information. */
const dataSet = (file: ArrayBuffer): Buffer => {
  const all = Buffer.from(file);
  return all.subarray(144 + all.readUInt32LE(140));
};
const journal = async () => {
  const { body } = await web.api.call<{
    timeline: { event: string; actor: string; detail: Record<string, unknown> }[];
  }>("GET", `/api/study-info/${studyId}`);
  return body.timeline;
};

beforeAll(async () => {
  web = await dicomwebSite({}, { log: { level: "debug" } });
  client = webClient(web.url);
  phantom = await writeDwiPhantom(join(folder, "study"), { slices: 2, directions: 6, matrix: 16 });
  studyInstanceUID = phantom.studyInstanceUid;
  seriesInstanceUID = phantom.truth.seriesInstanceUid;
  await client.storeInstances({ datasets: phantom.files.map(bytes) });
  studyId = await onlyStudy(web.api);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe("what dicomweb-client stores", () => {
  test("becomes a complete study of its sender, as if it had come over DICOM", async () => {
    const { study } = await studyWhere(web.api, studyId, ({ status }) => status !== "receiving");
    expect(study).toMatchObject({ source: "WEB", instanceCount: 14, seriesCount: 1, revision: 1 });
  });

  test("is recognised when it comes over DICOM, too, and the other way round", async () => {
    expect(await web.send(phantom.files)).toEqual(phantom.files.map(() => 0));
    const response = await web.store(phantom.files.map((file) => readFileSync(file)));
    expect(response.status).toBe(200);
    const { study } = await studyWhere(web.api, studyId, () => true);
    expect(study).toMatchObject({ instanceCount: 14, revision: 1 });
  });

  test("is answered instance by instance, with the address of each", async () => {
    const response = await web.store([readFileSync(phantom.files[0]!)], `/studies/${studyInstanceUID}`);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/dicom+json"]);
    const answer = (await response.json()) as Attributes;
    expect(firstOf(answer, "00081190")).toBe(`${web.url}/studies/${studyInstanceUID}`);
    const [item] = itemsOf(answer, "00081199");
    const address = String(firstOf(item, "00081190"));
    expect(address).toContain(`/series/${seriesInstanceUID}/instances/${firstOf(item, "00081155")}`);
    expect(answer).not.toHaveProperty("00081198");
    const again = await web.ask(address.slice(web.url.length), { headers: { Accept: "application/dicom" } });
    expect(dataSet(await again.arrayBuffer())).toEqual(dataSet(bytes(phantom.files[0]!)));
  });
});

describe("what dicomweb-client finds", () => {
  test.each([
    ["by name, without regard to capital letters", { PatientName: "phantom^dwi" }, 1],
    ["by a part of the name", { PatientName: "*AnTo*" }, 1],
    ["by one character", { PatientID: "PHANTOM-000?" }, 1],
    ["not in other letters, where they count", { PatientID: "phantom-0001" }, 0],
    ["by tag", { "00080050": "PHACC240312" }, 1],
    ["in a range of dates", { StudyDate: "20240401-20240430" }, 1],
    ["in a range that is open", { StudyDate: "20240413-" }, 0],
    ["at a minute", { StudyTime: "0958-0958" }, 1],
    ["by modality", { ModalitiesInStudy: "MR" }, 1],
    ["by another modality", { ModalitiesInStudy: "CT" }, 0],
    ["by what stands for itself in SQL", { PatientID: "PHANTOM_0001" }, 0],
    ["by everything at once", { PatientSex: "F", StudyID: "PH1", PatientBirthDate: "19580317" }, 1],
    ["with an empty key", { PatientID: "" }, 1],
  ])("studies: %s", async (_name, queryParams, count) => {
    expect(await client.searchForStudies({ queryParams })).toHaveLength(count);
  });

  test("studies, by a list of UIDs, with counts and the patient", async () => {
    const [study] = await client.searchForStudies({
      queryParams: { StudyInstanceUID: `1.2.3,${studyInstanceUID}`, includefield: "PatientAge" },
    });
    expect(firstOf(study, "00201206")).toBe(1);
    expect(firstOf(study, "00201208")).toBe(14);
    expect(study?.["00100010"]).toEqual({ vr: "PN", Value: [{ Alphabetic: "PHANTOM^DWI" }] });
    expect(firstOf(study, "00101010")).toBe("066Y");
    expect(firstOf(study, "00080056")).toBe("ONLINE");
  });

  test("series, with what only their headers tell", async () => {
    const [series] = await client.searchForSeries({ studyInstanceUID });
    expect(firstOf(series, "0020000E")).toBe(seriesInstanceUID);
    expect(firstOf(series, "0008103E")).toBe("neuropacs DTI");
    expect(firstOf(series, "00201209")).toBe(14);
    expect(series).not.toHaveProperty("00100010");
    const everywhere = await client.searchForSeries({ queryParams: { Modality: "MR" } });
    expect(firstOf(everywhere[0], "00100020")).toBe("PHANTOM-0001");
    const byHeader = { studyInstanceUID, queryParams: { SeriesNumber: "4" } };
    expect(await client.searchForSeries(byHeader)).toEqual([]);
  });

  test("instances, in pages that end", async () => {
    const numbers: unknown[] = [];
    for (let offset = 0; offset < 20; offset += 5) {
      const queryParams = { limit: 5, offset };
      const page = await client.searchForInstances({ studyInstanceUID, seriesInstanceUID, queryParams });
      numbers.push(...page.map((instance) => firstOf(instance, "00200013")));
    }
    expect(numbers.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
    const third = { studyInstanceUID, queryParams: { InstanceNumber: "3" } };
    expect(await client.searchForInstances(third)).toHaveLength(1);
  });

  test("and is warned of what is not done for it, and told what is missing", async () => {
    const response = await web.ask(`/studies/${studyInstanceUID}/instances?limit=4&fuzzymatching=true`);
    expect(await response.json()).toHaveLength(4);
    expect(response.headers.get("warning")).toMatch(/^299 .*literal matching.*, 299 .*10 additional results/);
    const more = await web.ask("/studies?includefield=BodyPartExamined,Nonsense&includefield=PatientAge");
    expect(more.headers.get("warning")).toMatch(/^299 thalamus "Attributes of includefield .* were ignored/);
    const nothing = await web.ask("/studies?PatientID=NOBODY");
    expect([nothing.status, await nothing.text()]).toEqual([204, ""]);
  });

  test.each([
    ["an unknown keyword", "/studies?PatientShoeSize=42", "dicomweb.bad-query"],
    ["a date that is none", "/studies?StudyDate=12.04.2024", "dicomweb.bad-query"],
    ["a UID that is none", "/studies?StudyInstanceUID=*", undefined],
    ["a UID with letters", "/studies?StudyInstanceUID=1.2.x", "dicomweb.bad-query"],
    ["a limit that is none", "/studies?limit=-1", "dicomweb.bad-query"],
    ["a header's attribute among all studies", "/studies?BodyPartExamined=BRAIN", "dicomweb.key-not-offered"],
    ["a header's attribute among all series", "/series?SeriesNumber=3", "dicomweb.key-not-offered"],
    ["a sequence", "/studies?00400275.00400009=1", "dicomweb.bad-query"],
    ["one attribute twice", "/studies?PatientID=1&00100020=2", "dicomweb.bad-query"],
  ])("and is told what is wrong with %s", async (_name, path, code) => {
    const response = await web.ask(path);
    expect(response.status).toBe(code === undefined ? 200 : 400);
    if (code !== undefined) expect(await response.json()).toMatchObject({ code });
  });
});

describe("what dicomweb-client retrieves", () => {
  test("is the study, bit for bit", async () => {
    const received = await client.retrieveStudy({ studyInstanceUID });
    const sets = received.map((file) => dataSet(file).toString("base64")).sort();
    expect(sets).toEqual(phantom.files.map((file) => dataSet(bytes(file)).toString("base64")).sort());
    expect(await client.retrieveSeries({ studyInstanceUID, seriesInstanceUID })).toHaveLength(14);
  });

  test("is the header of each instance, and pixels by the address in it", async () => {
    const all = await client.retrieveStudyMetadata({ studyInstanceUID });
    expect(all).toHaveLength(14);
    const [first] = all;
    const sopInstanceUID = String(firstOf(first, "00080018"));
    const place = { studyInstanceUID, seriesInstanceUID, sopInstanceUID };
    expect(await client.retrieveInstanceMetadata(place)).toEqual([first]);
    expect(Object.keys(first!)).toEqual(Object.keys(first!).toSorted());
    const { BulkDataURI } = first!["7FE00010"] as unknown as { BulkDataURI: string };
    const [pixels] = await client.retrieveBulkData({ BulkDataURI });
    const [frame] = await client.retrieveInstanceFrames({ ...place, frameNumbers: [1] });
    const whole = dataSet(await client.retrieveInstance(place));
    expect(Buffer.from(frame!)).toEqual(whole.subarray(-16 * 16 * 2));
    expect(Buffer.from(pixels!)).toEqual(Buffer.from(frame!));
  });

  // the first of each kind at once; those of the next minute are added up
  test("is journalled: who, which study, what and how many, and no value", async () => {
    const lines = (await journal()).filter(({ event }) => event.startsWith("archive."));
    expect(lines).toContainEqual(
      expect.objectContaining({
        event: "archive.retrieved",
        actor: "dicomweb WEB",
        detail: { kind: "instances", instances: 1 },
      }),
    );
    const asked = `/api/audit?studyId=${studyId}&event=archive.retrieved&limit=1`;
    const { body } = await web.api.call<{ data: { address: string }[] }>("GET", asked);
    expect(body.data[0]?.address).toBe("127.0.0.1");
    expect(lines.map(({ detail }) => detail["kind"])).toEqual(
      expect.arrayContaining(["instances", "metadata", "frames", "bulk-data"]),
    );
    for (const value of [...phantom.truth.canaries, studyInstanceUID]) {
      expect(JSON.stringify(lines)).not.toContain(value);
    }
  });

  test.each([
    [
      "a syntax it is not in",
      "",
      "multipart/related; type=application/dicom; transfer-syntax=1.2.840.10008.1.2.5",
      406,
    ],
    ["one file, when there are many", "", "application/dicom", 406],
    ["XML", "/metadata", "application/dicom+xml", 406],
    ["an Accept that is none", "", "dicom please", 406],
    ["another patient's study", ".1", "*/*", 404],
    ["a picture", "/rendered", "image/jpeg", 404],
  ])("is not %s", async (_name, path, accept, status) => {
    const response = await web.ask(`/studies/${studyInstanceUID}${path}`, { headers: { Accept: accept } });
    expect(response.status).toBe(status);
  });
});

test("of an instance with two contents the newer one is found and retrieved", async () => {
  const [file] = phantom.files;
  const changed = Buffer.from(readFileSync(file!));
  changed.writeUInt16LE(0x1234, changed.length - 2);
  const before = await client.searchForInstances({ studyInstanceUID });
  expect((await web.store([changed])).status).toBe(200);
  const after = await client.searchForInstances({ studyInstanceUID });
  expect(after).toHaveLength(before.length);
  const [study] = await client.searchForStudies({ queryParams: { StudyInstanceUID: studyInstanceUID } });
  expect(firstOf(study, "00201208")).toBe(14);
  const received = await client.retrieveStudy({ studyInstanceUID });
  const sets = received.map((one) => dataSet(one).toString("base64"));
  expect(sets).toHaveLength(14);
  expect(sets).toContain(dataSet(new Uint8Array(changed).buffer).toString("base64"));
  expect(sets).not.toContain(dataSet(bytes(file!)).toString("base64"));
});

test("a study that late instances made a second part of is one study to those who search and retrieve", async () => {
  await using parts = await dicomwebSite({}, { intake: { lateInstances: "new-study" } });
  const files = phantom.files.map((file) => readFileSync(file));
  expect((await parts.store(files.slice(0, 10))).status).toBe(200);
  const first = await onlyStudy(parts.api);
  await studyWhere(parts.api, first, ({ status }) => status !== "receiving");
  expect((await parts.store(files.slice(10))).status).toBe(200);
  await onlyStudy(parts.api, new Set([first]));
  const studies = (await (await parts.ask("/studies?PatientID=PHANTOM-0001")).json()) as Attributes[];
  expect(studies.map((study) => [firstOf(study, "00201206"), firstOf(study, "00201208")])).toEqual([[1, 14]]);
  const series = (await (await parts.ask(`/studies/${studyInstanceUID}/series`)).json()) as Attributes[];
  expect(series.map((one) => firstOf(one, "00201209"))).toEqual([14]);
  const metadata = (await (await parts.ask(`/studies/${studyInstanceUID}/metadata`)).json()) as Attributes[];
  expect(metadata).toHaveLength(14);
});

test("a hub without room answers 503, stores nothing, and says so for each instance; a busy one says that it is busy", async () => {
  const intake = { keepFreeMegabytes: 1_000_000_000 };
  await using full = await dicomwebSite({ maxRequests: 1 }, { intake });
  const response = await full.store([readFileSync(phantom.files[0]!)]);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "60"]);
  const failed = itemsOf((await response.json()) as Attributes, "00081198");
  expect(failed.map((item) => firstOf(item, "00081197"))).toEqual([0xa700]);
  expect((await full.ask("/studies")).status).toBe(204);

  const { contentType } = multipartOf([]);
  const stalled = new AbortController();
  const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from("--")) });
  const headers = { "Content-Type": contentType };
  const init = { method: "POST", headers, body, duplex: "half", signal: stalled.signal };
  const upload = full.ask("/studies", init as RequestInit).catch(() => "aborted");
  await vi.waitFor(async () => {
    const busy = await full.ask("/studies");
    expect([busy.status, await busy.json()]).toMatchObject([503, { code: "dicomweb.busy" }]);
  }, 20_000);
  stalled.abort();
  expect(await upload).toBe("aborted");
  await vi.waitFor(async () => expect((await full.ask("/studies")).status).toBe(204), 20_000);
});
