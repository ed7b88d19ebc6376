// Hostile and broken DICOMweb requests: each is refused as it should be, and after each the door still works.
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { webObject } from "../../plugins/dicomweb/testing/web-object.ts";
import {
  type Attributes,
  type DicomwebSite,
  dicomwebSite,
  firstOf,
  itemsOf,
  multipartOf,
  SECRET,
} from "../support/dicomweb-site.ts";

const TYPE = 'multipart/related; type="application/dicom"; boundary=b0';
const AUTHORIZATION = `Bearer ${SECRET}`;

let web: DicomwebSite;
let port: number;
let number = 1;
const fresh = () => {
  number += 1;
  return webObject(number);
};

beforeAll(async () => {
  web = await dicomwebSite(
    {
      idleTimeoutSeconds: 1,
      maxInstanceMegabytes: 1,
      maxRequestMegabytes: 8,
      maxInstances: 9000,
      proxies: ["127.0.0.1"],
    },
    { log: { level: "debug" } },
  );
  port = web.hub.http.port;
});
afterAll(() => web[Symbol.asyncDispose]());

/** Files of objects that are still coming in (docs/decisions/0008). */
const growing = () =>
  readdirSync(join(web.site.folder, "data/files/incoming", web.hub.id)).filter((name) =>
    name.endsWith(".part"),
  );

/** Nothing is half stored, no association is left open, and a good client is served. */
afterEach(async () => {
  const { file, sopInstanceUid } = fresh();
  expect((await web.store([file])).status).toBe(200);
  expect((await web.ask(`/instances?SOPInstanceUID=${sopInstanceUid}`)).status).toBe(200);
  await vi.waitFor(() => expect(growing()).toEqual([]), 20_000);
  const open = "thalamus_dicomweb_requests_open ";
  await vi.waitFor(async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text.split("\n").find((line) => line.startsWith(open))).toBe(`${open}0`);
  }, 20_000);
});

const post = (
  body: NonNullable<RequestInit["body"]>,
  headers: Record<string, string> = {},
  path = "/studies",
) => web.ask(path, { method: "POST", body, headers: { "Content-Type": TYPE, ...headers } });

const answerOf = async (response: Response) => {
  const body = (await response.json()) as Attributes & { code?: string };
  return { status: response.status, code: body.code, body, warning: response.headers.get("warning") };
};

const part = (content: Uint8Array, head = "Content-Type: application/dicom\r\n") =>
  Buffer.concat([Buffer.from(`--b0\r\n${head}\r\n`), content, Buffer.from("\r\n")]);
const END = Buffer.from("--b0--\r\n");

/** A request that no client library would send. */
async function rawRequest(head: string, body: Uint8Array = Buffer.alloc(0)): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  await once(socket, "connect");
  socket.write(`${head}Host: localhost\r\nAuthorization: ${AUTHORIZATION}\r\n\r\n`);
  socket.write(body);
  return socket;
}

async function firstLine(socket: Socket): Promise<string> {
  const [data] = (await once(socket, "data")) as [Buffer];
  return data.toString("latin1").split("\r\n")[0] ?? "";
}

describe("a body", () => {
  test.each([
    [
      "without a boundary in its type",
      "x",
      { "Content-Type": 'multipart/related; type="application/dicom"' },
      400,
      "dicomweb.boundary",
    ],
    [
      "with a boundary that is too long",
      "x",
      { "Content-Type": `multipart/related; boundary=${"b".repeat(201)}` },
      400,
      "dicomweb.boundary",
    ],
    [
      "that is JSON metadata",
      "x",
      { "Content-Type": 'multipart/related; type="application/dicom+json"; boundary=b0' },
      415,
      "dicomweb.metadata",
    ],
    [
      "that is a form",
      "x",
      { "Content-Type": "multipart/form-data; boundary=b0" },
      415,
      "dicomweb.content-type",
    ],
    [
      "of pictures",
      "x",
      { "Content-Type": "multipart/related; type=image/jpeg; boundary=b0" },
      415,
      "dicomweb.content-type",
    ],
    ["that is one bare instance", "x", { "Content-Type": "application/dicom" }, 415, "dicomweb.content-type"],
    ["with a type that is none", "x", { "Content-Type": ";;;" }, 415, "dicomweb.content-type"],
    ["that is compressed", gzipSync("x"), { "Content-Encoding": "gzip" }, 415, "dicomweb.content-encoding"],
    [
      "whose answer may only be XML",
      "x",
      { Accept: "application/dicom+xml" },
      406,
      "dicomweb.not-acceptable",
    ],
    ["that is empty", "", {}, 400, "dicomweb.truncated"],
    ["without a part", END, {}, 400, "dicomweb.no-instances"],
    ["that never shows its boundary", "x".repeat(9000), {}, 400, "dicomweb.multipart"],
    ["whose boundary goes on", "--b0xyz\r\n\r\n\r\n--b0--", {}, 400, "dicomweb.multipart"],
    ["with a header that has no end", `--b0\r\nA: ${"x".repeat(100_000)}`, {}, 400, "dicomweb.multipart"],
    [
      "with a part of metadata",
      part(Buffer.from("{}"), "Content-Type: application/dicom+json\r\n"),
      {},
      415,
      "dicomweb.metadata",
    ],
  ] as const)("%s", async (_name, body, headers, status, code) => {
    expect(await answerOf(await post(body, headers))).toMatchObject({ status, code });
  });

  test("that is cut off after an instance: what came whole is stored, and the answer lists it", async () => {
    const [first, second] = [fresh(), fresh()];
    const cut = Buffer.concat([part(first.file), part(second.file).subarray(0, 300)]);
    const { status, body, warning } = await answerOf(await post(cut));
    expect([status, warning]).toEqual([400, expect.stringContaining("dicomweb.truncated")]);
    expect(itemsOf(body, "00081199").map((item) => firstOf(item, "00081155"))).toEqual([
      first.sopInstanceUid,
    ]);
    expect((await web.ask(`/instances?SOPInstanceUID=${first.sopInstanceUid}`)).status).toBe(200);
    expect((await web.ask(`/instances?SOPInstanceUID=${second.sopInstanceUid}`)).status).toBe(204);
  });

  test("of which some parts are wrong: the others are stored, and each is told why", async () => {
    const [good, huge, other] = [fresh(), webObject(90_001, 1_100_000), fresh()];
    const otherClass = Buffer.from(fresh().file);
    const torn = fresh();
    const { body, contentType } = multipartOf([
      good.file,
      Buffer.from("no DICOM at all"),
      huge.file,
      torn.file.subarray(0, torn.file.length - 20),
      Buffer.from(otherClass.toString("latin1").replaceAll("5.1.4.1.1.4", "5.1.4.1.2.1"), "latin1"),
      other.file,
    ]);
    const { status, body: answer } = await answerOf(await post(body, { "Content-Type": contentType }));
    expect(status).toBe(202);
    const stored = itemsOf(answer, "00081199").map((item) => firstOf(item, "00081155"));
    expect(stored).toEqual([good.sopInstanceUid, other.sopInstanceUid]);
    const reasons = itemsOf(answer, "00081198").map((item) => Number(firstOf(item, "00081197")).toString(16));
    expect(reasons).toEqual(["a701", "c000", "122"]);
    expect(itemsOf(answer, "0008119A").map((item) => firstOf(item, "00081197"))).toEqual([0xc000]);
  });

  test("of another study than the address says is refused whole", async () => {
    const { file, sopInstanceUid } = fresh();
    const { body, contentType } = multipartOf([file]);
    const path = "/studies/1.2.826.0.1.3680043.10.999.77";
    const { status, body: answer } = await answerOf(await post(body, { "Content-Type": contentType }, path));
    expect([status, itemsOf(answer, "00081198").map((item) => firstOf(item, "00081197"))]).toEqual([
      409,
      [0xc409],
    ]);
    expect((await web.ask(`/instances?SOPInstanceUID=${sopInstanceUid}`)).status).toBe(204);
  });

  test("of 10,000 parts, each of them empty, ends where there are too many", async () => {
    const body = Buffer.concat([...Array.from({ length: 10_000 }, () => part(Buffer.alloc(0), "")), END]);
    const { status, warning } = await answerOf(await post(body));
    expect([status, warning]).toEqual([413, expect.stringContaining("dicomweb.too-large")]);
  });

  test("that is announced as too long is not even read, and one that grows too long is ended", async () => {
    const announced = await rawRequest(
      `POST /dicom-web/studies HTTP/1.1\r\nContent-Type: ${TYPE}\r\nContent-Length: 99999999\r\n`,
    );
    expect(await firstLine(announced)).toContain("413");
    announced.destroy();
    const { file } = fresh();
    const chunk = (bytes: Uint8Array) =>
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
    const grown = await rawRequest(
      `POST /dicom-web/studies HTTP/1.1\r\nContent-Type: ${TYPE}\r\nTransfer-Encoding: chunked\r\n`,
      chunk(part(file)),
    );
    const line = firstLine(grown);
    for (let sent = 0; sent < 9_000_000; sent += 100_000) grown.write(chunk(Buffer.alloc(100_000, 0x78)));
    expect(await line).toContain("413");
    grown.destroy();
  });

  test("that comes drop by drop is ended after the idle time", async () => {
    const socket = await rawRequest(
      `POST /dicom-web/studies HTTP/1.1\r\nContent-Type: ${TYPE}\r\nContent-Length: 99999\r\n`,
      part(fresh().file).subarray(0, 200),
    );
    const drip = setInterval(() => socket.write("x"), 50);
    expect(await firstLine(socket)).toContain("408");
    clearInterval(drip);
    socket.destroy();
  });

  test("whose sender goes away in the middle of an instance leaves nothing of it", async () => {
    const { file, sopInstanceUid } = webObject(90_002, 600_000);
    const socket = await rawRequest(
      `POST /dicom-web/studies HTTP/1.1\r\nContent-Type: ${TYPE}\r\nContent-Length: 700000\r\n`,
      part(file).subarray(0, 500_000),
    );
    await vi.waitFor(() => expect(growing()).toHaveLength(1), 20_000);
    socket.destroy();
    await vi.waitFor(() => expect(growing()).toEqual([]), 20_000);
    expect((await web.ask(`/instances?SOPInstanceUID=${sopInstanceUid}`)).status).toBe(204);
  });
});

describe("an address", () => {
  test.each([
    ["/studies/..%2f..%2fetc%2fpasswd", 400, "dicomweb.bad-uid"],
    ["/studies/1.2.3/series/%2e%2e/instances/%2e%2e", 400, "dicomweb.bad-uid"],
    ["/studies/1%00.2", 400, "dicomweb.bad-uid"],
    [`/studies/${"1.".repeat(40)}1`, 400, "dicomweb.bad-uid"],
    ["/studies/%zz", 400, "dicomweb.bad-url"],
    ["/studies/1.2.3/series/1.2/instances/1.2/frames/0", 400, "dicomweb.bad-frames"],
    ["/studies/1.2.3/series/1.2/instances/1.2/frames/1,two", 400, "dicomweb.bad-frames"],
    ["/studies/1.2.3/series/1.2/instances/1.2/bulkdata/..", 404, "dicomweb.not-offered"],
    ["/studies/1.2.3/series/1.2/instances/1.2/rendered", 404, "dicomweb.not-found"],
    ["/studies//", 400, "dicomweb.bad-uid"],
    ["/nothing", 404, "dicomweb.not-offered"],
  ])("%s is refused", async (path, status, code) => {
    const socket = await rawRequest(`GET /dicom-web${path} HTTP/1.1\r\n`);
    const [data] = (await once(socket, "data")) as [Buffer];
    expect(data.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*"${code}"`));
    socket.destroy();
  });

  test.each(["PUT", "DELETE", "PATCH"])("with the method %s is refused", async (method) => {
    const response = await web.ask("/studies", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });
});

describe("a client", () => {
  const guess = (address: string, headers: Record<string, string>) =>
    fetch(`${web.url}/studies`, { headers: { ...headers, "X-Forwarded-For": address } });
  const basic = (name: string, secret: string) => ({
    Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`,
  });

  test("is known by HTTP Basic, too, with its own name only", async () => {
    expect((await guess("192.0.2.1", basic("WEB", SECRET))).status).toBe(200);
    const refused = await guess("192.0.2.2", basic("SOMEBODY", SECRET));
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining("Basic"),
    ]);
  });

  test.each([
    ["nothing", {}],
    ["a wrong secret", { Authorization: "Bearer wrong" }],
    ["the hash of the secret", basic("WEB", "")],
    ["an unknown scheme", { Authorization: `Digest ${SECRET}` }],
    ["nonsense", { Authorization: "Basic !!!!" }],
    ["far too much", { Authorization: `Bearer ${"x".repeat(9000)}` }],
  ])("that shows %s is not let in", async (_name, headers) => {
    expect((await guess("192.0.2.3", headers as Record<string, string>)).status).toBe(401);
  });

  test("that guesses has to wait, while others do not", async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      const { status } = await guess("192.0.2.9", { Authorization: `Bearer wrong${time}` });
      statuses.push(status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await guess("192.0.2.9", { Authorization: AUTHORIZATION })).status).toBe(429);
    expect((await guess("192.0.2.10", { Authorization: AUTHORIZATION })).status).toBe(200);
  });

  test("that is refused stands in the audit trail, without what it showed", async () => {
    const path = "/api/audit?event=api-key.refused&address=192.0.2.9";
    const { body } = await web.api.call<{ data: { actor: string; detail: object }[] }>("GET", path);
    expect(body.data.map(({ actor, detail }) => ({ actor, ...detail }))).toEqual(
      Array.from({ length: 5 }, () => ({
        actor: "unknown",
        door: "dicomweb",
        code: "dicomweb.unauthorized",
      })),
    );
    // many ask without credentials first
    await guess("192.0.2.11", {});
    const none = await web.api.call<{ data: object[] }>("GET", path.replace("2.9", "2.11"));
    expect(none.body.data).toEqual([]);
  });

  test("a page of another web site may not store with a browser's credentials", async () => {
    const response = await post("x", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" });
    expect([response.status, await response.json()]).toMatchObject([403, { code: "access.foreign-site" }]);
  });
});

test("each way to be refused is counted under its own name", async () => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith("thalamus_dicomweb_"));
  expect(lines.filter((line) => line.includes('"other"'))).toEqual([]);
  const counted = (start: string) =>
    Number(
      lines
        .find((line) => line.startsWith(start))
        ?.split(" ")
        .at(-1),
    );
  for (const status of [200, 202, 400, 406, 408, 409, 413, 415]) {
    expect(counted(`thalamus_dicomweb_requests_total{service="store",status="${status}"}`)).toBeGreaterThan(
      0,
    );
  }
  expect(counted('thalamus_dicomweb_requests_total{service="store",status="gone"}')).toBe(1);
  expect(counted('thalamus_dicomweb_instances_refused_total{code="dicomweb.not-part10"}')).toBeGreaterThan(0);
});
