// The door for parts: limits in bytes, in time and in number, and addresses that are none.
import { once } from "node:events";
import { connect } from "node:net";
import { connectionClosed } from "@thalamus/sdk/testing";
import { expect, test } from "vitest";
import { PYTHON } from "./testing/dialects.ts";
import { GenerationOneClient } from "./testing/generation-1-client.ts";
import { type ServedCloud, servedCloud } from "./testing/served-cloud.ts";

/** Requests that `addressIn` makes. */
const SETUP = 5;

async function addressIn({ url, keys }: ServedCloud): Promise<string> {
  const client = new GenerationOneClient({ url, apiKey: keys[0]!.secret, dialect: PYTHON });
  await client.connect();
  const orderId = await client.newJob();
  const { uploadId } = await client.json<{ uploadId: string }>("multipartUploadRequest", {
    orderId,
    zipIndex: 0,
  });
  const wanted = { orderId, uploadId, partNumber: 1 };
  return (await client.json<{ presignedUrl: string }>("multipartPresignedUrl", wanted)).presignedUrl;
}

const put = (url: string, body: string | Uint8Array | ReadableStream, more: object = {}) =>
  fetch(url, { method: "PUT", body, ...more });
const noise = (bytes: number) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let sent = 0; sent < bytes; sent += 100_000) controller.enqueue(new Uint8Array(100_000));
      controller.close();
    },
  });

test("takes a part, also one whose length is not announced, and tells its ETag", async () => {
  const cloud = await servedCloud();
  await using _ = cloud.web;
  const url = await addressIn(cloud);
  expect((await put(url, "abc")).headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
  const streamed = await put(url, noise(300_000), { duplex: "half" });
  expect(streamed.status).toBe(200);
  expect([...cloud.desk.parts.values()].at(-1)).toHaveLength(300_000);
});

test("refuses a part that is too long, before it came or while it comes", async () => {
  const cloud = await servedCloud({ settings: { maxPartMegabytes: 5 } });
  await using _ = cloud.web;
  const url = await addressIn(cloud);
  expect((await put(url, new Uint8Array(5_000_001))).status).toBe(413);
  const streamed = await put(url, noise(5_100_000), { duplex: "half" });
  expect([streamed.status, ((await streamed.json()) as { error: string }).error]).toEqual([413, "too-large"]);
  expect(cloud.desk.parts.size).toBe(0);
  expect(cloud.bugs).toEqual([]);
});

test("refuses addresses that were never given out, and every method but PUT", async () => {
  const cloud = await servedCloud();
  await using _ = cloud.web;
  for (const address of ["x/1", "", "../api/newJob", "%2e%2e/1", "a".repeat(3000)]) {
    const refused = await fetch(`${cloud.url}/parts/${address}`, { method: "PUT", body: "x" });
    expect(refused.status).toBeGreaterThanOrEqual(400);
  }
  const url = await addressIn(cloud);
  for (const method of ["GET", "POST", "DELETE"]) expect((await fetch(url, { method })).status).toBe(405);
  expect(cloud.bugs).toEqual([]);
});

/** Begins a part and sends nothing of it. */
function begin(url: string) {
  const { port, pathname } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
  socket.write(`PUT ${pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n`);
  return socket;
}

test("takes so many parts at once, and no more", async () => {
  const cloud = await servedCloud({ settings: { maxUploads: 1 } });
  await using _ = cloud.web;
  const url = await addressIn(cloud);
  const slow = begin(url);
  await cloud.begun(SETUP + 1);
  const busy = await put(url, "x");
  expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "10"]);
  slow.destroy();
  await expect.poll(async () => (await put(url, "x")).status).toBe(200);
});

test("lets go of a part that does not come on", async () => {
  const cloud = await servedCloud({ settings: { idleTimeoutSeconds: 1 } });
  await using _ = cloud.web;
  const slow = begin(await addressIn(cloud));
  const [answer] = (await once(slow, "data")) as [Buffer];
  expect(String(answer)).toContain("HTTP/1.1 408");
  slow.destroy();
});

test("ends parts in hand when the service stops, and forgets one whose client went away", async () => {
  const cloud = await servedCloud();
  const url = await addressIn(cloud);
  const gone = begin(url);
  await cloud.begun(SETUP + 1);
  gone.destroy();
  const cut = begin(url).resume();
  await cloud.begun(SETUP + 2);
  const closed = connectionClosed(cut);
  await cloud.stop();
  await closed;
  expect(cloud.desk.parts.size).toBe(0);
  expect(cloud.bugs).toEqual([]);
});
