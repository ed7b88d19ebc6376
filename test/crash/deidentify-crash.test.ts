// kill -9 while a de-identified copy is put in its place: afterwards there is one copy, whole, and no orphan.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AdvisoryLock } from "../../core/database/advisory-locks.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { ApiClient } from "../support/api-client.ts";
import { type HubProcess, hubAsProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { outboundLine, SAFE_HARBOR_ENTRY } from "../support/outbound-line.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

/** Taken between the rename and the commit. */
const CHAIN_LOCK = AdvisoryLock.manifestChain;
const folder = mkdtempSync(join(tmpdir(), "thalamus-deid-crash-"));
const outbox = join(folder, "outbox");
let site: TestSite;
let database: pg.Client;
let hubs: HubProcess[];

beforeEach(async () => {
  mkdirSync(outbox);
  site = await newSite(outboundLine({ outbox, transform: SAFE_HARBOR_ENTRY }));
  database = new pg.Client(site.databaseUrl);
  await database.connect();
  hubs = [];
});
afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  await database.end();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (): Promise<HubProcess> => {
  const hub = await hubAsProcess(site);
  hubs.push(hub);
  return hub;
};

/** Folders of copies, `<two digits>/<step>.<claim>`. */
const copies = (): string[] =>
  readdirSync(join(site.folder, "data/files/deidentified"), { recursive: true })
    .map(String)
    .filter((path) => path.split("/").length === 2);

const count = async (table: string): Promise<number> =>
  Number((await database.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n);

test("A-074 a hub that is killed between the rename and the commit leaves one whole copy in the end", async () => {
  await database.query(`select pg_advisory_lock(${CHAIN_LOCK})`);
  const first = await start();
  const options = { slices: 2, directions: 6, matrix: 16 };
  const { files } = await writeDwiPhantom(join(folder, "study"), options);
  const peer = { host: "127.0.0.1", port: first.dicomPort, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, files, AbortSignal.timeout(30_000));
  await vi.waitFor(() => expect(copies()).toHaveLength(1), { timeout: 30_000, interval: 20 });
  await first.kill();
  const [orphan] = copies();
  expect(await count("deidentified_study")).toBe(0);

  await database.query(`select pg_advisory_unlock(${CHAIN_LOCK})`);
  const second = await start();
  const api = await ApiClient.signedIn(second.httpPort);
  const { study, steps } = await studyWhere(
    api,
    await onlyStudy(api),
    ({ status }) => status === "processed",
  );
  expect(steps.map(({ phase, state, attempt }) => [phase, state, attempt])).toContainEqual([
    ...["deidentify", "done", 2],
  ]);
  const [copy, ...others] = copies();
  expect(others).toEqual([]);
  expect(copy).not.toBe(orphan);
  expect(readdirSync(join(site.folder, "data/files/deidentified", copy!))).toHaveLength(
    study.instanceCount + 1,
  );
  expect([await count("deidentified_study"), await count("manifest_link")]).toEqual([1, 1]);
  expect(await count("deidentified_instance")).toBe(study.instanceCount);
  expect(readdirSync(join(site.folder, "data/files/work"))).toEqual([]);
});
