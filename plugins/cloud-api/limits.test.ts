// What the service does not do for everybody at once: rates, requests in work, wrong keys, generations switched off.
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { JAVA } from "./testing/dialects.ts";
import { GenerationOneClient } from "./testing/generation-1-client.ts";
import { memoryKey } from "./testing/memory-access.ts";
import { type ServedCloud, servedCloud } from "./testing/served-cloud.ts";

const testToken = (cloud: ServedCloud, token: string) =>
  fetch(`${cloud.url}/test-token`, { headers: { Authorization: `Bearer ${token}` } });
const connected = async ({ url }: ServedCloud, apiKey: string) => {
  const client = new GenerationOneClient({ url, apiKey, dialect: JAVA });
  await client.connect();
  return client;
};

describe("a key that asks too often", () => {
  test("has to wait, in both generations together, and other keys need not", async () => {
    const keys = [memoryKey("1"), memoryKey("2")];
    const cloud = await servedCloud({ keys, settings: { requestsPerMinute: 3 } });
    await using _ = cloud.web;
    const [token, other] = [await cloud.token(), await cloud.token(keys[1])];
    const client = await connected(cloud, keys[0]!.secret);
    await client.call("checkStatus", { orderId: "TEST" });
    await client.call("checkStatus", { orderId: "TEST" });
    expect((await testToken(cloud, token)).status).toBe(200);
    const refused = await testToken(cloud, token);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(refused.status).toBe(429);
    expect(seconds).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: "rate-limited", retry_after: seconds });
    await expect(client.call("checkStatus", { orderId: "TEST" })).rejects.toThrow("Too many requests");
    expect((await testToken(cloud, other)).status).toBe(200);
  });
});

describe("an address that signs in", () => {
  test("too often has to wait, in both generations together", async () => {
    const cloud = await servedCloud({ settings: { signInsPerMinute: 2 } });
    await using _ = cloud.web;
    await connected(cloud, cloud.keys[0]!.secret);
    await cloud.token();
    await expect(connected(cloud, cloud.keys[0]!.secret)).rejects.toThrow("Too many requests");
  });

  test("with wrong keys has to wait, and is not told whether one would be right", async () => {
    const cloud = await servedCloud();
    await using _ = cloud.web;
    const guess = (secret: string) =>
      connected(cloud, secret).then(
        () => "connected",
        (error: Error) => error.message,
      );
    const answers: string[] = [];
    for (let tries = 0; tries < 6; tries += 1) answers.push(await guess(`wrong ${tries}`));
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "API key not found."));
    expect(answers[5]).toMatch(/^Too many wrong keys/);
    expect(await guess(cloud.keys[0]!.secret)).toMatch(/^Too many wrong keys/);
  });
});

test("more requests at once than are taken are told to come again", async () => {
  const cloud = await servedCloud({ settings: { maxRequests: 1 } });
  await using _ = cloud.web;
  const { port, pathname } = new URL(cloud.url);
  const slow = connect(Number(port), "127.0.0.1").on("error", () => {});
  const key = cloud.keys[0]!.secret;
  slow.write(
    `POST ${pathname}/api/connect/ HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${key}\r\nContent-Length: 9\r\n\r\n`,
  );
  await cloud.begun(1);
  const busy = await fetch(`${cloud.url}/api/getPubKey`);
  expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "10"]);
  slow.destroy();
  await once(slow, "close");
  await expect.poll(async () => (await fetch(`${cloud.url}/api/getPubKey`)).status).toBe(200);
});

test.each([
  [[1], { "/api/getPubKey": 200, "/openapi.json": 404, "/test-token": 404 }],
  [[2], { "/api/getPubKey": 404, "/openapi.json": 200, "/test-token": 401 }],
])("with the generations %j on, the other one is not there", async (generations, expected) => {
  const cloud = await servedCloud({ settings: { generations } });
  await using _ = cloud.web;
  const paths = Object.keys(expected);
  const found = await Promise.all(paths.map(async (path) => [path, (await fetch(cloud.url + path)).status]));
  expect(Object.fromEntries(found)).toEqual(expected);
});

test("addresses of parts begin with the public address of the site, where it names one", async () => {
  const publicUrl = "https://cloud.example.org/orders";
  const cloud = await servedCloud({ settings: { publicUrl } });
  await using _ = cloud.web;
  const client = await connected(cloud, cloud.keys[0]!.secret);
  const orderId = await client.newJob();
  const { uploadId } = await client.json<{ uploadId: string }>("multipartUploadRequest", {
    orderId,
    zipIndex: 0,
  });
  const wanted = { orderId, uploadId, partNumber: 1 };
  const { presignedUrl } = await client.json<{ presignedUrl: string }>("multipartPresignedUrl", wanted);
  expect(presignedUrl).toMatch(/^https:\/\/cloud\.example\.org\/orders\/parts\/./);
});
