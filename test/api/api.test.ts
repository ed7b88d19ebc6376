// The API as strangers, users and browsers meet it.
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { ADMIN_PASSWORD, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

const MISSING = "00000000-0000-4000-8000-000000000000";
let site: TestSite;
let hub: Hub;
let api: ApiClient;

interface Document {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { security: unknown[]; operationId: string; tags: string[] }>
  >;
}

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const stranger = () => new ApiClient(hub.http.port);

describe("the document", () => {
  test("A-278 is valid OpenAPI 3.1 and served beside Swagger UI", async () => {
    const document = (await stranger().call<Document>("GET", "/api-docs/openapi.json")).body;
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(document.openapi).toBe("3.1.0");
    const page = await stranger().fetch("/api-docs/");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("swagger-initializer.js");
  });

  test("A-279 has the areas that people look for", async () => {
    const { body } = await stranger().call<Document>("GET", "/api-docs/openapi.json");
    const tags = new Set(
      Object.values(body.paths).flatMap((methods) => Object.values(methods).flatMap((one) => one.tags)),
    );
    expect([...tags]).toEqual(
      expect.arrayContaining([
        "Health",
        "Studies",
        "Results",
        "Groups",
        "Deliveries",
        "Settings",
        "Updates",
        "Logs",
      ]),
    );
  });

  test("names every route, and every one but health and what the sign-in page needs refuses a stranger", async () => {
    const { body } = await stranger().call<Document>("GET", "/api-docs/openapi.json");
    const open: string[] = [];
    for (const [path, methods] of Object.entries(body.paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const url = path.replaceAll(/\{\w+\}/g, MISSING).replace("*name", "report");
        const answer = await stranger().call(method.toUpperCase(), url, method === "get" ? undefined : {});
        if (answer.status !== 401) open.push(`${method} ${path}`);
        expect(security.length === 0).toBe(answer.status !== 401);
      }
    }
    expect(open.sort()).toEqual([
      ...["get /api/health", "get /api/sign-in-options", "get /health", "post /api/session"],
    ]);
    expect((await stranger().fetch("/api/live")).status).toBe(401);
    expect((await stranger().fetch("/api/nothing-here")).status).toBe(404);
  });
});

describe("health", () => {
  test("A-280 A-281 answers without a session that database and listener work", async () => {
    for (const path of ["/health", "/api/health"]) {
      expect(await stranger().call("GET", path)).toEqual({
        status: 200,
        body: { status: "ok", database: true, dicom: true, disk: "ample" },
      });
    }
  });

  test("status says what runs and where it listens", async () => {
    const { body } = await api.call("GET", "/api/status");
    const { port } = hub.listeners.get("dicom-scp")!;
    expect(body).toMatchObject({
      database: { embedded: false },
      listeners: [{ name: "dicom-scp", host: "127.0.0.1", port }],
      plugins: [{ name: "dicom-scp", kind: "intake", state: "running" }],
    });
  });
});

describe("signing in", () => {
  test("with a wrong password is refused without saying which part was wrong", async () => {
    const wrong = await stranger().call("POST", "/api/session", { name: "admin", password: "wrong" });
    const unknown = await stranger().call("POST", "/api/session", {
      name: "nobody",
      password: ADMIN_PASSWORD,
    });
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  test("sets a cookie that scripts and other sites cannot use", async () => {
    const response = await stranger().fetch("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "admin", password: ADMIN_PASSWORD }),
    });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
  });

  test("ends with signing out", async () => {
    const client = await ApiClient.signedIn(hub.http.port);
    expect((await client.call("GET", "/api/session")).body).toMatchObject({ name: "admin", role: "admin" });
    expect((await client.call("DELETE", "/api/session")).status).toBe(204);
    expect((await client.call("GET", "/api/session")).status).toBe(401);
  });

  test("has to wait after too many wrong passwords", async () => {
    const lonely = await newSite();
    const other = await hubInProcess(lonely);
    const client = new ApiClient(other.http.port);
    const tries: number[] = [];
    for (let i = 0; i < 7; i++) {
      tries.push((await client.call("POST", "/api/session", { name: "admin", password: "wrong" })).status);
    }
    expect(tries.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(tries.at(-1)).toBe(429);
    await other.stop();
    lonely.remove();
  });
});

describe("a request", () => {
  test("that breaks its schema is refused with the place of the mistake", async () => {
    const bad = await api.call("GET", "/api/studies?perPage=many");
    expect(bad).toMatchObject({
      status: 400,
      body: { code: "api.invalid", details: [{ path: "/perPage" }] },
    });
    const fields = await api.call("POST", `/api/studies/${MISSING}/reveal`, { fields: ["password"] });
    expect(fields.status).toBe(400);
  });

  test("for what is not there is told so", async () => {
    expect((await api.call("GET", `/api/study-info/${MISSING}`)).status).toBe(404);
    expect((await api.call("GET", `/api/results/${MISSING}`)).status).toBe(404);
    expect((await api.call("GET", `/api/results/${MISSING}/files/report`)).status).toBe(404);
  });

  test("that is no JSON or too large is refused", async () => {
    const headers = { "content-type": "application/json" };
    const broken = await api.fetch("/api/session", { method: "POST", headers, body: "{" });
    expect(broken.status).toBe(400);
    const body = JSON.stringify({ name: "a".repeat(2_000_000), password: "b" });
    expect((await api.fetch("/api/session", { method: "POST", headers, body })).status).toBe(413);
  });

  test("from another web site is refused although the cookie is there", async () => {
    const response = await api.fetch("/api/session", {
      method: "DELETE",
      headers: { "sec-fetch-site": "cross-site" },
    });
    expect(response.status).toBe(403);
    expect((await api.call("GET", "/api/session")).status).toBe(200);
  });
});

describe("every answer", () => {
  test("forbids inline scripts, foreign frames and foreign requests", async () => {
    const { headers } = await stranger().fetch("/");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
    const list = await api.fetch("/api/studies");
    expect(list.headers.get("cache-control")).toBe("no-store");
  });
});
