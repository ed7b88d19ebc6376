// Frames of multi-frame objects with a real client, and retrievals that break off on either side.
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type Dataset, encodeDataset, encodeFileMeta } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type WebClient, webClient } from "../support/dicomweb-client.ts";
import {
  type Attributes,
  type DicomwebSite,
  dicomwebSite,
  itemsOf,
  SECRET,
} from "../support/dicomweb-site.ts";

const ROOT = "1.2.826.0.1.3680043.10.999.6";
const NATIVE = "1.2.840.10008.1.2.1";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const JPEG = "1.2.840.10008.1.2.4.50";

interface Place {
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly sopInstanceUID: string;
}

const place = (number: number): Place => ({
  studyInstanceUID: `${ROOT}.${number}`,
  seriesInstanceUID: `${ROOT}.${number}.1`,
  sopInstanceUID: `${ROOT}.${number}.1.1`,
});
const pathOf = ({ studyInstanceUID, seriesInstanceUID, sopInstanceUID }: Place): string =>
  `/studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}`;

const header = (number: number, frames: number, bits = 8) => ({
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.7.2",
  SOPInstanceUID: place(number).sopInstanceUID,
  StudyInstanceUID: place(number).studyInstanceUID,
  SeriesInstanceUID: place(number).seriesInstanceUID,
  Rows: 2,
  Columns: 2,
  SamplesPerPixel: 1,
  PhotometricInterpretation: "MONOCHROME2",
  BitsStored: bits,
  HighBit: bits - 1,
  PixelRepresentation: 0,
  BitsAllocated: bits,
  NumberOfFrames: frames,
});

function fileOf(number: number, syntax: string, dataSet: Uint8Array): Buffer {
  const { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid } = header(number, 1);
  return Buffer.concat([encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid: syntax }), dataSet]);
}

const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const item = (content: Uint8Array) => Buffer.concat([u32(0xe000fffe, content.length), content]);
const compressed = Buffer.concat([
  encodeDataset(header(2, 2)),
  u32(0x00107fe0),
  Buffer.from("OB\0\0"),
  u32(0xffffffff),
  item(u32(0, 12)),
  ...["one ", "two", "2!"].map((text) => item(Buffer.from(text.padEnd(4, "_")))),
  u32(0xe0ddfffe, 0),
]);

/** Elements as big endian has them: group and element, representation, value. */
function bigEndian(elements: readonly (readonly [number, string, Buffer])[]): Buffer {
  return Buffer.concat(
    elements.flatMap(([tag, vr, value]) => {
      const long = vr === "OW";
      const head = Buffer.alloc(long ? 12 : 8);
      head.writeUInt32BE(tag, 0);
      head.write(vr, 4);
      if (long) head.writeUInt32BE(value.length, 8);
      else head.writeUInt16BE(value.length, 6);
      return [head, value];
    }),
  );
}

const uid = (text: string) => Buffer.from(text.length % 2 === 0 ? text : `${text}\0`);
const short = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const turned = bigEndian([
  [0x00080016, "UI", uid(header(3, 1).SOPClassUID)],
  [0x00080018, "UI", uid(place(3).sopInstanceUID)],
  [0x0020000d, "UI", uid(place(3).studyInstanceUID)],
  [0x0020000e, "UI", uid(place(3).seriesInstanceUID)],
  [0x00280010, "US", short(1)],
  [0x00280011, "US", short(2)],
  [0x00280100, "US", short(16)],
  [0x7fe00010, "OW", Buffer.from([0x12, 0x34, 0x56, 0x78])],
]);

/** A block of private bytes in the header: short, long, and too long to be read with it. */
const bytes = (count: number, value: number) => Buffer.alloc(count, value);
const privateBlocks = [
  {
    group: 0x0019,
    creator: "ACME",
    elements: { 1: ["OB", bytes(10, 1)], 2: ["OB", bytes(3000, 2)], 3: ["OB", bytes(300_000, 3)] },
  },
] satisfies Dataset["privateBlocks"];
const withBulk = encodeDataset({
  ...header(5, 1),
  privateBlocks,
  SourceImageSequence: [{}, { privateBlocks }],
  PixelData: bytes(4, 4),
});

let web: DicomwebSite;
let client: WebClient;
beforeAll(async () => {
  web = await dicomwebSite({ idleTimeoutSeconds: 1 });
  client = webClient(web.url);
  const PixelData = Buffer.from("aaaabbbbcccc");
  const large = { ...header(4, 1), Rows: 4096, Columns: 4096, PixelData: Buffer.alloc(4096 * 4096, 5) };
  const response = await web.store([
    fileOf(1, NATIVE, encodeDataset({ ...header(1, 3), PixelData })),
    fileOf(2, JPEG, compressed),
    fileOf(3, BIG_ENDIAN, turned),
    fileOf(4, NATIVE, encodeDataset(large)),
    fileOf(5, NATIVE, withBulk),
  ]);
  expect(response.status).toBe(200);
});
afterAll(() => web[Symbol.asyncDispose]());

const texts = (frames: readonly ArrayBuffer[]) =>
  frames.map((frame) => Buffer.from(frame).toString("latin1"));

describe("frames", () => {
  test("of native pixels come in the order they were asked for", async () => {
    const frames = await client.retrieveInstanceFrames({ ...place(1), frameNumbers: [3, 1] });
    expect(texts(frames)).toEqual(["cccc", "aaaa"]);
  });

  test("that are compressed come as they are, put together from their fragments", async () => {
    const mediaTypes = [{ mediaType: "image/jpeg", transferSyntaxUID: JPEG }];
    const options = { ...place(2), frameNumbers: [1, 2], mediaTypes };
    expect(texts(await client.retrieveInstanceFrames(options))).toEqual(["one ", "two_2!__"]);
    const octets = { headers: { Accept: `application/octet-stream; transfer-syntax=${JPEG}` } };
    const one = await web.ask(`${pathOf(place(2))}/frames/2`, octets);
    expect([await one.text(), one.headers.get("content-type")]).toEqual([
      "two_2!__",
      `application/octet-stream; transfer-syntax=${JPEG}`,
    ]);
    const all = await web.ask(`${pathOf(place(2))}/bulkdata/7FE00010`);
    const text = await all.text();
    expect([text.match(/Content-Type: image\/jpeg/g)?.length, text.includes("two_2!__")]).toEqual([2, true]);
  });

  test("that are compressed cannot be had otherwise", async () => {
    const octets = { headers: { Accept: `application/octet-stream; transfer-syntax=${NATIVE}` } };
    const answer = await web.ask(`${pathOf(place(2))}/frames/1`, octets);
    expect([answer.status, await answer.json()]).toMatchObject([406, { code: "dicomweb.not-acceptable" }]);
  });

  test("in big endian come in little endian, as all web services have them", async () => {
    const [frame] = await client.retrieveInstanceFrames({ ...place(3), frameNumbers: [1] });
    expect(Buffer.from(frame!).toString("hex")).toBe("34127856");
    const [metadata] = (await (await web.ask(`${pathOf(place(3))}/metadata`)).json()) as Attributes[];
    expect(metadata).toMatchObject({ "00280011": { vr: "US", Value: [2] }, "7FE00010": { vr: "OW" } });
  });

  test.each([
    ["beyond the last one", "/frames/4", "dicomweb.no-frames"],
    ["of a value that is not there", "/bulkdata/00420011", "dicomweb.no-bulk-data"],
  ])("%s are not found", async (_name, path, code) => {
    const answer = await web.ask(`${pathOf(place(1))}${path}`);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code }]);
  });
});

test("long values are left out of the metadata, and can be had by the addresses that stand there", async () => {
  const [metadata] = await client.retrieveInstanceMetadata(place(5));
  expect(metadata).toMatchObject({ "00191001": { vr: "OB", InlineBinary: bytes(10, 1).toString("base64") } });
  const [, item] = itemsOf(metadata, "00082112");
  const addressed = [metadata?.["00191002"], metadata?.["00191003"], item?.["00191002"], item?.["00191003"]];
  const values: string[] = [];
  for (const attribute of addressed) {
    const { BulkDataURI } = attribute as unknown as { BulkDataURI: string };
    const [value] = await client.retrieveBulkData({ BulkDataURI });
    values.push(`${value?.byteLength} times ${Buffer.from(value!).at(-1)}`);
  }
  expect(values).toEqual(["3000 times 2", "300000 times 3", "3000 times 2", "300000 times 3"]);
});

describe("a retrieval that breaks off", () => {
  const logged = (code: string) =>
    readFileSync(join(web.site.folder, "data/logs/hub.log"), "utf8").includes(code);
  const begin = async () => {
    const socket = connect(web.hub.http.port, "127.0.0.1").on("error", () => {});
    const { pathname } = new URL(`${web.url}${pathOf(place(4))}`);
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${SECRET}\r\n\r\n`);
    await once(socket, "readable");
    return socket;
  };

  test("because the client goes away ends on the hub's side, too", async () => {
    (await begin()).destroy();
    await vi.waitFor(() => expect(logged("dicomweb.gone")).toBe(true), 20_000);
  });

  test("because the client takes nothing is cut off after the idle time", async () => {
    const socket = await begin();
    await vi.waitFor(() => expect(logged("dicomweb.idle")).toBe(true), 20_000);
    socket.destroy();
  });

  // the last one: it spoils the file
  test("because the file ends early is never taken for whole", async () => {
    const received = join(web.site.folder, "data/files/received");
    const files = readdirSync(received, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      if (readFileSync(path).length < 1_000_000) continue;
      chmodSync(path, 0o600);
      truncateSync(path, 1_000_000);
    }
    const answer = await web.ask(pathOf(place(4)), { headers: { Accept: "application/dicom" } });
    await expect(answer.arrayBuffer()).rejects.toThrow();
    await vi.waitFor(() => expect(logged("dicomweb.unreadable")).toBe(true), 20_000);
    expect((await web.ask(`/instances?SOPInstanceUID=${place(4).sopInstanceUID}`)).status).toBe(200);
  });
});

describe("pictures", () => {
  const rendered = (path: string, accept = "image/png") =>
    web.ask(`${pathOf(place(1))}${path}`, { headers: { Accept: accept } });

  test("of an instance and of a frame come to a real client, who chooses type, size, window and quality", async () => {
    const start = (bytes: ArrayBuffer) => Buffer.from(bytes).subarray(0, 4).toString("hex");
    const [whole] = await client.retrieveInstanceRendered({
      ...place(1),
      mediaTypes: [{ mediaType: "image/png" }],
    });
    expect(start(whole!)).toBe("89504e47");
    // as large as the frame
    expect(sizeOf(whole!)).toEqual([2, 2]);
    const queryParams = { viewport: "64,48", window: "100,50,linear" };
    const mediaTypes = [{ mediaType: "image/png" }];
    const frame = { ...place(1), frameNumbers: [2], mediaTypes, queryParams };
    const [fitted] = await client.retrieveInstanceFramesRendered(frame);
    expect(sizeOf(fitted!)).toEqual([48, 48]);
    const jpeg = { ...frame, mediaTypes: [{ mediaType: "image/jpeg" }] };
    const steps = await Promise.all(
      [10, 95].map(async (quality) => {
        const [found] = await client.retrieveInstanceFramesRendered({
          ...jpeg,
          queryParams: { quality, viewport: "512,512" },
        });
        expect(start(found!).slice(0, 6)).toBe("ffd8ff");
        return firstStep(found!);
      }),
    );
    expect(steps[0]).toBeGreaterThan(steps[1]!);
    // the window is the one that was asked for: "aaaa" is 97, "bbbb" 98
    const dark = Buffer.from(await (await rendered("/frames/1/rendered?window=200,10,linear")).arrayBuffer());
    const light = Buffer.from(
      await (await rendered("/frames/1/rendered?window=20,10,linear-exact")).arrayBuffer(),
    );
    expect(dark.equals(light)).toBe(false);
    const small = await rendered("/thumbnail");
    expect([small.headers.get("content-type"), ...sizeOf(await small.arrayBuffer())]).toEqual([
      "image/png",
      128,
      128,
    ]);
    expect((await rendered("/rendered", "*/*")).headers.get("content-type")).toBe("image/jpeg");
  });

  test.each([
    ["another type", "/rendered", "application/dicom", 406, "dicomweb.not-acceptable"],
    ["a part of several", "/rendered", "multipart/related; type=image/jpeg", 406, "dicomweb.not-acceptable"],
    ["a viewport of nothing", "/rendered?viewport=0,10", "image/png", 400, "dicomweb.bad-rendering"],
    ["a part of a picture", "/rendered?viewport=10,10,1,1,2,2", "image/png", 400, "dicomweb.bad-rendering"],
    ["a window without a function", "/rendered?window=40,80", "image/png", 400, "dicomweb.bad-rendering"],
    ["a window of no width", "/rendered?window=40,0,sigmoid", "image/png", 400, "dicomweb.bad-rendering"],
    ["a quality beyond the best", "/rendered?quality=101", "image/jpeg", 400, "dicomweb.bad-rendering"],
    ["words in it", "/rendered?annotation=patient", "image/jpeg", 400, "dicomweb.bad-rendering"],
    [
      "a thumbnail with a window",
      "/thumbnail?window=40,80,linear",
      "image/jpeg",
      400,
      "dicomweb.bad-rendering",
    ],
    ["two frames at once", "/frames/1,2/rendered", "image/jpeg", 400, "dicomweb.bad-frames"],
    ["a frame that is not there", "/frames/4/rendered", "image/jpeg", 404, "image.no-frame"],
  ])("are not given: %s", async (_name, path, accept, status, code) => {
    const response = await rendered(path, accept);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  test("are in the journal as what they are", async () => {
    const { body } = await web.api.call<{ data: { detail: object }[] }>(
      ...(["GET", "/api/audit?event=archive.retrieved&limit=500"] as const),
    );
    expect(body.data.map(({ detail }) => (detail as { kind: string }).kind)).toContain("rendered");
  });
});

/** Of a PNG: width and height of its header. */
function sizeOf(png: ArrayBuffer): number[] {
  const bytes = Buffer.from(png);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

/** Of a JPEG: the first value of its first quantization table, larger where more is lost. */
function firstStep(jpeg: ArrayBuffer): number {
  const bytes = Buffer.from(jpeg);
  return bytes[bytes.indexOf(Buffer.from([0xff, 0xdb])) + 5]!;
}
