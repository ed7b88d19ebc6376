// What plugins bring to the console: sections, buttons of entries, pages from data and scripts with their hashes.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { SettingsSections } from "../../core/settings/sections.ts";
import { plantAccounts, signedInAs } from "../access/role-visitors.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { writeFilesInto } from "../support/outside-plugins.ts";
import { PAGE_ENTRY, PAGE_PLUGIN } from "../support/page-plugin.ts";
import { SettingsClient } from "../support/settings-client.ts";

interface Page {
  readonly entry: string;
  readonly id: string;
  readonly place: string;
  readonly problem?: string;
  readonly script?: { readonly src: string; readonly integrity: string };
}

describe("a plugin from outside in the console", () => {
  let site: TestSite;
  let hub: Hub;
  let api: ApiClient;
  const page = (id: string, client = api) => client.call("GET", `/api/plugin-pages/web-worklist/${id}`);

  beforeAll(async () => {
    site = await newSite({ plugins: [PAGE_ENTRY] });
    writeFilesInto(site.folder, PAGE_PLUGIN);
    hub = await hubInProcess(site);
    api = await ApiClient.signedIn(hub.http.port);
    await plantAccounts(site, ["user", "portal-manager", "nobody"]);
  });
  afterAll(async () => {
    await hub.stop();
    site.remove();
  });

  const list = async (client: ApiClient) =>
    (await client.call<{ data: Page[] }>("GET", "/api/plugin-pages")).body.data;

  test("its settings are a section without any code for a screen, and a button works on one entry of a list", async () => {
    const settings = new SettingsClient(api);
    const { value, actions } = await settings.section("entry.web-worklist");
    expect(value).toEqual({ rooms: [{ name: "One" }] });
    expect(actions).toEqual([{ id: "ring", label: "Ring", at: "rooms[]" }]);
    const path = "/api/settings/entry.web-worklist/actions/ring";
    const rooms = [{ name: "One" }, { name: "Two" }];
    const rung = await api.call("POST", path, { value: { rooms }, item: "rooms.1" });
    expect(rung.body).toMatchObject({
      ok: true,
      message: "It rings in Two.",
      values: { rooms: [{ name: "Two (rung)" }] },
    });
    expect((await api.call("POST", path, { value: { rooms } })).status).toBe(404);
    expect((await api.call("POST", path, { value: { rooms }, item: "doors.1" })).status).toBe(404);
  });

  test("its pages are listed for who may open them, with what keeps one from being shown", async () => {
    const seen = await list(api);
    expect(seen.map(({ id, place }) => [id, place])).toEqual([
      ["rooms", "page"],
      ["where", "study"],
      ...["live", "broken", "silent", "gone", "odd", "keys"].map((id) => [id, "page"]),
    ]);
    expect(seen.find(({ id }) => id === "gone")?.problem).toBe("Its script cannot be read (ENOENT).");
    const user = await signedInAs(hub.http.port, "user");
    expect((await list(user)).map(({ id }) => id)).not.toContain("keys");
    expect(await page("keys", user)).toMatchObject({ status: 403, body: { code: "access.permission" } });
    expect((await page("keys")).status).toBe(200);
    expect(await list(await signedInAs(hub.http.port, "nobody"))).toEqual([]);
    expect((await page("rooms", await signedInAs(hub.http.port, "nobody"))).status).toBe(403);
    expect((await page("rooms", new ApiClient(hub.http.port))).status).toBe(401);
    expect((await page("nothing")).status).toBe(404);
  });

  test("a page is what the plugin says with its settings, and what is no page is refused", async () => {
    expect((await page("rooms")).body).toMatchObject({
      blocks: [{ kind: "notice" }, { facts: [{ label: "Rooms", value: "1" }] }, { rows: [["One"]] }],
    });
    const studyId = crypto.randomUUID();
    const about = await api.call("GET", `/api/plugin-pages/web-worklist/where?studyId=${studyId}`);
    expect(JSON.stringify(about.body)).toContain(studyId);
    expect(await page("odd")).toMatchObject({ status: 502, body: { code: "plugin.page" } });
  });

  test("a script is served to who may open its page, and fits the hash that the console asks for", async () => {
    const { script } = (await list(api)).find(({ id }) => id === "live")!;
    const response = await api.fetch(script!.src);
    const text = await response.text();
    expect(text).toBe(PAGE_PLUGIN["web-worklist/live.js"]);
    expect(script!.integrity).toBe(`sha384-${createHash("sha384").update(text).digest("base64")}`);
    expect(response.headers.get("content-type")).toContain("text/javascript");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await fetch(api.address(script!.src))).status).toBe(401);
    const nobody = await signedInAs(hub.http.port, "nobody");
    expect((await nobody.fetch(script!.src)).status).toBe(403);
  });
});

test("the hub's own sections come on the way of those of plugins, and on no other", async () => {
  const sections = new SettingsSections();
  expect(sections.of({})).toEqual([]);
  const contribution = (id: string, kind: "core" | "deliver") => ({
    ...{ id, kind, title: id, summary: "", group: "System", path: [], applies: "now" as const },
    schema: { type: "object", properties: { name: { type: "string" } } },
  });
  sections.add(() => [contribution("core.one", "core")]);
  sections.add(() => [{ ...contribution("entry.two", "deliver"), entry: "two" }]);
  sections.add(() => [{ ...contribution("core.odd", "core"), schema: { oneOf: [] } }]);
  expect(sections.of({}).map(({ id, problem }) => [id, problem === undefined])).toEqual([
    ["core.one", true],
    ["entry.two", true],
    // a section of the hub that keeps not to the subset has no form either
    ["core.odd", false],
  ]);
  // every section of a running hub is of one of the two sources
  const site = await newSite({ plugins: [{ use: "qc-dicom" }] });
  const hub = await hubInProcess(site);
  const { sections: all } = await new SettingsClient(await ApiClient.signedIn(hub.http.port)).all();
  expect(all.every(({ id }) => /^(core|entry)\./.test(id))).toBe(true);
  expect(all.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["core.access", "core.uploads", "entry.qc-dicom"]),
  );
  await hub.stop();
  site.remove();
});
