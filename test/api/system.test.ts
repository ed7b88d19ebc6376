// The System page over the API: how the hub is, queues that are held, the support bundle, and releases that are refused.
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../core/database/database.ts";
import type { Hub } from "../../core/hub.ts";
import {
  feedOf,
  PUBLIC_KEY,
  sha256Of,
  signedSample,
  tarOf,
} from "../../core/updates/testing/sample-release.ts";
import { plantStudy } from "../console/planted-studies.ts";
import { ApiClient } from "../support/api-client.ts";
import { unzipped } from "../support/archives.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { wholeLine } from "../support/whole-line.ts";

/** Nobody listens there. */
const NOBODY = 1;
const SECRETS = ["Tr0ub4dor-and-3", "s3cret-of-the-header", "thal_AbCdEfGhIjKlMnOpQrStUv"];
const PATIENT = {
  patientName: "KANARIENVOGEL^TWEETY",
  patientId: "PID-90210-X",
  accessionNumber: "ACC556677",
  patientBirthDate: "19510203",
  referringPhysicianName: "WIESENGRUND^LUISE",
  studyName: "Trial Kolibri",
};
const TRACES = [
  ...[
    "kanarienvogel",
    "tweety",
    "90210",
    "acc556677",
    "19510203",
    "1951-02-03",
    "wiesengrund",
    "luise",
    "kolibri",
  ],
  ...SECRETS.map((secret) => secret.toLowerCase()),
];
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let orm: MikroORM;
let feed: string;
let uid: string;

beforeAll(async () => {
  const line = wholeLine({ pacsPort: NOBODY });
  const rest = {
    use: "deliver-rest",
    name: "his",
    settings: {
      url: "http://127.0.0.1:1/reports",
      auth: { kind: "basic", user: "hub", secret: SECRETS[0] },
      headers: [{ name: "X-Desk", value: SECRETS[1] }],
    },
  };
  feed = join(process.env["TMPDIR"] ?? "/tmp", `feed-${randomUUID()}.json`);
  site = await newSite({
    ...line,
    plugins: [...(line.plugins ?? []), rest],
    ...{ updates: { feed, publicKey: PUBLIC_KEY } },
  });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  orm = await connect(site.databaseUrl);
  uid = await orm.em
    .fork()
    .transactional(async (em) => plantStudy(em, "delivered", 5, PATIENT).studyInstanceUid);
});
afterAll(async () => {
  await orm.close();
  await hub.stop();
  site.remove();
});

interface System {
  readonly services: { name: string; state: string; since: string | null }[];
  readonly database: { version: string; bytes: number };
  readonly machine: { cores: number; disk: { freeBytes: number } };
  readonly listeners: { name: string; tls: boolean; associations: number }[];
  readonly queues: { name: string; kind: string; suspended: { by: string; reason: string } | null }[];
  readonly plugins: { name: string; contributes: string[]; state: string }[];
  readonly hubs: { id: string }[];
}

const system = async () => (await api.call<System>("GET", "/api/system")).body;

describe("the system", () => {
  test("A-280 A-282 A-064 A-065 A-066 says how everything is, and since when", async () => {
    const { services, database, machine, listeners, plugins, hubs } = await system();
    expect(services.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(services.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["console", "database", "intake", "steps", "scheduler", "dicom-scp", "his"]),
    );
    expect(services.every(({ since }) => Date.parse(since ?? "") <= Date.now())).toBe(true);
    expect(database.bytes).toBeGreaterThan(1_000_000);
    expect(machine.disk.freeBytes).toBeGreaterThan(0);
    expect(listeners).toMatchObject([{ name: "dicom-scp", tls: false, associations: 0 }]);
    expect(plugins.find(({ name }) => name === "local-processing")?.contributes).toContain(
      "Product dti-metrics",
    );
    expect(hubs.map(({ id }) => id)).toEqual([hub.id]);
    expect(JSON.stringify(await system())).not.toContain(SECRETS[0]);
  });

  test("a queue of any kind is held with a reason, and let go", async () => {
    const body = { suspended: true, reason: "New scanner" };
    expect((await api.call("PUT", "/api/queues/local-processing", body)).status).toBe(204);
    const held = (await system()).queues.find(({ name }) => name === "local-processing");
    expect(held).toMatchObject({ kind: "process", suspended: { by: "admin", reason: "New scanner" } });
    expect((await system()).services.find(({ name }) => name === "steps")?.state).toBe("warning");
    expect((await api.call("PUT", "/api/queues/local-processing", { suspended: false })).status).toBe(204);
    expect((await system()).queues.every(({ suspended }) => suspended === null)).toBe(true);
    expect((await api.call("PUT", "/api/queues/dicom-scp", body)).status).toBe(404);
  });

  test("the history begins with the hub", async () => {
    const { body } = await api.call<{ points: { memory: number | null }[]; limits: object }>(
      "GET",
      "/api/metrics-history?range=1h",
    );
    expect(body.points).toHaveLength(61);
    expect(body.limits).toEqual({ cpu: 90, memory: 90, swap: 50, disk: 90 });
    expect(body.points.some(({ memory }) => memory !== null)).toBe(true);
  });
});

describe("the support bundle", () => {
  test("holds what helps, and neither a patient nor a secret in any byte of it", async () => {
    const log = join(site.folder, "data/logs/hub.log");
    const time = new Date().toISOString();
    const planted = [
      { time, level: "warn", part: "his", event: "delivery.odd", name: PATIENT.patientName, uid },
      {
        time,
        level: "warn",
        part: PATIENT.patientId,
        event: `for.${PATIENT.accessionNumber}`,
        token: SECRETS[2],
      },
      {
        time,
        level: "info",
        part: "http",
        event: "asked",
        url: `https://hub:${SECRETS[0]}@his/x?name=Tweety`,
      },
      { time, level: "info", part: "http", event: "plain", text: `born 1951-02-03, key ${SECRETS[2]}` },
    ];
    appendFileSync(
      log,
      `${planted.map((line) => JSON.stringify(line)).join("\n")}\nKANARIENVOGEL in no line\n`,
    );
    const response = await api.fetch("/api/support-bundle");
    expect(response.headers.get("content-disposition")).toMatch(/thalamus-support-\d{4}-\d\d-\d\d\.zip/);
    const zip = Buffer.from(await response.arrayBuffer());
    const packed = [...(await unzipped(zip))];
    const files = new Map(packed.map(([name, content]) => [name, content.toString("utf8")]));
    expect([...files.keys()].toSorted()).toEqual([
      ...["README.txt", "about.json", "configuration.yaml", "counts.json", "errors.json", "health.json"],
      "logs/hub.log",
    ]);
    const whole = [...files.values(), zip.toString("latin1")].join("\n").toLowerCase();
    expect(TRACES.filter((trace) => whole.includes(trace))).toEqual([]);
    expect(whole).not.toContain(uid);
    // what is left is still of use
    expect(files.get("logs/hub.log")).toContain('"event":"delivery.odd"');
    expect(files.get("logs/hub.log")).toContain('"lines":1');
    expect(files.get("configuration.yaml")).toContain("use: deliver-rest");
    expect(files.get("configuration.yaml")).toContain("[secret]");
    expect(JSON.parse(files.get("counts.json")!)).toMatchObject({ studies: { delivered: 1 } });
    expect(JSON.parse(files.get("health.json")!)).toMatchObject({ database: { embedded: false } });
    const rows = await orm.em.fork().execute("select actor from journal where event = 'support-bundle.made'");
    expect(rows).toEqual([{ actor: "admin" }]);
  });
});

interface Sight {
  readonly newer: { version: string; offline: boolean; commands: string[] } | null;
  readonly problem: string;
  readonly checkedAt: string | null;
}

describe("releases", () => {
  const check = () => api.call<Sight & { code: string }>("POST", "/api/updates/check");

  test("A-277 a feed that is not there, or not signed, is said so, and nothing of it is taken", async () => {
    expect((await check()).body.code).toBe("update.unreachable");
    writeFileSync(feed, "{}");
    expect((await check()).body.code).toBe("update.malformed");
    writeFileSync(feed, feedOf(signedSample(), { release: signedSample({ version: "0.3.0" }).release }));
    expect(await check()).toMatchObject({ status: 400, body: { code: "update.unsigned" } });
    const { body } = await api.call<Sight>("GET", "/api/updates");
    expect(body).toMatchObject({ newer: null, problem: expect.stringContaining("not signed") });
  });

  test("A-111 A-277 a signed one is shown with its commands where nobody but a person may update", async () => {
    const images = [{ name: "registry.test/thalamus", tag: "0.2.0", digest: `sha256:${"a".repeat(64)}` }];
    writeFileSync(feed, feedOf(signedSample({ version: "0.0.9" }), signedSample({ images })));
    expect((await check()).body.newer).toMatchObject({
      version: "0.2.0",
      offline: false,
      commands: [`docker pull registry.test/thalamus@sha256:${"a".repeat(64)}`],
    });
    const order = { version: "0.2.0", confirm: "update", whenRunning: "now" };
    expect((await api.call("POST", "/api/updates/apply", order)).body).toMatchObject({
      code: "update.no-updater",
    });
    const unconfirmed = { ...order, confirm: "yes" };
    expect((await api.call("POST", "/api/updates/apply", unconfirmed)).body).toMatchObject({
      code: "api.invalid",
    });
    expect((await api.call("POST", "/api/updates/cancel")).body).toMatchObject({
      code: "update.not-pending",
    });
  });

  test("A-277 one comes as a file where no feed can be reached, if it is signed and newer", async () => {
    const content = Buffer.from("archive");
    const archive = { bytes: content.length, sha256: sha256Of(content) };
    const send = async (version: string) => {
      const body = await tarOf([
        { header: { name: "release.json" }, content: JSON.stringify(signedSample({ version, archive })) },
        { header: { name: "archive.tar.gz" }, content },
      ]);
      return api.fetch("/api/updates/release", { method: "PUT", body: new Uint8Array(body) });
    };
    expect(await (await send("0.4.0")).json()).toEqual({ version: "0.4.0" });
    expect((await api.call<Sight>("GET", "/api/updates")).body.newer).toMatchObject({
      version: "0.4.0",
      offline: true,
    });
    expect(await (await send("0.0.1")).json()).toMatchObject({ code: "update.not-newer" });
    const stranger = new ApiClient(hub.http.port);
    expect((await stranger.fetch("/api/updates/release", { method: "PUT", body: "x" })).status).toBe(401);
  });

  test("settings that the console saves never say which programs an update runs", () => {
    expect(readFileSync(site.configFile, "utf8")).toContain("publicKey");
    return api.call<{ sections: { id: string }[] }>("GET", "/api/settings").then(({ body }) => {
      expect(body.sections.map(({ id }) => id)).not.toContain("core.updates");
    });
  });
});
