// API keys: for programs, with scopes, an end, and without any cookie.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../core/database/database.ts";
import { ApiKey } from "../../core/database/entities/account.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { plantAccounts, signedInAs } from "./role-visitors.ts";

let site: TestSite;
let hub: Hub;
let admin: ApiClient;

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  admin = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const made = async (maker: ApiClient, body: object) =>
  maker.call<{ id: string; key: string; code?: string }>("POST", "/api/access/keys", body);

const call = async (key: string, path: string, method = "GET", headers: Record<string, string> = {}) => {
  const init = { method, headers: { ...headers, authorization: `Bearer ${key}` } };
  return (await new ApiClient(hub.http.port).fetch(path, init)).status;
};

describe("an API key", () => {
  test("may do what its scopes say, and nothing else; the journal knows it by name", async () => {
    const { body } = await made(admin, { name: "pacs", scopes: ["studies.read"] });
    expect(body.key).toMatch(/^thal_[A-Za-z0-9_-]{43}$/);
    expect(await call(body.key, "/api/studies")).toBe(200);
    expect(await call(body.key, "/api/results")).toBe(403);
    expect(await call(body.key, "/api/access/keys")).toBe(403);
    expect(await call(body.key, "/api/my/sessions")).toBe(403);
    const { body: who } = await new ApiClient(hub.http.port)
      .fetch("/api/session", { headers: { authorization: `Bearer ${body.key}` } })
      .then(async (response) => ({ body: (await response.json()) as object }));
    expect(who).toMatchObject({ name: "key:pacs", permissions: ["studies.read"] });
  });

  test("is shown once and kept as a hash", async () => {
    const { body } = await made(admin, { name: "once", scopes: ["studies.read"] });
    const list = await (await admin.fetch("/api/access/keys")).text();
    expect(list).toContain('"once"');
    const orm = await connect(site.databaseUrl);
    const rows = JSON.stringify(await orm.em.fork().findAll(ApiKey));
    await orm.close();
    for (const text of [list, rows]) expect(text).not.toContain(body.key.slice(10));
  });

  test("that was revoked, has expired, or is none, opens nothing, whatever cookie is with it", async () => {
    const { body } = await made(admin, { name: "gone", scopes: ["studies.read"] });
    expect((await admin.call("DELETE", `/api/access/keys/${body.id}`)).status).toBe(204);
    expect(await call(body.key, "/api/studies")).toBe(401);
    expect(await call(body.key, "/api/studies", "GET", admin.headers())).toBe(401);
    expect(await call(`thal_${"A".repeat(43)}`, "/api/studies")).toBe(401);
    const late = new Date(Date.now() + 3600_000).toISOString();
    const short = (await made(admin, { name: "short", scopes: ["studies.read"], expiresAt: late })).body;
    expect(await call(short.key, "/api/studies")).toBe(200);
    const orm = await connect(site.databaseUrl);
    await orm.em.fork().nativeUpdate(ApiKey, { id: short.id }, { expiresAt: new Date(Date.now() - 1000) });
    await orm.close();
    expect(await call(short.key, "/api/studies")).toBe(401);
    const past = await made(admin, {
      name: "past",
      scopes: ["studies.read"],
      expiresAt: "2020-01-01T00:00:00Z",
    });
    expect(past).toMatchObject({ status: 400, body: { code: "access.expired" } });
  });

  test("that is wrong is on record with the reason, and a script with wrong keys does not fill the journal", async () => {
    const guesses = Array.from({ length: 30 }, (_, n) => `thal_${"B".repeat(41)}${10 + n}`);
    for (const guess of guesses) expect(await call(guess, "/api/studies")).toBe(401);
    const lines = async (event: string) =>
      (
        await admin.call<{ data: { actor: string; detail: Record<string, unknown>; outcome: string }[] }>(
          "GET",
          `/api/audit?event=${event}&limit=100`,
        )
      ).body.data;
    const refused = await lines("api-key.refused");
    expect(refused.filter(({ actor }) => actor === "unknown")).toHaveLength(10);
    expect(new Set(refused.map(({ actor, detail }) => `${actor} ${detail["reason"]}`))).toEqual(
      new Set(["unknown unknown", "key:gone revoked", "key:short expired"]),
    );
    expect(JSON.stringify(refused)).not.toContain("BBBB");
    // who may not do something is on record, too, with the address of the API and no ids in it
    const denied = await lines("access.refused");
    expect(denied.find(({ detail }) => detail["path"] === "/api/results")).toMatchObject({
      ...{ actor: "key:pacs", outcome: "refused" },
      detail: { method: "get", code: "access.permission" },
    });
  });

  test("is never allowed more than who made it, now and later", async () => {
    await plantAccounts(site, ["keeper"]);
    const role = (permissions: string[]) =>
      admin.call("PUT", "/api/access/roles/keeper", { title: "Keeper", permissions });
    await role(["keys.manage", "studies.read", "results.read"]);
    const keeper = await signedInAs(hub.http.port, "keeper");
    const beyond = await made(keeper, { name: "beyond", scopes: ["studies.delete"] });
    expect(beyond).toMatchObject({ status: 403, body: { code: "access.beyond-own" } });
    const { key } = (await made(keeper, { name: "within", scopes: ["studies.read", "results.read"] })).body;
    expect(await call(key, "/api/results")).toBe(200);
    await role(["keys.manage", "studies.read"]);
    expect(await call(key, "/api/results")).toBe(403);
    expect(await call(key, "/api/studies")).toBe(200);
    const { body } = await admin.call<{ data: { id: string; name: string }[] }>(
      "GET",
      "/api/access/accounts",
    );
    const { id } = body.data.find(({ name }) => name === "a-keeper")!;
    await admin.call("PATCH", `/api/access/accounts/${id}`, { disabled: true });
    expect(await call(key, "/api/studies")).toBe(401);
  });

  test("makes no keys", async () => {
    const { key } = (await made(admin, { name: "maker", scopes: ["keys.manage", "studies.read"] })).body;
    const response = await new ApiClient(hub.http.port).fetch("/api/access/keys", {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "child", scopes: ["studies.read"] }),
    });
    expect(response.status).toBe(403);
  });
});
