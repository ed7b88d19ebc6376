// A large object goes through the hub in both directions without being in its memory.
import { readFileSync } from "node:fs";
import { encodeDataset, encodeFileMeta } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STUDY_UID, webObject } from "../../plugins/dicomweb/testing/web-object.ts";
import { dicomweb, multipartOf, SECRET } from "../support/dicomweb-site.ts";
import { type HubProcess, hubAsProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

const MEGABYTE = 1024 * 1024;
const FRAMES = 256;
/** Of one frame, 512 times 512 times two bytes: half a megabyte. */
const PIXELS = Buffer.alloc(MEGABYTE / 2, 7);
/** What may be added to the memory at most; the object has 128 MB. */
const MOST_GROWTH = 100 * MEGABYTE;
const object = {
  sopClassUid: "1.2.840.10008.5.1.4.1.1.4.1",
  sopInstanceUid: "1.2.826.0.1.3680043.10.999.9.1",
  transferSyntaxUid: "1.2.840.10008.1.2.1",
};

let site: TestSite;
let hub: HubProcess;
beforeAll(async () => {
  site = await newSite({ plugins: [dicomweb()] });
  hub = await hubAsProcess(site);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const ask = (path: string, init: RequestInit = {}) => {
  const headers = { Authorization: `Bearer ${SECRET}`, ...(init.headers as Record<string, string>) };
  return fetch(`http://127.0.0.1:${hub.httpPort}/dicom-web${path}`, { ...init, headers });
};

/** The most memory the hub has ever had. */
function peak(): number {
  const status = readFileSync(`/proc/${hub.child.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function* body(): AsyncIterable<Uint8Array> {
  const { sopClassUid: SOPClassUID, sopInstanceUid: SOPInstanceUID } = object;
  const uids = { SOPClassUID, SOPInstanceUID, StudyInstanceUID: "1.2.3", SeriesInstanceUID: "1.2.3.1" };
  const pixel = { Rows: 512, Columns: 512, BitsAllocated: 16, SamplesPerPixel: 1, NumberOfFrames: FRAMES };
  const head = Buffer.from("e07f10004f5700000000000000".slice(0, 24), "hex");
  head.writeUInt32LE(FRAMES * PIXELS.length, 8);
  yield Buffer.from("--b0\r\nContent-Type: application/dicom\r\n\r\n");
  yield Buffer.concat([encodeFileMeta(object), encodeDataset({ ...uids, ...pixel }), head]);
  for (let frame = 0; frame < FRAMES; frame += 1) yield PIXELS;
  yield Buffer.from("\r\n--b0--\r\n");
}

const place = `/studies/1.2.3/series/1.2.3.1/instances/${object.sopInstanceUid}`;

test("128 MB are stored, retrieved and cut into frames in constant memory", async () => {
  const before = peak();
  const headers = { "Content-Type": 'multipart/related; type="application/dicom"; boundary=b0' };
  const init = { method: "POST", headers, body: body(), duplex: "half" };
  expect((await ask("/studies", init as unknown as RequestInit)).status).toBe(200);
  const whole = await ask(place, { headers: { Accept: "application/dicom" } });
  let bytes = 0;
  for await (const piece of whole.body!) bytes += piece.length;
  expect(bytes).toBe(Number(whole.headers.get("content-length")));
  expect(bytes).toBeGreaterThan(FRAMES * PIXELS.length);
  const last = await ask(`${place}/frames/${FRAMES}`, { headers: { Accept: "application/octet-stream" } });
  expect(Buffer.from(await last.arrayBuffer()).equals(PIXELS)).toBe(true);
  expect(peak() - before).toBeLessThan(MOST_GROWTH);
});

test("what was answered as stored is there after kill -9", async () => {
  const { body: small, contentType } = multipartOf([webObject(7).file]);
  const init = { method: "POST", body: small, headers: { "Content-Type": contentType } };
  expect((await ask("/studies", init)).status).toBe(200);
  await hub.kill();
  hub = await hubAsProcess(site);
  const answer = await ask(`/studies/${STUDY_UID}`, { headers: { Accept: "multipart/related" } });
  expect(Buffer.from(await answer.arrayBuffer()).includes(webObject(7).dataSet)).toBe(true);
  expect((await ask(place, { headers: { Accept: "application/dicom" } })).status).toBe(200);
});
