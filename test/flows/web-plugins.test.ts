// Plugins of kind web on the hub's server: where they may be, what they get, and what they cannot break.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { writeFilesInto } from "../support/outside-plugins.ts";

/** Tells how many bytes came in how many pieces; fails when it is asked to. */
const WEB_COUNT = `// web-count: counts what it is sent.
import { defineWeb, Permanent, Settings, Type } from "@thalamus/sdk";

const path = Type.String({ title: "Path", description: "Where it is.", default: "/count" });
const broken = Type.Boolean({ title: "Broken", description: "Does not start.", default: false });

export default defineWeb({
  name: "web-count",
  title: "Count",
  summary: "Counts what it is sent.",
  settings: Settings({ path, broken }),
  needs: {},
  start: async ({ settings }) => {
    if (settings.broken) throw new Permanent("web-count.broken", "it is broken on purpose");
    return {
      path: settings.path,
      allowsOrigin: (origin) => origin === "https://friend.example",
      handle: async ({ request, response, path, query }) => {
        if (path === "/bug") throw new Error("PATIENT^NAME is in this message");
        if (path === "/late-bug") {
          response.write("half an ans");
          throw new Error("too late");
        }
        let bytes = 0;
        for await (const piece of request) bytes += piece.length;
        response.end(JSON.stringify({ path, q: query.get("q"), bytes }));
      },
      stop: async () => {},
    };
  },
});
`;

const entry = (settings: object = {}, more: object = {}) => ({ path: "./web-count", settings, ...more });

async function siteWith(...plugins: object[]): Promise<TestSite> {
  const site = await newSite({ plugins });
  writeFilesInto(site.folder, { "web-count/plugin.ts": WEB_COUNT });
  return site;
}

describe("a plugin that runs", () => {
  let site: TestSite;
  let hub: Hub;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${hub.http.port}${path}`, init);
  beforeAll(async () => {
    site = await siteWith(entry());
    hub = await hubInProcess(site);
  });
  afterAll(async () => {
    await hub.stop();
    site.remove();
  });

  test("gets what is under its path, with bodies larger than the API takes, and nothing else", async () => {
    expect([...hub.web]).toEqual([["web-count", "/count"]]);
    const body = Buffer.alloc(3_000_000);
    const response = await ask("/count/a%2fb?q=1", { method: "POST", body });
    expect(await response.json()).toEqual({ path: "/a%2fb", q: "1", bytes: 3_000_000 });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await (await ask("/count")).json()).toMatchObject({ path: "/" });
    expect(await (await ask("/counter")).text()).not.toContain("bytes");
    expect((await ask("/api/health")).status).toBe(200);
  });

  test("is asked for no change by a page of another web site, unless it allows that one", async () => {
    const foreign = { "Sec-Fetch-Site": "cross-site" };
    const from = (origin: string) => ({ ...foreign, Origin: origin });
    expect((await ask("/count", { method: "POST", headers: foreign })).status).toBe(403);
    expect((await ask("/count", { method: "POST", headers: from("https://other.example") })).status).toBe(
      403,
    );
    expect((await ask("/count", { method: "POST", headers: from("https://friend.example") })).status).toBe(
      200,
    );
    expect(
      (await ask("/api/session", { method: "POST", headers: from("https://friend.example") })).status,
    ).toBe(403);
    expect((await ask("/count", { headers: foreign })).status).toBe(200);
  });

  test("that throws costs one request, which is told an error id and nothing of the message", async () => {
    const response = await ask("/count/bug");
    const { code, errorId } = (await response.json()) as { code: string; errorId: string };
    expect([response.status, code]).toEqual([500, "api.bug"]);
    await expect(ask("/count/late-bug").then((late) => late.text())).rejects.toThrow();
    expect((await ask("/count")).status).toBe(200);
    const log = () => readFileSync(join(site.folder, "data/logs/hub.log"), "utf8");
    await vi.waitFor(() => expect(log()).toContain(errorId), 20_000);
    expect(log()).not.toContain("PATIENT^NAME");
  });
});

describe("a plugin that cannot run", () => {
  const sites: TestSite[] = [];
  afterEach(() => {
    for (const site of sites.splice(0)) site.remove();
  });

  test.each([
    ["wants a path that is not free", [entry({ path: "/api" })], "path /api is the hub's own"],
    ["is dicomweb without clients", [{ use: "dicomweb" }], "add an entry with a name"],
  ])("because it %s stops the hub, which says why", async (_name, plugins, message) => {
    const site = await siteWith(...plugins);
    sites.push(site);
    await expect(hubInProcess(site)).rejects.toThrow(message);
  });

  test("and is optional leaves the hub running, which tells on its status page", async () => {
    const site = await siteWith(entry({ broken: true }, { optional: true }), entry({}, { name: "second" }));
    sites.push(site);
    const hub = await hubInProcess(site);
    const api = await ApiClient.signedIn(hub.http.port);
    const { body } = await api.call<{ plugins: object[] }>("GET", "/api/status");
    expect(body.plugins).toMatchObject([
      { name: "web-count", state: "failed", problem: "it is broken on purpose" },
      { name: "second", kind: "web", state: "running" },
    ]);
    expect([...hub.web.keys()]).toEqual(["second"]);
    await hub.stop();
  });
});
