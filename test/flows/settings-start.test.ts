// Which settings a hub starts with: the file, the newest version, or the last one that worked.
import { readFileSync, writeFileSync } from "node:fs";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { SettingsClient } from "../support/settings-client.ts";

describe("at the start", () => {
  let site: TestSite;
  const hubs: Hub[] = [];

  beforeEach(async () => {
    site = await newSite({ plugins: [{ use: "qc-dicom" }] });
  });
  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.stop()));
    site.remove();
  });

  async function start(): Promise<SettingsClient> {
    const hub = await hubInProcess(site);
    hubs.push(hub);
    return new SettingsClient(await ApiClient.signedIn(hub.http.port));
  }
  const stop = () => hubs.pop()!.stop();
  const inFile = (from: string, to: string) =>
    writeFileSync(site.configFile, readFileSync(site.configFile, "utf8").replace(from, to));

  test("the newest version counts until the file is changed, and then the file; every change is a version", async () => {
    let settings = await start();
    await settings.save("core.attempts", { attempts: 7 });
    await stop();
    settings = await start();
    expect((await settings.section("core.attempts")).value["attempts"]).toBe(7);
    await stop();
    inFile("stableAfterSeconds: 0.5", "stableAfterSeconds: 0.75");
    settings = await start();
    const { version, running } = await settings.all();
    expect({ version, running }).toEqual({ version: 3, running: 3 });
    expect((await settings.section("core.attempts")).value["attempts"]).toBe(5);
    expect((await settings.section("core.receiving")).value["stableAfterSeconds"]).toBe(0.75);
  });

  test("a port or a comment in the file is no change of what hubs share", async () => {
    await (await start()).save("core.attempts", { attempts: 7 });
    await stop();
    inFile("port: 0", "port: 0 # chosen by the system");
    const settings = await start();
    expect((await settings.section("core.attempts")).value["attempts"]).toBe(7);
    expect((await settings.all()).version).toBe(2);
  });

  test("a stored version that does not load never keeps the hub from starting", async () => {
    await (await start()).save("core.attempts", { attempts: 7 });
    await stop();
    const database = new pg.Client(site.databaseUrl);
    await database.connect();
    await database.query(
      `insert into settings_version (number, document, origin, made_by, changes)
       select 3, jsonb_set(document, '{plugins}', '[{"use": "no-such-plugin"}]'), 'console', 'admin', '{}'
         from settings_version where number = 2`,
    );
    const settings = await start();
    const { version, running, trouble } = await settings.all();
    expect({ version, running, trouble: trouble?.version }).toEqual({ version: 3, running: 2, trouble: 3 });
    expect(trouble?.problem).toContain("no-such-plugin");
    const told = await database.query("select detail from journal where event = 'settings.not-started'");
    expect(told.rows).toEqual([{ detail: { version: 3 } }]);
    await database.end();
  });

  test("hubs of one database hear of a new version, and one that lives from its file does not care", async () => {
    const one = await start();
    const two = await start();
    inFile("dataFolder", "settings:\n  source: file\ndataFolder");
    const alone = await start();
    await one.save("core.name", { name: "Both" });
    const nameOf = async (client: SettingsClient) =>
      (await client.api.call<{ name: string }>("GET", "/api/status")).body.name;
    await vi.waitFor(async () => expect(await nameOf(two)).toBe("Both"), { timeout: 10_000 });
    expect(await nameOf(alone)).toBe("Thalamus");
    expect((await alone.all()).readOnly).toBe(true);
    const refused = await alone.save("core.name", { name: "Mine" });
    expect(refused).toMatchObject({ status: 409, body: { code: "settings.read-only" } });
  });
});
