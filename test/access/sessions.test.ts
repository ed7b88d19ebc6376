// Sessions: signed cookies, eight idle hours, lists and revocation, and what other web sites cannot do with them.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../core/database/database.ts";
import { Session } from "../../core/database/entities/account.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

let site: TestSite;
let hub: Hub;

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const fresh = () => ApiClient.signedIn(hub.http.port);
const cookieOf = (client: ApiClient) => client.headers()["cookie"]!.replace("thalamus_session=", "");
const shows = async (cookie: string) => {
  const response = await fetch(new ApiClient(hub.http.port).address("/api/session"), {
    headers: { cookie: `thalamus_session=${cookie}` },
  });
  return response.status;
};

describe("A-291 the cookie", () => {
  test("counts only with the signature of this site", async () => {
    const cookie = cookieOf(await fresh());
    const [token = "", signature = ""] = cookie.split(".");
    expect(await shows(cookie)).toBe(200);
    const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    for (const wrong of [
      token,
      `${token}.`,
      `${token}.${flipped}`,
      `${token.slice(1)}.${signature}`,
      ".",
      "",
    ]) {
      expect(await shows(wrong)).toBe(401);
    }
  });

  test("is nowhere in the database, not even for who can write there", async () => {
    const token = "made-up-by-somebody-with-access-to-the-database";
    const orm = await connect(site.databaseUrl);
    const em = orm.em.fork();
    const [row] = await em.findAll(Session, { populate: ["account"] });
    const tokenHash = createHash("sha256").update(token).digest("hex");
    await em.insert(Session, { tokenHash, account: row!.account.id });
    const rows = JSON.stringify(await em.findAll(Session));
    expect(await shows(`${token}.${"A".repeat(43)}`)).toBe(401);
    await em.nativeDelete(Session, { tokenHash });
    await orm.close();
    expect(rows).not.toContain(cookieOf(await fresh()).split(".")[0]);
  });
});

describe("A-299 a session", () => {
  const seenBefore = async (client: ApiClient, hours: number) => {
    const tokenHash = createHash("sha256").update(cookieOf(client).split(".")[0]!).digest("hex");
    const orm = await connect(site.databaseUrl);
    const lastSeenAt = new Date(Date.now() - hours * 3600_000);
    await orm.em.fork().nativeUpdate(Session, { tokenHash }, { lastSeenAt });
    await orm.close();
  };

  test("X-012 ends after eight idle hours, and slides while somebody works", async () => {
    const client = await fresh();
    await seenBefore(client, 7.9);
    expect((await client.call("GET", "/api/session")).status).toBe(200);
    const { body } = await client.call<{ data: { current: boolean; lastSeenAt: string }[] }>(
      "GET",
      "/api/my/sessions",
    );
    const own = body.data.find(({ current }) => current)!;
    expect(Date.now() - Date.parse(own.lastSeenAt)).toBeLessThan(600_000);
    await seenBefore(client, 8.1);
    expect((await client.call("GET", "/api/session")).status).toBe(401);
    expect((await client.call("GET", "/api/session")).status).toBe(401);
    // once, and with where it was
    const { body: audit } = await (await fresh()).call<{ data: { actor: string; address: string }[] }>(
      "GET",
      "/api/audit?event=session.expired",
    );
    expect(audit.data).toHaveLength(1);
    expect(audit.data[0]).toMatchObject({
      ...{ actor: "admin", detail: { door: "password", idleMinutes: 480 } },
      address: expect.stringContaining("127.0.0.1"),
    });
  });

  test("is listed with device and address, and can be ended by itself", async () => {
    const [here, there] = [await fresh(), await fresh()];
    await there.fetch("/api/session", { headers: { "user-agent": "Reading room" } });
    const list = async () =>
      (
        await here.call<{ data: { id: string; current: boolean; address: string; device: string }[] }>(
          "GET",
          "/api/access/sessions",
        )
      ).body.data;
    const before = await list();
    expect(before.filter(({ current }) => current)).toHaveLength(1);
    expect(before.every(({ address, device }) => address.includes("127.0.0.1") && device !== "")).toBe(true);
    const mine = (await there.call<{ data: { id: string; current: boolean }[] }>("GET", "/api/my/sessions"))
      .body;
    const { id } = mine.data.find(({ current }) => current)!;
    expect((await here.call("DELETE", `/api/access/sessions/${id}`)).status).toBe(204);
    expect((await there.call("GET", "/api/session")).status).toBe(401);
    expect((await here.call("DELETE", `/api/access/sessions/${id}`)).status).toBe(404);
  });

  test("all others end at a word, and the own one stays", async () => {
    const [here, there] = [await fresh(), await fresh()];
    const { body } = await here.call<{ ended: number }>("DELETE", "/api/my/sessions");
    expect(body.ended).toBeGreaterThanOrEqual(1);
    expect((await there.call("GET", "/api/session")).status).toBe(401);
    expect((await here.call("GET", "/api/session")).status).toBe(200);
    await fresh();
    expect((await here.call<{ ended: number }>("DELETE", "/api/access/sessions")).body.ended).toBe(1);
    expect((await here.call("GET", "/api/session")).status).toBe(200);
  });
});

describe("a page of another web site", () => {
  test.each([
    ["a browser that tells the site", { "sec-fetch-site": "cross-site" }],
    ["a browser that tells a sub-domain", { "sec-fetch-site": "same-site" }],
    ["an older browser", { origin: "https://evil.example" }],
    ["a sandboxed frame", { origin: "null" }],
  ])("changes nothing through %s, although the cookie is there", async (_name, headers) => {
    const client = await fresh();
    for (const [method, path] of [
      ["DELETE", "/api/session"],
      ["POST", "/api/access/accounts"],
      ["DELETE", "/api/my/sessions"],
      ["POST", "/api/session"],
    ] as const) {
      const response = await client.fetch(path, { method, headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "access.foreign-site" });
    }
    expect((await client.call("GET", "/api/session")).status).toBe(200);
  });

  test("own pages and programs pass", async () => {
    const client = await fresh();
    const host = client.address("").replace("http://", "");
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: `http://${host}` }, {}]) {
      const response = await client.fetch("/api/my/sessions", { method: "DELETE", headers });
      expect(response.status).toBe(200);
    }
  });
});
