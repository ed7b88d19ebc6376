// A study that is deleted is in no report of a group any more that names its patient.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { groupLine, newGroup, reportsWhere, sendSmall } from "../support/group-site.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { studyWhere } from "../support/study-watch.ts";

const CANARY = {
  PatientID: "CANARY-4711",
  PatientName: "Kanarienvogel^Carla",
  AccessionNumber: "ACC-CANARY",
};
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  site = await newSite(groupLine({}));
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub?.stop();
  site?.remove();
});

/** Every file with its path, and every row of every table. */
async function everything(): Promise<string> {
  const files = readdirSync(join(site.folder, "data"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    "select format('%I', tablename) as name from pg_tables where schemaname = 'public'",
  );
  const texts = files.map((file) => `${file}\n${readFileSync(file).toString("latin1")}`);
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  await client.end();
  return texts.join("\n");
}

describe("A-212 purge and reports of groups", () => {
  test("A-212 reports that name the patient go with the study, those by the hub's id stay, and later ones are without it", async () => {
    const ids = [await newStudy("canary", CANARY), await newStudy("other", { PatientID: "OTHER-1" })];
    const named = await reportedGroup("Named", "accession", ids);
    const unnamed = await reportedGroup("Unnamed", "hub-id", ids);
    const before = await everything();
    for (const value of Object.values(CANARY))
      expect(before, "the search must find what is there").toContain(value);
    const reports = readdirSync(join(site.folder, "data/files/results/groups"), { recursive: true });
    expect(reports.filter((name) => String(name).endsWith(".csv"))).not.toHaveLength(0);

    expect((await api.call("DELETE", `/api/studies/${ids[0]}`)).status).toBe(204);
    const after = await everything();
    for (const value of Object.values(CANARY)) expect(after).not.toContain(value);
    expect(after).toContain("group.report-purged");
    expect(await reportsWhere(api, named, () => true)).toEqual([]);
    expect(await reportsWhere(api, unnamed, () => true)).not.toEqual([]);
    const now = await (await api.fetch(`/api/groups/${unnamed}/report.csv`)).text();
    expect(now).toContain(ids[1]);
    expect(now).not.toContain(ids[0]);
  });

  async function newStudy(name: string, values: object): Promise<string> {
    const id = await sendSmall(api, hub.listeners.get("dicom-scp")!.port, name, values);
    await studyWhere(api, id, ({ status }) => status === "processed");
    return id;
  }

  async function reportedGroup(name: string, identifyBy: string, studyIds: string[]): Promise<string> {
    const { id } = await newGroup(api, { name, identifyBy });
    expect((await api.call("POST", `/api/groups/${id}/studies`, { studyIds })).status).toBe(204);
    await reportsWhere(api, id, ([one]) => one?.rows === 2);
    return id;
  }
});
