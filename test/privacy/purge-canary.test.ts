// A study that is deleted leaves nothing of its patient: not in a file, not in a table, not in the log.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DwiPhantom, writeDwiPhantom } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { HubPresence } from "../../core/database/hub-presence.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";
import { startTestPacs, type TestPacs } from "../support/test-pacs.ts";
import { wholeLine } from "../support/whole-line.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-purge-"));
let pacs: TestPacs;
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  pacs = await startTestPacs();
  const upkeep = { retention: { keepStudiesDays: 30, keepRecordsDays: 30 } };
  site = await newSite({ ...wholeLine({ pacsPort: pacs.port }), upkeep });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  await pacs.stop();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A study that went the whole way. */
async function deliveredStudy(seed: number): Promise<{ id: string; phantom: DwiPhantom }> {
  const { body } = await api.call<{ data: { id: string }[] }>("GET", "/api/studies?perPage=500");
  const before = new Set(body.data.map(({ id }) => id));
  const options = { seed, slices: 2, directions: 6, matrix: 16 };
  const phantom = await writeDwiPhantom(join(folder, String(seed)), options);
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, phantom.files, AbortSignal.timeout(30_000));
  const id = await onlyStudy(api, before);
  await studyWhere(api, id, ({ status }) => status === "delivered");
  return { id, phantom };
}

const valuesOf = ({ truth, studyInstanceUid }: DwiPhantom): string[] => {
  const { patientName, patientId, accessionNumber } = truth.identity;
  return [patientName, patientName.split("^")[0]!, patientId, accessionNumber, studyInstanceUid];
};

/** Everything the hub keeps: each file with its path, and each row of each table. */
async function everything(): Promise<string> {
  const files = readdirSync(join(site.folder, "data"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const kept = files.map((file) => `${file}\n${readFileSync(file).toString("latin1")}`);
  return [...kept, await dump()].join("\n");
}

async function dump(): Promise<string> {
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  await client.end();
  expect(texts.length).toBeGreaterThan(10);
  return texts.join("\n");
}

describe("A-212 purge on delete", () => {
  test("A-212 a study that is deleted leaves no value and no file; the journal keeps its id", async () => {
    const { id, phantom } = await deliveredStudy(1);
    const values = valuesOf(phantom);
    const before = await everything();
    for (const value of values) expect(before, "the search must find what is there").toContain(value);

    const received = () => readdirSync(join(site.folder, "data/files/received"), { recursive: true }).sort();
    const paths = received();
    // one that lives: what a dead one left is swept away
    const other = await HubPresence.open(site.databaseUrl, [], "test");
    const mark = join(site.folder, "data/files/incoming", other.id);
    const [tree = ""] = readdirSync(join(site.folder, "data/files/received"));
    const [studyFolder = ""] = readdirSync(join(site.folder, "data/files/received", tree));
    mkdirSync(mark);
    writeFileSync(join(mark, studyFolder), "");
    const refused = await api.call("DELETE", `/api/studies/${id}`);
    expect(refused, "another hub is writing").toMatchObject({
      status: 409,
      body: { code: "upkeep.study-receiving" },
    });
    expect(received()).toEqual(paths);
    expect((await api.call("GET", `/api/study-info/${id}`)).status).toBe(200);
    rmSync(mark, { recursive: true });
    await other.close();
    expect((await api.call("DELETE", `/api/studies/${id}`)).status).toBe(204);

    const after = await everything();
    for (const value of values) expect(after).not.toContain(value);
    const files = join(site.folder, "data/files");
    for (const tree of ["received", "results", "trash", "work"])
      expect(readdirSync(join(files, tree))).toEqual([]);
    expect(after).toContain("study.purged");
    expect(after).toContain(id);
    expect((await api.call("DELETE", `/api/studies/${id}`)).status).toBe(404);
    expect((await api.call("GET", `/api/study-info/${id}`)).status).toBe(404);
  });

  test("A-209 retention deletes what is done and old, says so before, and leaves what is not done", async () => {
    const [old, undone, young] = [await deliveredStudy(2), await deliveredStudy(3), await deliveredStudy(4)];
    const client = new pg.Client(site.databaseUrl);
    await client.connect();
    const age = "update study set status_since = now() - interval '31 days' where id = any($1)";
    await client.query(age, [[old.id, undone.id]]);
    await client.query("update study set status = 'undelivered' where id = $1", [undone.id]);
    await client.end();
    const { body } = await api.call("GET", "/api/retention-preview");
    expect(body).toMatchObject({ studies: { count: 1 }, unfinished: 1 });
    const longer = await api.call("GET", "/api/retention-preview?keepStudiesDays=60");
    expect(longer.body).toMatchObject({ studies: { count: 0, oldest: null }, unfinished: 0 });

    expect((await api.call("POST", "/api/chores/retention/run")).status).toBe(202);
    await vi.waitFor(async () => {
      const chores = await api.call<{ data: { lastEnd: unknown }[] }>("GET", "/api/chores");
      expect(chores.body.data[0]?.lastEnd).toMatchObject({ ok: true, counts: { studies: 1 } });
    }, 20_000);
    const status = async ({ id }: { id: string }) => (await api.call("GET", `/api/study-info/${id}`)).status;
    expect([await status(old), await status(undone), await status(young)]).toEqual([404, 200, 200]);
    const kept = await everything();
    expect(kept).not.toContain(old.phantom.studyInstanceUid);
    expect(kept).toContain(young.phantom.studyInstanceUid);
  });

  test("A-212 a study that comes again after it was deleted is a new study", async () => {
    const first = await deliveredStudy(5);
    expect((await api.call("DELETE", `/api/studies/${first.id}`)).status).toBe(204);
    const second = await deliveredStudy(5);
    expect(second.id).not.toBe(first.id);
    const info = await api.call<{ study: { instanceCount: number } }>("GET", `/api/study-info/${second.id}`);
    expect(info.body.study.instanceCount).toBe(second.phantom.files.length);
  });
});
