// After a power cut a row whose file is gone is taken back, as if the object had never come; every other one stays.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { encodeDataset, encodeFile } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { type FileTrees, openFileTrees } from "../files/file-trees.ts";
import { openLog } from "../observe/log.ts";
import { instancePath } from "./instance-path.ts";
import { UnflushedRows } from "./unflushed-rows.ts";

const yes = async () => true;
let orm: MikroORM;
let trees: FileTrees;
let hub: string;

beforeAll(async () => {
  orm = await connect(await freshDatabase());
  trees = openFileTrees(mkdtempSync(join(tmpdir(), "thalamus-unflushed-")));
});
afterAll(async () => {
  await orm.close();
  rmSync(dirname(trees.root), { recursive: true, force: true });
});
beforeEach(async () => {
  hub = randomUUID();
  await sql("insert into hub_process (id, host, pid, version, flushed_row) values (?, '', 0, '', 0)", [hub]);
});

const sql = <T = unknown>(text: string, values: unknown[] = []) => orm.em.fork().execute<T[]>(text, values);
const unflushed = () =>
  new UnflushedRows({ orm, trees, log: openLog({ level: "error", terminal: false }).named("intake") });

async function study(): Promise<string> {
  const id = randomUUID();
  await sql("insert into study (id, study_instance_uid) values (?, ?)", [
    id,
    `2.25.${BigInt(`0x${id.replaceAll("-", "")}`)}`,
  ]);
  return id;
}

/** An instance with its row and its file. */
async function record(studyId: string, sopInstanceUid: string): Promise<{ row: number; file: string }> {
  const dataset = {
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
    SOPInstanceUID: sopInstanceUid,
    StudyInstanceUID: "1.2.3",
  };
  const sha256 = createHash("sha256").update(encodeDataset(dataset)).digest("hex");
  const path = instancePath(studyId, sopInstanceUid, sha256);
  const file = join(trees.received, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, encodeFile(dataset));
  const [row] = await sql<{ id: string }>(
    `insert into instance (study_id, revision, hub_id, series_instance_uid, sop_instance_uid, sop_class_uid,
       transfer_syntax_uid, sha256, bytes, path, calling_ae, called_ae, remote_address)
     values (?, 1, ?, '1.2.3.4', ?, '1.2', '1.2.840.10008.1.2.1', ?, 100, ?, '', '', '') returning id`,
    [studyId, hub, sopInstanceUid, sha256, path],
  );
  await sql("update study set instance_count = instance_count + 1, bytes = bytes + 100 where id = ?", [
    studyId,
  ]);
  return { row: Number(row!.id), file };
}

const rowsOf = async (studyId: string) =>
  (
    await sql<{ sop_instance_uid: string }>(
      "select sop_instance_uid from instance where study_id = ? order by 1",
      [studyId],
    )
  ).map((row) => row.sop_instance_uid);

test("a row without its file and one with a file that was cut are taken back, whole ones stay", async () => {
  const id = await study();
  const [, gone, cut] = [await record(id, "1.1"), await record(id, "1.2"), await record(id, "1.3")];
  rmSync(gone!.file);
  truncateSync(cut!.file, 200);
  expect(await unflushed().of(hub, yes)).toBe(2);
  expect(await rowsOf(id)).toEqual(["1.1"]);
  expect(existsSync(cut!.file)).toBe(false);
  const [counted] = await sql("select instance_count, bytes::int from study where id = ?", [id]);
  expect(counted).toEqual({ instance_count: 1, bytes: 100 });
  const journal = await sql("select event from journal where study_id = ?", [id]);
  expect(journal).toEqual([{ event: "instance.withdrawn" }, { event: "instance.withdrawn" }]);
});

test("rows that the hub said to be on the disk are not looked at", async () => {
  const id = await study();
  const early = await record(id, "2.1");
  rmSync(early.file);
  await sql("update hub_process set flushed_row = ? where id = ?", [early.row, hub]);
  const late = await record(id, "2.2");
  rmSync(late.file);
  expect(await unflushed().of(hub, yes)).toBe(1);
  expect(await rowsOf(id)).toEqual(["2.1"]);
});

test("nothing is taken from a hub that turns out to live", async () => {
  const id = await study();
  const { file } = await record(id, "3.1");
  truncateSync(file, 200);
  expect(await unflushed().of(hub, async () => false)).toBe(0);
  expect([await rowsOf(id), existsSync(file)]).toEqual([["3.1"], true]);
});

test("a study that had nothing else goes with its only instance", async () => {
  const id = await study();
  const { row, file } = await record(id, "4.1");
  rmSync(file);
  expect(await unflushed().one(row)).toBe(true);
  expect(await sql("select 1 from study where id = ?", [id])).toEqual([]);
});

test("a file that cannot be flushed and is whole all the same keeps its row", async () => {
  const id = await study();
  const { row } = await record(id, "5.1");
  expect(await unflushed().one(row)).toBe(true);
  expect(await rowsOf(id)).toEqual(["5.1"]);
});

test("a file that nobody can read keeps its row, and is not taken for settled", async () => {
  const id = await study();
  const { row, file } = await record(id, "6.1");
  rmSync(file);
  mkdirSync(file);
  expect(await unflushed().one(row)).toBe(false);
  expect(await rowsOf(id)).toEqual(["6.1"]);
});
