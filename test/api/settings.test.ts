// The settings over the API: sections, saving, conflicts, secrets in place, versions, entries, export and import.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { plantAccounts, signedInAs } from "../access/role-visitors.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { CHECK_SIZE, writeFilesInto } from "../support/outside-plugins.ts";
import { type Problem, SettingsClient } from "../support/settings-client.ts";

/** A setting that only who manages accounts sees, beside one that is everybody's. */
const withClosedField = (code: string): string =>
  code
    .replace("default: 1 }", 'default: 1, "x-ui": { visibleTo: "accounts.manage" } }')
    .replace(
      "Type.Integer(fewest) }",
      'Type.Integer(fewest), words: Type.String({ title: "Words", default: "" }) }',
    );

const SECRET = "CANARY-token-17";
const OTHER_SECRET = "CANARY-other-18";

describe("settings over the API", () => {
  let site: TestSite;
  let hub: Hub;
  let api: ApiClient;
  let settings: SettingsClient;
  let receiver: WebReceiver;
  let database: pg.Client;

  beforeAll(async () => {
    receiver = await WebReceiver.start(answering(200));
    const rest = {
      url: `${receiver.url}/in`,
      privateNetworks: ["127.0.0.0/8"],
      auth: { kind: "bearer", secret: SECRET },
    };
    const outside = { path: "./plugins/check-size", name: "size", settings: { fewest: 3 } };
    site = await newSite({
      plugins: [
        DICOM_LISTENER,
        { use: "qc-dicom" },
        { use: "deliver-rest", name: "portal", settings: rest },
        outside,
      ],
      route: { check: ["qc-dicom"], deliver: ["portal"] },
    });
    writeFilesInto(site.folder, { "plugins/check-size/plugin.ts": withClosedField(CHECK_SIZE) });
    hub = await hubInProcess(site);
    api = await ApiClient.signedIn(hub.http.port);
    settings = new SettingsClient(api);
    database = new pg.Client(site.databaseUrl);
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await hub.stop();
    await receiver[Symbol.asyncDispose]();
    site.remove();
  });

  const journal = async (event: string) =>
    (await database.query("select actor, detail from journal where event = $1 order by id", [event])).rows;

  test("the file is version 1, and the hub's own sections and those of its plugins make one list", async () => {
    const { version, running, trouble, sections } = await settings.all();
    expect({ version, running, trouble }).toEqual({ version: 1, running: 1, trouble: null });
    const kinds = new Map(sections.map(({ id, kind }) => [id, kind]));
    expect(kinds.get("core.receiving")).toBe("core");
    expect(kinds.get("entry.dicom-scp")).toBe("intake");
    expect(kinds.get("entry.portal")).toBe("deliver");
    expect(sections.filter(({ problem }) => problem !== null)).toEqual([]);
    expect((await settings.section("entry.portal")).actions).toEqual([
      { id: "test", label: "Test delivery" },
    ]);
  });

  test("what is right is saved, is in effect, and stands in the journal without its value", async () => {
    const { status, body } = await settings.save("core.uploads", { largestMegabytes: 77 });
    expect({ status, version: body.version }).toEqual({ status: 200, version: 2 });
    const options = await api.call<{ largestBytes: number }>("GET", "/api/uploads/options");
    expect(options.body.largestBytes).toBe(77_000_000);
    const detail = { version: 2, origin: "console", sections: { uploads: ["largestMegabytes"] } };
    expect((await journal("settings.changed")).at(-1)).toEqual({ actor: "admin", detail });
  });

  test("what was left to its default stays so, and saving nothing new makes no version", async () => {
    const { version } = await settings.all();
    const { rows } = await database.query("select document from settings_version where number = $1", [
      version,
    ]);
    expect(rows[0].document.uploads).toEqual({ largestMegabytes: 77 });
    expect((await settings.save("core.uploads", {})).body.version).toBe(version);
  });

  test("wrong values are refused, all at once and with their fields, and nothing is changed", async () => {
    const before = (await settings.all()).version;
    const wrong = { attempts: 0, firstDelaySeconds: "soon" };
    const { status, body } = await settings.save("core.attempts", wrong);
    expect({ status, code: body.code }).toEqual({ status: 400, code: "settings.invalid" });
    const problems = body.details as Problem[];
    expect(problems.map(({ section, path }) => `${section} ${path}`).toSorted()).toEqual([
      "core.attempts attempts",
      "core.attempts firstDelaySeconds",
    ]);
    expect((await settings.all()).version).toBe(before);
  });

  test("what only the plugin or the route can tell is refused at its field, too", async () => {
    const template = await settings.save("entry.portal", { body: "{{#if" });
    const [problem] = template.body.details as Problem[];
    expect(problem).toMatchObject({ section: "entry.portal", path: "body" });
    const route = await settings.save("core.delivery", { deliver: ["portal", "nobody"] });
    const [unknown] = route.body.details as Problem[];
    expect(unknown).toMatchObject({ section: "core.delivery", path: "deliver.1" });
  });

  test("a secret is shown as set, sent back as it came it stays, and a new one replaces it", async () => {
    const { value } = await settings.section("entry.portal");
    const auth = value["auth"] as Record<string, unknown>;
    expect(auth["secret"]).toEqual({ $secret: expect.any(String), setAt: expect.any(String) });
    await settings.save("entry.portal", { headers: [{ name: "X-Site", value: "one" }] });
    expect(await bearer()).toBe(`Bearer ${SECRET}`);
    await settings.save("entry.portal", { auth: { ...auth, secret: OTHER_SECRET } });
    expect(await bearer()).toBe(`Bearer ${OTHER_SECRET}`);
    const after = (await settings.section("entry.portal")).value["auth"] as typeof auth;
    expect(after["secret"]).not.toEqual(auth["secret"]);
  });

  /** What the test button of the destination sends with the stored settings. */
  async function bearer(): Promise<string | undefined> {
    const { value } = await settings.section("entry.portal");
    const path = "/api/settings/entry.portal/actions/test";
    const { body } = await api.call<{ ok: boolean; message: string }>("POST", path, { value });
    expect(body).toMatchObject({ ok: true });
    return receiver.requests.at(-1)?.headers.authorization;
  }

  test("a secret goes with its entry of a list when the list is put into another order", async () => {
    const allowed = [
      { ae: "FIRST", user: "one", passcode: "CANARY-a" },
      { ae: "SECOND", user: "two", passcode: "CANARY-b" },
    ];
    await settings.save("entry.dicom-scp", { allowedCallers: allowed });
    const stored = (await settings.section("entry.dicom-scp")).value["allowedCallers"] as object[];
    await settings.save("entry.dicom-scp", { allowedCallers: stored.toReversed() });
    const turned = (await settings.section("entry.dicom-scp")).value["allowedCallers"] as object[];
    expect(turned).toEqual(stored.toReversed());
    await settings.save("entry.dicom-scp", { allowedCallers: [] });
  });

  test("a reference of one section opens nothing in another one", async () => {
    const auth = (await settings.section("entry.portal")).value["auth"] as Record<string, unknown>;
    const caller = { ae: "THIEF", user: "x", passcode: auth["secret"] };
    const { status, body } = await settings.save("entry.dicom-scp", { allowedCallers: [caller] });
    expect({ status, code: body.code }).toEqual({ status: 400, code: "settings.invalid" });
  });

  test("a button works on what is not saved yet, and is on record without values", async () => {
    const { value } = await settings.section("entry.portal");
    const path = "/api/settings/entry.portal/actions/test";
    const dead = await api.call<{ ok: boolean }>("POST", path, {
      value: { ...value, url: "http://127.0.0.1:1/x" },
    });
    expect(dead.body.ok).toBe(false);
    const wrong = await api.call<{ code: string }>("POST", path, { value: { ...value, method: "PATCH" } });
    expect(wrong).toMatchObject({ status: 400, body: { code: "settings.invalid" } });
    const detail = { section: "entry.portal", action: "test", ok: false };
    expect((await journal("settings.tried")).at(-1)).toEqual({ actor: "admin", detail });
  });

  test("who saves over somebody else's change is told what it was; other sections are nobody's business", async () => {
    const { version } = await settings.all();
    await settings.save("core.name", { name: "Ward hub" });
    expect((await settings.save("core.uploads", { atOnce: 3 }, version)).status).toBe(200);
    const { status, body } = await settings.save("core.name", { name: "Mine" }, version);
    expect({ status, code: body.code }).toEqual({ status: 409, code: "settings.conflict" });
    const fields = [{ field: "name", before: "Thalamus", after: "Ward hub" }];
    expect(body.details).toMatchObject({ madeBy: "admin", fields });
  });

  test("an old version tells its difference without secrets and is brought back as a new one", async () => {
    const { version } = await settings.all();
    const path = `/api/settings-versions/${version}/difference?from=1`;
    const difference = await api.call<{ data: { section: string }[] }>("GET", path);
    expect(difference.body.data.map(({ section }) => section).toSorted()).toEqual([
      "entry.dicom-scp",
      "entry.portal",
      "name",
      "uploads",
    ]);
    expect(JSON.stringify(difference.body)).not.toMatch(/CANARY|sealed/);
    const back = await api.call<{ version: number }>("POST", "/api/settings-versions/1/restore", {});
    expect(back.body.version).toBe(version + 1);
    expect(await bearer()).toBe(`Bearer ${SECRET}`);
    expect((await settings.section("core.name")).value).toEqual({ name: "Thalamus" });
  });

  test("an export without a passphrase holds no secret; imported elsewhere or here it keeps what is stored", async () => {
    const bare = await exported({});
    expect(bare).not.toMatch(/CANARY|sealed/);
    const text = bare.replace("url: ", "method: PUT\n        url: ");
    const preview = await api.call("POST", "/api/settings-import/preview", { text });
    const fields = [{ field: "method", before: null, after: "PUT" }];
    const { version } = await settings.all();
    expect(preview.body).toEqual({ version, changes: [{ section: "entry.portal", fields }], problems: [] });
    // what somebody else saves between the look and the import is not written over
    expect((await settings.save("core.name", { name: "Meanwhile" })).status).toBe(200);
    const seen = await api.call("POST", "/api/settings-import", { text, version });
    expect(seen).toMatchObject({ status: 409, body: { code: "settings.conflict" } });
    expect((await settings.save("core.name", { name: "Thalamus" })).status).toBe(200);
    expect((await api.call("POST", "/api/settings-import", { text })).status).toBe(200);
    expect(await bearer()).toBe(`Bearer ${SECRET}`);
  });

  test("with a passphrase the secrets travel sealed, and open with it only", async () => {
    const text = await exported({ passphrase: "long enough" });
    expect(text).not.toMatch(/CANARY/);
    const wrong = await api.call("POST", "/api/settings-import/preview", { text, passphrase: "another one" });
    expect(wrong).toMatchObject({ status: 400, body: { code: "settings.passphrase" } });
    const right = await api.call("POST", "/api/settings-import/preview", { text, passphrase: "long enough" });
    expect(right.body).toMatchObject({ changes: [], problems: [] });
  });

  const exported = async (body: object) =>
    (await api.call<{ text: string }>("POST", "/api/settings-export", body)).body.text;

  test("a destination is added, renamed and removed with its place in the route", async () => {
    const { value } = await settings.section("entry.portal");
    const { auth: _, ...plain } = value;
    const more = { use: "deliver-rest", name: "second", settings: plain, inRoute: true };
    expect((await api.call("POST", "/api/settings-entries", more)).status).toBe(200);
    expect((await settings.section("core.delivery")).value["deliver"]).toEqual(["portal", "second"]);
    await api.call("POST", "/api/settings-entries/second/rename", { to: "third" });
    const { body } = await api.call<{ data: { name: string }[] }>("GET", "/api/destinations");
    expect(body.data.map(({ name }) => name)).toEqual(["portal", "third"]);
    expect((await api.call("DELETE", "/api/settings-entries/third")).status).toBe(200);
    expect((await settings.section("core.delivery")).value["deliver"]).toEqual(["portal"]);
  });

  test("a field with a permission of its own is there only for who has it, and nobody else changes it on any way", async () => {
    await api.call("PUT", "/api/access/roles/settings-only", {
      ...{ title: "Settings", permissions: ["settings.read", "settings.write"] },
    });
    await plantAccounts(site, ["settings-only"]);
    const other = new SettingsClient(await signedInAs(hub.http.port, "settings-only"));
    expect((await settings.section("entry.size")).value).toEqual({ fewest: 3, words: "" });
    const seen = await other.section("entry.size");
    expect(seen.value).toEqual({ words: "" });
    expect(JSON.stringify(seen.schema)).not.toContain("fewest");
    // what they may change they do, and the other field stays
    expect((await other.save("entry.size", { words: "Too small" })).status).toBe(200);
    expect((await settings.section("entry.size")).value).toEqual({ fewest: 3, words: "Too small" });
    const { version } = await settings.all();
    expect((await settings.save("entry.size", { fewest: 4 })).status).toBe(200);
    const file = await other.api.call<{ text: string }>("POST", "/api/settings-export", {});
    expect(file.body.text).toContain("Too small");
    expect(file.body.text).not.toContain("fewest");
    const path = `/api/settings-versions/${version + 1}/difference?from=${version}`;
    expect((await other.api.call("GET", path)).body).toEqual({ data: [] });
    expect(JSON.stringify((await api.call("GET", path)).body)).toContain("fewest");
    // a file that says nothing of it changes nothing of it
    const changed = { text: file.body.text.replace("Too small", "Too few") };
    const preview = await other.api.call("POST", "/api/settings-import/preview", changed);
    expect(JSON.stringify(preview.body)).not.toContain("fewest");
    expect((await other.api.call("POST", "/api/settings-import", changed)).status).toBe(200);
    expect((await settings.section("entry.size")).value).toEqual({ fewest: 4, words: "Too few" });
    const mine = { text: file.body.text.replace("words: Too small", "fewest: 1") };
    const refused = [
      await other.save("entry.size", { fewest: 1 }),
      await other.api.call("POST", "/api/settings-import", mine),
      await other.api.call("POST", `/api/settings-versions/${version}/restore`, {}),
      await other.api.call("DELETE", "/api/settings-entries/size"),
      await other.api.call("POST", "/api/settings-entries/size/rename", { to: "other" }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect((await settings.section("entry.size")).value["fewest"]).toBe(4);
  });

  test("no secret of the settings is in the database in the clear, in an answer or in a log", async () => {
    const { rows } = await database.query("select document::text, changes::text from settings_version");
    const lines = await database.query("select detail::text from journal");
    const folder = join(site.folder, "data/logs");
    const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const said = JSON.stringify([rows, lines.rows, logs, await settings.all()]);
    expect(said).toContain("$sealed");
    expect(said).not.toContain("CANARY");
  });
});
