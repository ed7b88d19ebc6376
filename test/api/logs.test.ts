// Logs and audit over the API: who may read them, the stream, downloads, and what is on record afterwards.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventReader, type ServerEvent } from "../../admin/src/logs/event-reader.ts";
import { connect } from "../../core/database/database.ts";
import { Notice } from "../../core/database/entities/notice.ts";
import type { Hub } from "../../core/hub.ts";
import { journalAll } from "../../core/observe/journal.ts";
import { type HubLog, openLog } from "../../core/observe/log.ts";
import { plantAccounts, signedInAs } from "../access/role-visitors.ts";
import { plantStudy } from "../console/planted-studies.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

interface Line {
  readonly place: string;
  readonly event: string;
  readonly part: string;
  readonly fields: Record<string, unknown>;
}
interface Page {
  readonly lines: Line[];
  readonly next: string | null;
  readonly end: string;
}
interface Entry {
  readonly id: string;
  readonly actor: string;
  readonly event: string;
  readonly outcome: string;
  readonly studyId: string | null;
  readonly address: string | null;
  readonly device: string | null;
  readonly detail: Record<string, unknown>;
}

let site: TestSite;
let hub: Hub;
let admin: ApiClient;
let user: ApiClient;
/** Another hub on the same folder. */
let other: HubLog;

beforeAll(async () => {
  site = await newSite();
  hub = await hubInProcess(site);
  await plantAccounts(site, ["user", "portal-manager"]);
  admin = await ApiClient.signedIn(hub.http.port);
  user = await signedInAs(hub.http.port, "user");
  other = openLog({ level: "debug", folder: join(site.folder, "data/logs"), terminal: false });
});
afterAll(async () => {
  other?.flush();
  await hub?.stop();
  site?.remove();
});

const search = async (body: object): Promise<Page> => {
  const answer = await user.call<Page>("POST", "/api/logs/search", body);
  expect(answer.status).toBe(200);
  return answer.body;
};

/** Until it is in the file. */
async function written(event: string, fields: Record<string, string | number> = {}): Promise<void> {
  other.named("steps").warn(event, fields);
  await expect.poll(async () => (await search({ text: event })).lines.length).toBe(1);
}

async function* streamed(body: object): AsyncGenerator<ServerEvent> {
  const end = new AbortController();
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body), signal: end.signal };
  const response = await user.fetch("/api/logs/stream", init);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = new EventReader();
  try {
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) yield* reader.read(piece);
  } finally {
    end.abort();
  }
}

describe("logs", () => {
  test("A-268 are read page by page, by study and level, and a line by its place", async () => {
    const [studyId, stepId] = [randomUUID(), randomUUID()];
    await written("api-test.first", { study: studyId });
    await written("api-test.second", { step: stepId });
    const { lines } = await search({ studyId, level: "warn" });
    expect(lines).toMatchObject([{ event: "api-test.first", part: "steps", fields: { study: studyId } }]);
    const first = await search({ limit: 2, order: "oldest" });
    const second = await search({ limit: 2, order: "oldest", cursor: first.next });
    expect(second.lines.some(({ place }) => first.lines.some((line) => line.place === place))).toBe(false);
    const path = `/api/logs/lines/${lines[0]!.place}?around=1`;
    const around = await user.call<Page>("GET", path);
    expect(around.body.lines.map(({ event }) => event)).toContain("api-test.second");
    const { body } = await user.call<{ count: number }>("POST", "/api/logs/count", { text: "api-test." });
    expect(body).toEqual({ count: 2, next: null });
    const { body: sight } = await user.call<{ files: number; bytes: number; parts: object[] }>(
      "GET",
      "/api/logs",
    );
    expect(sight).toMatchObject({ files: 1, bytes: expect.any(Number) });
    expect(sight.parts).toContainEqual({ name: "dicom-scp", area: "dicom" });
  });

  test("a search that cannot be done is refused with a reason", async () => {
    const code = async (body: object) => (await user.call("POST", "/api/logs/search", body)).body["code"];
    expect(await code({ text: "(", regex: true })).toBe("logs.bad-pattern");
    expect(await code({ cursor: "0123456789ab-5" })).toBe("logs.line-gone");
    expect(await code({ cursor: "../../etc/passwd" })).toBe("api.invalid");
  });

  test("A-274 are streamed as they are written, and go on after a break where they were left", async () => {
    const { end } = await search({});
    const body = { text: "api-stream", after: end };
    const stream = streamed(body);
    expect((await stream.next()).value).toMatchObject({ event: "ready", id: end });
    other.named("steps").info("api-stream.one");
    const { event, id, data } = (await stream.next()).value as ServerEvent;
    expect(event).toBe("lines");
    expect(JSON.parse(data)).toMatchObject({ lines: [{ event: "api-stream.one" }] });
    await stream.return(undefined);
    await written("api-stream.two");
    const again = streamed({ ...body, after: id });
    await again.next();
    const news = (await again.next()).value as ServerEvent;
    expect(JSON.parse(news.data).lines.map((line: Line) => line.event)).toEqual(["api-stream.two"]);
    await again.return(undefined);
  });

  test("A-270 A-271 A-272 A-273 are downloaded, by whoever asked only, and that is on record", async () => {
    const wish = { text: "api-test.", order: "oldest" };
    const files = new Map<string, string>();
    for (const format of ["text", "csv", "json"]) {
      const { body } = await user.call<{ address: string }>("POST", "/api/logs/exports", { ...wish, format });
      expect(body.address).not.toContain("api-test");
      expect((await admin.fetch(body.address)).status).toBe(404);
      const response = await user.fetch(body.address);
      expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="thalamus-log-/);
      files.set(format, await response.text());
    }
    expect(files.get("text")?.split("\n")).toHaveLength(3);
    expect(files.get("csv")?.split("\r\n")).toHaveLength(4);
    expect(JSON.parse(files.get("json") ?? "")).toHaveLength(2);
    const zip = await user.fetch("/api/logs.zip");
    const bytes = await buffer(zip.body!);
    expect(bytes.subarray(0, 2).toString()).toBe("PK");
    const told = (await entries({ event: "logs.exported" })).map(({ actor, detail }) => [
      actor,
      detail["format"],
    ]);
    expect(told).toEqual(["zip", "json", "csv", "text"].map((format) => ["a-user", format]));
  });

  test("A-297 are for those whose role says so", async () => {
    const portal = await signedInAs(hub.http.port, "portal-manager");
    expect((await portal.call("POST", "/api/logs/search", {})).body["code"]).toBe("access.permission");
    expect((await portal.call("POST", "/api/logs/stream", {})).status).toBe(403);
    expect((await user.call("GET", "/api/audit")).status).toBe(403);
  });
});

async function entries(query: Record<string, string>): Promise<Entry[]> {
  const answer = await admin.call<{ data: Entry[] }>("GET", `/api/audit?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("the audit trail", () => {
  test("X-014 has sign-ins that worked, failed and ended, with who, from where and with what", async () => {
    const visitor = new ApiClient(hub.http.port);
    const sign = (password: string) =>
      visitor.fetch("/api/session", {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "Ward browser 7" },
        body: JSON.stringify({ name: "a-user", password }),
      });
    expect((await sign("wrong")).status).toBe(401);
    expect((await sign("Made-for-this-test-1")).status).toBe(200);
    expect((await visitor.call("DELETE", "/api/session")).status).toBe(204);
    const [ended, began, refused] = await entries({ kind: "sign-ins", actor: "a-user", limit: "3" });
    const who = { actor: "a-user", address: "127.0.0.1" };
    expect(ended).toMatchObject({ ...who, event: "session.ended", outcome: "done" });
    const device = "Ward browser 7";
    expect(began).toMatchObject({ ...who, event: "session.began", device, detail: { door: "password" } });
    expect(refused).toMatchObject({ ...who, event: "session.refused", outcome: "refused", device });
    const onlyRefused = await entries({ outcome: "refused", event: "session." });
    expect(onlyRefused.map(({ id }) => id)).toEqual([refused!.id]);
  });

  test("has looks at patient data and exports, with the address, and is filtered by all of it", async () => {
    const orm = await connect(site.databaseUrl);
    const em = orm.em.fork();
    const study = plantStudy(em, "delivered", 5);
    await em.flush();
    await journalAll(em, [
      { event: "step.rejected", studyId: study.id, detail: { code: "step.no-space" } },
      { event: "settings.tried", actor: "admin", detail: { ok: false } },
    ]);
    const other = randomUUID();
    const byAdmin = { studyId: other, actor: "admin" };
    await journalAll(em, [
      { ...byAdmin, event: "step.bypassed", detail: { target: "qc-dicom", reason: "agreed by phone" } },
      { ...byAdmin, event: "step.opened-by-hand", detail: { target: "pacs-pdf" } },
      { ...byAdmin, event: "study.purged" },
    ]);
    await orm.close();
    for (const [kind, event] of [
      ["decisions", "step.bypassed"],
      ["deliveries", "step.opened-by-hand"],
      ["deletions", "study.purged"],
    ] as const) {
      expect((await entries({ kind, studyId: other })).map((entry) => entry.event)).toEqual([event]);
    }
    await user.call("POST", `/api/studies/${study.id}/reveal`, { fields: ["patientName"] });
    await admin.call("POST", "/api/settings-export", {});
    const ofStudy = await entries({ studyId: study.id });
    expect(ofStudy.map(({ event, actor, address }) => [event, actor, address])).toEqual([
      ["phi.revealed", "a-user", "127.0.0.1"],
      ["step.rejected", "hub", null],
    ]);
    const events = async (query: Record<string, string>) => (await entries(query)).map(({ event }) => event);
    expect(await events({ studyId: study.id, by: "people" })).toEqual(["phi.revealed"]);
    expect(await events({ studyId: study.id, by: "hub", outcome: "failed" })).toEqual(["step.rejected"]);
    expect(await events({ actor: "admin", outcome: "failed" })).toEqual(["settings.tried"]);
    expect(await events({ kind: "exports", actor: "admin" })).toContain("settings.exported");
    expect(await events({ event: "phi.", address: "127.0.0.1" })).toEqual(["phi.revealed"]);
    expect(await events({ address: "192.0.2.9" })).toEqual([]);
    expect(await events({ from: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
    const [newest, next] = await entries({ limit: "2" });
    expect((await entries({ limit: "1", before: newest!.id }))[0]?.id).toBe(next?.id);
  });

  test("the timeline of a study has what was told about it", async () => {
    const orm = await connect(site.databaseUrl);
    const em = orm.em.fork();
    const study = plantStudy(em, "held", 5);
    const facts = { target: "desk", event: "study.qc-failed", study, state: "sent" } as const;
    em.create(Notice, { id: randomUUID(), ...facts, settledAt: new Date() });
    await em.flush();
    await journalAll(em, [{ event: "study.stable", studyId: study.id }]);
    await orm.close();
    const { body } = await user.call<{ timeline: Entry[] }>("GET", `/api/study-info/${study.id}`);
    expect(body.timeline.map(({ event }) => event).toSorted()).toEqual(["notice.sent", "study.stable"]);
    expect(body.timeline.find(({ event }) => event === "notice.sent")?.detail).toEqual({
      target: "desk",
      what: "Quality control failed",
    });
  });

  test("is exported as CSV and JSON without a value of a patient, and says that it was", async () => {
    const csv = await (await admin.fetch("/api/audit.csv?by=people")).text();
    expect(csv.split("\r\n")[0]).toBe("id,at,actor,event,outcome,studyId,stepId,address,device,detail");
    expect(csv).toContain(",a-user,phi.revealed,done,");
    expect(csv).not.toMatch(/KANARIENVOGEL/i);
    const json = (await (await admin.fetch("/api/audit.json?event=audit.exported")).json()) as Entry[];
    expect(json.map(({ detail }) => detail)).toEqual([
      { format: "json", filters: ["event"] },
      { format: "csv", filters: ["by"] },
    ]);
  });
});
