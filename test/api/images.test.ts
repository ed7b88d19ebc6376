// Images over the API: who may look, what comes, what is on record, and that nothing tells of the patient unasked.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../core/database/database.ts";
import type { StudyRow } from "../../core/database/entities/study.ts";
import type { Hub } from "../../core/hub.ts";
import { encodeFile, type FileDataset } from "../../sdk/dicom/index.ts";
import { plantAccounts, signedInAs } from "../access/role-visitors.ts";
import { PATIENT, plantStudy } from "../console/planted-studies.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { plantImages } from "../support/planted-images.ts";

const SIDE = 64;
const slice = (number: number): FileDataset => ({
  ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.4", SOPInstanceUID: `1.2.826.9.${number}`, Modality: "MR" },
  ...{ SeriesInstanceUID: "1.2.826.9", PatientName: PATIENT.patientName, PatientID: PATIENT.patientId },
  ...{
    InstanceNumber: number,
    SeriesNumber: 4,
    RepetitionTime: [7200],
    StudyDescription: PATIENT.studyDescription,
  },
  ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", Rows: SIDE, Columns: SIDE },
  ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0 },
  ...{ WindowCenter: [100], WindowWidth: [200], PixelData: Buffer.alloc(2 * SIDE * SIDE, number) },
});
const report: FileDataset = {
  ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.88.11", SOPInstanceUID: "1.2.826.8.1", Modality: "SR" },
  SeriesInstanceUID: "1.2.826.8",
};

interface Series {
  readonly id: string;
  readonly images: number;
  readonly pictures: boolean;
}
interface Element {
  readonly path: string;
  readonly keyword: string;
  readonly value: string | null;
  readonly covered: boolean;
}

let site: TestSite;
let hub: Hub;
let user: ApiClient;
let study: StudyRow;
let other: StudyRow;
let series: Series[];

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  await plantAccounts(site, ["user", "portal-manager"]);
  user = await signedInAs(hub.http.port, "user");
  const orm = await connect(site.databaseUrl);
  await orm.em.fork().transactional(async (em) => {
    study = plantStudy(em, "delivered", 30);
    other = plantStudy(em, "delivered", 40);
    const files = [3, 1, 2].map((number) => encodeFile(slice(number)));
    await plantImages(em, study, join(site.folder, "data/files/received"), [...files, encodeFile(report)]);
  });
  await orm.close();
  const answer = await user.call<{ data: Series[] }>("GET", `/api/studies/${study.id}/series`);
  series = answer.body.data;
});
afterAll(async () => {
  await hub?.stop();
  site?.remove();
});

const at = (path: string) => `/api/studies/${study.id}/${path}`;
const rendered = (image: string, query = "") => at(`instances/${image}/frames/1/rendered${query}`);
const imagesOf = async () =>
  (await user.call<{ images: { id: string; number: number }[] }>("GET", at(`series/${series[0]!.id}/images`)))
    .body;
const journalled = async (event: string) => {
  const admin = await ApiClient.signedIn(hub.http.port);
  const asked = `/api/audit?studyId=${study.id}&event=${event}`;
  const { body } = await admin.call<{ data: { actor: string; detail: object }[] }>("GET", asked);
  return body.data.map(({ actor, detail }) => ({ actor, ...detail }));
};

describe("images of a study", () => {
  test("are listed by series, in the order of their numbers, and tell what has no picture", async () => {
    expect(series.map(({ images, pictures }) => [images, pictures])).toEqual([
      [3, true],
      [1, false],
    ]);
    const list = await imagesOf();
    expect(list).toMatchObject({ number: 4, unreadable: 0 });
    expect(list.images.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(list.images[0]).toMatchObject({ frames: 1, rows: SIDE, columns: SIDE });
  });

  test("come as pictures that no cache keeps, with the window they are seen through", async () => {
    const [first] = (await imagesOf()).images;
    const jpeg = await user.fetch(rendered(first!.id, "?size=512"));
    expect([jpeg.status, jpeg.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(jpeg.headers.get("cache-control")).toBe("private, no-store");
    expect([jpeg.headers.get("window-center"), jpeg.headers.get("window-width")]).toEqual(["100", "200"]);
    expect(Buffer.from(await jpeg.arrayBuffer()).readUInt16BE()).toBe(0xffd8);
    const png = await user.fetch(rendered(first!.id, "?format=png&center=300&width=50"));
    expect([png.headers.get("content-type"), png.headers.get("window-center")]).toEqual(["image/png", "300"]);
    const small = await user.fetch(at(`series/${series[0]!.id}/thumbnail`));
    expect((await small.arrayBuffer()).byteLength).toBeLessThan(3000);
  });

  test("are refused with a code where there is nothing to see, and with half a window", async () => {
    const [first] = (await imagesOf()).images;
    const code = async (path: string) => (await user.call<{ code: string }>("GET", path)).body.code;
    expect(await code(rendered(series[1]!.id))).toBe("image.no-picture");
    expect(await code(rendered(first!.id).replace("frames/1", "frames/2"))).toBe("image.no-frame");
    expect(await code(rendered(first!.id, "?center=4"))).toBe("api.invalid");
    expect(await code(rendered(first!.id, "?size=4000"))).toBe("api.invalid");
    // of another study
    expect(await code(rendered(first!.id).replace(study.id, other.id))).toBe("api.not-found");
    expect(await code(at("series/999999/thumbnail"))).toBe("api.not-found");
  });

  test("need studies.view, and each look is on record, many within a minute in one line", async () => {
    const manager = await signedInAs(hub.http.port, "portal-manager");
    const [first] = (await imagesOf()).images;
    const refused = await manager.call<{ code: string }>("GET", rendered(first!.id));
    expect([refused.status, refused.body.code]).toEqual([403, "access.permission"]);
    expect(await journalled("images.viewed")).toEqual([
      { actor: "a-user", kind: "thumbnails", frames: 1 },
      { actor: "a-user", kind: "frames", frames: 1 },
    ]);
  });
});

describe("elements of an image", () => {
  const elementsOf = async () =>
    (await user.call<{ elements: Element[] }>("GET", at(`instances/${series[0]!.id}/elements`))).body
      .elements;

  test("A-006 come without a value of the patient", async () => {
    const elements = await elementsOf();
    expect(elements.find(({ keyword }) => keyword === "RepetitionTime")?.value).toBe("7200");
    expect(elements.find(({ keyword }) => keyword === "PatientName")).toMatchObject({
      value: null,
      covered: true,
    });
    expect(JSON.stringify(elements)).not.toMatch(/canary|kanarien/i);
  });

  test("A-006 are revealed by who may, and the journal keeps which ones", async () => {
    const path = at(`instances/${series[0]!.id}/reveal`);
    const answer = await user.call("POST", path, { elements: ["(0010,0010)", "(0008,1030)"] });
    expect(answer.body).toEqual({
      "(0010,0010)": PATIENT.patientName,
      "(0008,1030)": PATIENT.studyDescription,
    });
    expect(await journalled("phi.revealed")).toEqual([
      { actor: "a-user", fields: ["(0010,0010)", "(0008,1030)"], elements: 2, image: series[0]!.id },
    ]);
    const names = await user.call<{ code: string }>("POST", path, { elements: [PATIENT.patientName] });
    expect([names.status, names.body.code]).toEqual([400, "api.invalid"]);
  });
});
