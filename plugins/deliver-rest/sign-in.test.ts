// Sign-in, looked at from the server's side; signatures are checked by another program.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answering, hasOpenssl, NEEDS_OPENSSL, TestAuthority, WebReceiver } from "@thalamus/sdk/testing";
import { from, lastValueFrom, toArray } from "rxjs";
import { afterAll, describe, expect, test } from "vitest";
import plugin from "./plugin.ts";
import { RestBench } from "./testing/rest-bench.ts";

const bench = new RestBench();
afterAll(() => bench[Symbol.asyncDispose]());

const headersFor = async (auth: object) => {
  await using server = await WebReceiver.start();
  expect(await bench.deliver(await bench.step(), { url: server.url, auth })).toMatchObject({
    kind: "delivered",
  });
  return server.requests[0]!.headers;
};

describe("A-190 sign-in", () => {
  test("none, basic, bearer and a key in a header", async () => {
    expect((await headersFor({ kind: "none" })).authorization).toBeUndefined();
    const basic = await headersFor({ kind: "basic", user: "hub", secret: "pa:ss wörd" });
    expect(Buffer.from(String(basic.authorization).slice(6), "base64").toString()).toBe("hub:pa:ss wörd");
    const secretFile = join(bench.folder, "token");
    writeFileSync(secretFile, "tok-1\n");
    expect((await headersFor({ kind: "bearer", secretFile })).authorization).toBe("Bearer tok-1");
    expect((await headersFor({ kind: "header", secret: "k-1", headerName: "X-Key" }))["x-key"]).toBe("k-1");
  });

  test("a secret that cannot be read is told without the name of its file", async () => {
    const auth = { kind: "bearer", secretFile: "/no/CANARY" };
    const outcome = await bench.deliver(await bench.step(), { url: "http://127.0.0.1:1", auth });
    expect(outcome).toMatchObject({ kind: "rejected", code: "deliver-rest.secret" });
    expect(JSON.stringify(outcome)).not.toContain("CANARY");
  });

  test.skipIf(!hasOpenssl)(
    `HMAC: openssl makes the same signature of what arrived${NEEDS_OPENSSL}`,
    async () => {
      await using server = await WebReceiver.start();
      const auth = { kind: "hmac", user: "key-1", secret: "shared-secret" };
      await bench.deliver(await bench.step(), {
        url: `${server.url}/in/{{order.id}}?a={{patient.id}}`,
        auth,
      });
      const { method, url, headers, body } = server.requests[0]!;
      const timestamp = String(headers["x-thalamus-timestamp"]);
      expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(60);
      expect(headers["x-thalamus-key"]).toBe("key-1");
      const input = Buffer.concat([Buffer.from(`${timestamp}\n${method}\n${url}\n`), body]);
      const openssl = execFileSync("openssl", ["dgst", "-sha256", "-hmac", "shared-secret", "-hex"], {
        input,
      });
      expect(headers["x-thalamus-signature"]).toBe(`v1=${String(openssl).trim().split(" ").at(-1)}`);
    },
  );

  test("OAuth 2 client credentials: one token for many deliveries, a new one when it is withdrawn", async () => {
    await using tokens = await WebReceiver.start((_request, response, count) => {
      response.writeHead(200).end(JSON.stringify({ access_token: `token-${count}`, expires_in: 3600 }));
    });
    let valid = "token-1";
    await using server = await WebReceiver.start((request, response, count) => {
      response.writeHead(request.headers.authorization === `Bearer ${valid}` ? 201 : 401).end();
      // withdrawn after the second delivery
      if (count === 2) valid = "token-2";
    });
    const tokenUrl = `${tokens.url}/token`;
    const auth = { kind: "oauth2", user: "hub", secret: "s c", tokenUrl, scope: "reports.write" };
    const scope = bench.scope({ url: server.url, auth, atOnce: 1 });
    const steps = [await bench.step(), await bench.step(), await bench.step()];
    const settled = await lastValueFrom(plugin.deliver(from(steps), scope).pipe(toArray()));
    expect(settled.map(({ outcome }) => outcome.kind)).toEqual(["delivered", "delivered", "delivered"]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
      ["token-1", "token-1", "token-1", "token-2"].map((token) => `Bearer ${token}`),
    );
    expect(tokens.requests).toHaveLength(2);
    const [{ headers, body } = { headers: {}, body: "" }] = tokens.requests;
    expect(String(body)).toBe("grant_type=client_credentials&scope=reports.write");
    expect(Buffer.from(String(headers.authorization).slice(6), "base64").toString()).toBe("hub:s+c");
  });

  test("a token that is refused is for a person to look at, a token address that is busy is not", async () => {
    await using tokens = await WebReceiver.start(answering(400, {}, '{"error":"invalid_client"}'));
    const auth = { kind: "oauth2", user: "hub", secret: "s", tokenUrl: tokens.url };
    const settings = { url: "https://reports.example.org", auth };
    expect(await bench.deliver(await bench.step(), settings)).toMatchObject({ code: "deliver-rest.sign-in" });
    expect(await plugin.probe(bench.scope(settings), new AbortController().signal)).toMatchObject({
      ok: false,
      stages: [{ stage: "sign-in", ok: false }],
    });
    tokens.answer = answering(503, { "Retry-After": "9" });
    expect(await bench.deliver(await bench.step(), settings)).toMatchObject({ kind: "retry", afterMs: 9000 });
  });

  test.skipIf(!hasOpenssl)(`mutual TLS, and a wrong certificate${NEEDS_OPENSSL}`, async () => {
    using authority = new TestAuthority();
    const tls = { ...authority.sign("reports"), clientCaFile: authority.caFile };
    await using server = await WebReceiver.start(answering(201), tls);
    const own = { caFile: authority.caFile, ...authority.sign("hub") };
    const step = await bench.step();
    expect(await bench.deliver(step, { url: server.url, tls: own })).toMatchObject({ kind: "delivered" });
    expect(await bench.deliver(step, { url: server.url })).toMatchObject({
      kind: "rejected",
      code: "deliver-rest.not-sent",
      message: expect.stringContaining("authority is not trusted"),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe("A-193 A-198 Test Delivery", () => {
  test("signs in like a delivery, delivers nothing, and says what happened at each stage", async () => {
    await using server = await WebReceiver.start((request, response) => {
      response.writeHead(request.headers.authorization === "Bearer right" ? 200 : 401).end();
    });
    const probe = (secret: string) =>
      plugin.probe(
        bench.scope({ url: `${server.url}/in/{{order.id}}`, auth: { kind: "bearer", secret } }),
        new AbortController().signal,
      );
    const good = await probe("right");
    expect(good.ok).toBe(true);
    expect(good.stages?.map(({ stage }) => stage)).toEqual(["name", "connect", "sign-in", "accepted"]);
    expect((await probe("wrong")).stages?.at(-1)).toMatchObject({ stage: "sign-in", ok: false });
    expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(["OPTIONS"]));
  });
});
