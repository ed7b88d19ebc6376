// Tokens of generation 2: who gets one, what it is good for, and when it ends.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryKey } from "../testing/memory-access.ts";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";
import { ROUTES } from "./generation-2.ts";

const [key, reader] = [memoryKey("1"), memoryKey("2", ["orders:read", "results:read"])];
let cloud: ServedCloud;
beforeAll(async () => {
  cloud = await servedCloud({ keys: [key, reader], settings: { signInsPerMinute: 1000 } });
});
afterAll(() => cloud.stop());

const basic = (id: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${cloud.url}${path}`, { ...init, headers });
const testToken = (token: string) => ask("/test-token", { Authorization: `Bearer ${token}` });

describe("a token is given", () => {
  const { keyId } = key.caller;
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    ask("/auth/token", headers, { method: "POST", body: new URLSearchParams(fields) });

  test("to a client that shows itself by Basic, in the form, or both ways encoded", async () => {
    const grant = { grant_type: "client_credentials" };
    const inForm = { ...grant, client_id: keyId, client_secret: key.secret };
    const replies = await Promise.all([
      ask("/auth/token", basic(keyId, key.secret)),
      ask("/auth/token/", basic(encodeURIComponent(keyId), encodeURIComponent(key.secret))),
      form(inForm),
      form(grant, basic(keyId, key.secret)),
    ]);
    for (const reply of replies) {
      expect(reply.status).toBe(200);
      expect(reply.headers.get("cache-control")).toContain("no-store");
      const body = (await reply.json()) as { access_token: string };
      expect(body).toMatchObject({
        token_type: "Bearer",
        expires_in: 3600,
        scope: key.caller.scopes.join(" "),
      });
      expect((await testToken(body.access_token)).status).toBe(200);
    }
  });

  test.each([
    ["a wrong secret", () => ask("/auth/token", basic(keyId, "wrong")), 401, "invalid_client"],
    ["another key's secret", () => ask("/auth/token", basic(keyId, reader.secret)), 401, "invalid_client"],
    ["an id that is none", () => ask("/auth/token", basic("'; --", key.secret)), 401, "invalid_client"],
    ["nothing at all", () => ask("/auth/token"), 401, "invalid_client"],
    [
      "a header that is broken",
      () => ask("/auth/token", { Authorization: "Basic ???" }),
      401,
      "invalid_client",
    ],
    ["another grant", () => form({ grant_type: "password" }), 400, "unsupported_grant_type"],
    ["no form", () => ask("/auth/token", {}, { method: "POST", body: "{}" }), 400, "invalid_request"],
    [
      "a scope that the key does not have",
      () => ask("/auth/token?scope=orders:write", basic(reader.caller.keyId, reader.secret)),
      400,
      "invalid_scope",
    ],
  ] as const)("not for %s", async (_name, request, status, error) => {
    const reply = await request();
    expect(reply.status).toBe(status);
    const body = (await reply.json()) as object;
    expect(body).toMatchObject({ error, error_description: expect.any(String), message: expect.any(String) });
    if (status === 401) {
      expect(reply.headers.get("www-authenticate")).toContain("Basic");
      // for the journal, without what was shown
      const told = { kind: "key", address: "127.0.0.1", code: "cloud-api.invalid-client" };
      expect(cloud.refusals.at(-1)).toEqual(told);
    }
    expect((await ask("/auth/token", basic(keyId, key.secret))).status).toBe(200);
  });
});

describe("a token", () => {
  test("says until when and for what it is good, and for whom", async () => {
    const reply = await testToken(await cloud.token(reader, "orders:read"));
    const body = (await reply.json()) as { expires_at: string };
    expect(body).toMatchObject({ valid: true, scope: "orders:read", organisation: "Hospital" });
    expect(Date.parse(body.expires_at) - Date.now()).toBeGreaterThan(3_590_000);
  });

  test("that is not there, was made up or was changed opens nothing", async () => {
    const token = await cloud.token();
    const [text = "", mac = ""] = token.split(".");
    const raised = Buffer.from(JSON.stringify({ k: key.caller.keyId, s: "orders:read", e: 9e9 })).toString(
      "base64url",
    );
    for (const bad of [
      "x",
      "x.y",
      `${text}.`,
      `${raised}.${mac}`,
      `${text}.${"A".repeat(43)}`,
      "x".repeat(5000),
    ]) {
      const reply = await testToken(bad);
      expect(reply.status).toBe(401);
      expect(reply.headers.get("www-authenticate")).toContain('error="invalid_token"');
      expect(await reply.json()).toMatchObject({ error: "invalid-token" });
    }
    const none = await ask("/test-token");
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="cloud"']);
  });

  test("is worth nothing as soon as its key is revoked", async () => {
    const token = await cloud.token(reader);
    expect((await testToken(token)).status).toBe(200);
    reader.revoked = true;
    expect((await testToken(token)).status).toBe(401);
    const told = { kind: "key", caller: reader.caller.keyId, code: "cloud-api.invalid-token" };
    expect(cloud.refusals.at(-1)).toMatchObject(told);
    reader.revoked = false;
  });

  describe("after an hour", () => {
    beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
    afterEach(() => vi.useRealTimers());

    test("has ended", async () => {
      const token = await cloud.token();
      vi.setSystemTime(Date.now() + 3_599_000);
      expect((await testToken(token)).status).toBe(200);
      vi.setSystemTime(Date.now() + 2000);
      const before = cloud.refusals.length;
      expect((await testToken(token)).status).toBe(401);
      // which happens to every client
      expect(cloud.refusals.length).toBe(before);
    });
  });
});

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
  "%s",
  (_name, route) => {
    const call = (token?: string) =>
      ask(route.path, token === undefined ? {} : { Authorization: `Bearer ${token}` }, {
        method: route.method,
      });

    test("wants a token, and one with its scope", async () => {
      expect((await call()).status).toBe(401);
      if (route.scope === "any") return;
      const others = key.caller.scopes.filter((scope) => scope !== route.scope);
      const reply = await call(await cloud.token(key, others.join(" ")));
      expect(reply.status).toBe(403);
      expect(reply.headers.get("www-authenticate")).toContain(
        `error="insufficient_scope", scope="${route.scope}"`,
      );
      expect(await reply.json()).toMatchObject({ error: "insufficient-scope" });
      const told = { kind: "right", caller: key.caller.keyId, code: "cloud-api.insufficient-scope" };
      expect(cloud.refusals.at(-1)).toMatchObject(told);
      // with its own scope it comes as far as the check of what it brings
      expect([401, 403]).not.toContain((await call(await cloud.token(key, route.scope))).status);
    });
  },
);
