// A hub updates itself: real releases, a real process that runs what the link leads to, and a version that does not start.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import type { Release } from "../../core/updates/release.ts";
import { feedOf, KEYS, PUBLIC_KEY, sampleRelease } from "../../core/updates/testing/sample-release.ts";
import { fileFacts, signed } from "../../tools/release/make-release.ts";
import { ApiClient } from "../support/api-client.ts";
import { freshDatabase } from "../support/fresh-database.ts";
import { ADMIN_PASSWORD, DICOM_LISTENER } from "../support/hub-in-test.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SUPERVISOR = join(ROOT, "test/support/unit-supervisor.ts");
const folder = mkdtempSync(join(tmpdir(), "thalamus-updating-"));
const releases = join(folder, "releases");
const current = join(folder, "current");
const feed = join(folder, "feed.json");
let port: number;
let databaseUrl: string;
let unit: ChildProcess;
let client: ApiClient;

interface Sight {
  readonly version: string;
  readonly problem: string;
  readonly newer: { readonly version: string } | null;
  readonly update: { readonly phase: string; readonly message: string } | null;
}

/** What a hub needs of this repository; the packages it stands on are found beside the releases. */
function makeRelease(version: string, at: string): string {
  cpSync(join(ROOT, "core"), join(at, "core"), { recursive: true });
  cpSync(join(ROOT, "plugins/dicom-scp"), join(at, "plugins/dicom-scp"), { recursive: true });
  writeFileSync(join(at, "package.json"), JSON.stringify({ name: "thalamus", version, type: "module" }));
  return at;
}

function writeConfig(limitSeconds: number): void {
  const restart = ["sh", "-c", `kill -USR1 $(cat ${join(folder, "unit.pid")})`];
  const updates = {
    ...{ feed, publicKey: PUBLIC_KEY, updater: "systemd", limitSeconds, launcher: [] },
    systemd: { releases, current, restart },
  };
  const http = { host: "127.0.0.1", port };
  writeFileSync(
    join(folder, "hub.yaml"),
    stringify({ dataFolder: join(folder, "data"), http, plugins: [DICOM_LISTENER], updates }),
  );
}

async function announce(version: string, at: string): Promise<void> {
  const archive = join(folder, `thalamus-${version}.tar.gz`);
  execFileSync("tar", ["-C", at, "-czf", archive, "."]);
  const facts = { url: `thalamus-${version}.tar.gz`, ...(await fileFacts(archive)) };
  const release: Release = sampleRelease({ version, archive: facts });
  writeFileSync(feed, feedOf(signed(release, KEYS.privateKey)));
}

/** Undefined while nobody answers. */
async function sight(): Promise<Sight | undefined> {
  try {
    const { status, body } = await client.call<Sight>("GET", "/api/updates");
    return status === 200 ? body : undefined;
  } catch {
    return undefined;
  }
}

const reached = (wanted: { version: string; phase: string }) =>
  expect
    .poll(async () => {
      const found = await sight();
      return found && { version: found.version, phase: found.update?.phase };
    }, PATIENCE)
    .toEqual(wanted);

const PATIENCE = { timeout: 45_000, interval: 200 };

beforeAll(async () => {
  port = await freePort();
  databaseUrl = await freshDatabase();
  mkdirSync(releases);
  symlinkSync(join(ROOT, "node_modules"), join(releases, "node_modules"));
  symlinkSync(makeRelease("0.1.0", join(releases, "0.1.0")), current);
  await announce("0.2.0", makeRelease("0.2.0", join(folder, "made/0.2.0")));
  writeConfig(60);
  unit = spawn(process.execPath, [SUPERVISOR, current, join(folder, "hub.yaml")], {
    env: {
      ...{ PATH: process.env["PATH"], HOME: folder, THALAMUS_ADMIN_PASSWORD: ADMIN_PASSWORD },
      DATABASE_URL: databaseUrl,
    },
    stdio: ["ignore", "ignore", "ignore"],
  });
  writeFileSync(join(folder, "unit.pid"), String(unit.pid));
  client = await vi.waitFor(() => ApiClient.signedIn(port), PATIENCE);
});
afterAll(async () => {
  const ended = new Promise((done) => unit.once("exit", done));
  unit.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

async function updateEvents(): Promise<string[]> {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  const { rows } = await database.query(
    "select event, actor from journal where event like 'update.%' order by id",
  );
  await database.end();
  return rows.map(({ event, actor }) => `${event} ${actor}`);
}

const apply = (version: string) =>
  client.call("POST", "/api/updates/apply", { version, confirm: "update", whenRunning: "now" });
describe("an update of the hub", () => {
  test("A-277 A-111 is found, put in place, survives the restart, and keeps session and data", async () => {
    expect((await apply("0.2.0")).body).toMatchObject({ code: "update.not-newer" });
    const { body } = await client.call<Sight>("POST", "/api/updates/check");
    expect(body).toMatchObject({ version: "0.1.0", newer: { version: "0.2.0" }, update: null });
    // for the next update; the hub that runs has read its own
    writeConfig(4);
    expect((await apply("0.2.0")).status).toBe(202);
    await reached({ version: "0.2.0", phase: "done" });
    expect(readlinkSync(current)).toBe(join(releases, "0.2.0"));
    expect((await client.call("GET", "/api/session")).body).toMatchObject({ name: "admin" });
  });

  test("A-277 that does not start is taken back, and the version of before says why", async () => {
    const made = makeRelease("0.3.0", join(folder, "made/0.3.0"));
    writeFileSync(join(made, "core/main.ts"), "process.exit(3);\n");
    await announce("0.3.0", made);
    await client.call("POST", "/api/updates/check");
    expect((await apply("0.3.0")).status).toBe(202);
    await reached({ version: "0.2.0", phase: "rolled-back" });
    expect((await sight())?.update?.message).toContain("Version 0.3.0 did not work within 4 s");
    expect(readlinkSync(current)).toBe(join(releases, "0.2.0"));
    const log = await (await client.fetch("/api/updates/log")).text();
    expect(log).toContain("from 0.1.0 to 0.2.0");
    expect(log).toContain("rolled back: Version 0.3.0");
    await expect
      .poll(updateEvents, PATIENCE)
      .toEqual([
        "update.started admin",
        "update.done admin",
        "update.started admin",
        "update.rolled-back admin",
      ]);
  });
});
