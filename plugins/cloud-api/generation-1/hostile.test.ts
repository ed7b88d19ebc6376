// Generation 1 under bad input: bodies that are no ciphertext, are cut, too long or not what they should be.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JAVA, PYTHON } from "../testing/dialects.ts";
import { GenerationOneClient } from "../testing/generation-1-client.ts";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";

let cloud: ServedCloud;
let client: GenerationOneClient;
beforeAll(async () => {
  cloud = await servedCloud({ settings: { signInsPerMinute: 1000 } });
  client = new GenerationOneClient({ url: cloud.url, apiKey: cloud.keys[0]!.secret, dialect: JAVA });
  await client.connect();
});
afterAll(() => cloud.stop());

const statusOf = (work: Promise<unknown>) =>
  work.then(
    () => 200,
    (error: { status: number }) => error.status,
  );

describe("a body", () => {
  test.each([
    ["that is empty", ""],
    ["that is no base64", "%%%%"],
    ["that is shorter than a counter block", randomBytes(15).toString("base64")],
    ["that is a counter block alone", randomBytes(16).toString("base64")],
    ["that is noise", randomBytes(600).toString("base64")],
    ["that is plain JSON", '{"orderId":"TEST"}'],
  ])("%s is refused", async (_name, body) => {
    expect(await statusOf(client.raw("checkStatus", body))).toBe(400);
    expect(cloud.bugs).toEqual([]);
  });

  test("that is too long is refused, whether it says so or not", async () => {
    const body = randomBytes(60_000).toString("base64");
    expect(await statusOf(client.raw("checkStatus", body))).toBe(413);
    const pieces = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from(body));
        controller.close();
      },
    });
    const headers = { "Connection-Id": client.connectionId };
    const init = { method: "POST", headers, body: pieces, duplex: "half" } as RequestInit;
    expect((await fetch(`${cloud.url}/api/checkStatus/`, init)).status).toBe(413);
  });

  test.each([
    "null",
    "[]",
    "7",
    '"TEST"',
    "{}",
    '{"orderId":{}}',
    '{"orderId":["TEST"]}',
    '{"orderId":"x"} x',
    "{",
  ])("with %s in it is refused", async (plain) => {
    expect(await statusOf(client.raw("checkStatus", client.encrypted(plain)))).toBe(400);
  });

  test("is read with any padding that a library puts behind it", async () => {
    const plain = '{"orderId":"TEST"}';
    for (const padding of ["", "\n", "\0".repeat(16), "\x01", "\x10".repeat(16), "\x0e".repeat(14)]) {
      expect(await statusOf(client.raw("checkStatus", client.encrypted(plain + padding)))).toBe(200);
    }
  });

  test("that was changed on the way changes nothing but that it is refused or read", async () => {
    const good = Buffer.from(client.encrypted('{"orderId":"TEST"}'), "base64");
    for (let bit = 0; bit < good.length * 8; bit += 5) {
      const bad = Buffer.from(good);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect([200, 400, 404]).toContain(await statusOf(client.raw("checkStatus", bad.toString("base64"))));
    }
    expect(cloud.bugs).toEqual([]);
  });
});

describe("a connection", () => {
  const connect = (body: string) =>
    fetch(`${cloud.url}/api/connect/`, {
      method: "POST",
      headers: { "X-Api-Key": cloud.keys[0]!.secret },
      body,
    });

  test.each([
    ["nothing", ""],
    ["noise", randomBytes(256).toString("base64")],
    ["noise of another length", randomBytes(100).toString("base64")],
    ["plain JSON", JSON.stringify({ aes_key: randomBytes(16).toString("base64") })],
  ])("is not begun with %s, and nobody is told why", async (_name, body) => {
    const response = await connect(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: "Invalid request." });
  });

  test.each([8, 15, 17, 32])("is not begun with a key of %d bytes", async (length) => {
    const { constants, publicEncrypt } = await import("node:crypto");
    const key = (await (await fetch(`${cloud.url}/api/getPubKey`)).json()) as { pub_key: string };
    const plain = Buffer.from(JSON.stringify({ aes_key: randomBytes(length).toString("base64") }));
    const options = { key: key.pub_key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
    expect((await connect(publicEncrypt(options, plain).toString("base64"))).status).toBe(400);
  });

  test("of one client tells another nothing: each has a key of its own", async () => {
    const other = new GenerationOneClient({ url: cloud.url, apiKey: cloud.keys[0]!.secret, dialect: PYTHON });
    await other.connect();
    other.connectionId = client.connectionId;
    expect(await statusOf(other.call("checkStatus", { orderId: "TEST" }))).toBe(400);
  });
});

test("addresses that are none and methods that do not fit are refused in JSON", async () => {
  for (const [path, method, status] of [
    ["/api/", "GET", 404],
    ["/api/constructor", "POST", 404],
    ["/api/newJob/", "POST", 405],
    ["/api/runJob/", "GET", 405],
    ["/api/connect/", "GET", 405],
    ["/api/getPubKey", "DELETE", 405],
  ] as const) {
    const response = await fetch(`${cloud.url}${path}`, { method });
    expect([path, response.status]).toEqual([path, status]);
    expect(await response.json()).toHaveProperty("error");
  }
});
