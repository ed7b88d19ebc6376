// Compares what senders were promised with what is there: rows, files byte for byte, and nothing besides.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import type { SentObject } from "./sent-books.ts";
import { studyUid } from "./small-objects.ts";

/** How much of each kind of damage there is; all zero is the only good answer. */
export interface Damage {
  /** Acknowledged, and no row or no file. */
  readonly lost: number;
  /** A file that is not what was sent. */
  readonly corrupt: number;
  /** More than one row for what was sent once, or a study that counts wrong. */
  readonly doubled: number;
  /** A received file without a row, a row without a file, a file left in the incoming tree. */
  readonly orphans: number;
}

interface InstanceSight {
  readonly study_instance_uid: string;
  readonly sop_instance_uid: string;
  readonly sha256: string;
  readonly path: string;
}

/** Value of FileMetaInformationGroupLength (0002,0000) in every file that the hub writes. */
const META_LENGTH_AT = 140;

/**
 * @param files root of the hub's file trees
 * @param living ids of the hubs that run
 * @param sent everything the senders sent, in any round
 * @param studies those of this round: their files are read
 */
export async function audit(
  database: pg.Client,
  files: string,
  living: readonly string[],
  sent: ReadonlyMap<string, SentObject>,
  studies: ReadonlySet<number>,
): Promise<Damage> {
  const { rows } = await database.query<InstanceSight>(
    `select s.study_instance_uid, i.sop_instance_uid, i.sha256, i.path
       from instance i join study s on s.id = i.study_id`,
  );
  const received = new Set(filesIn(join(files, "received")));
  const readable = new Set([...studies].map(studyUid));
  const rowsOf = new Map<string, number>();
  let [lost, corrupt, orphans] = [0, 0, 0];
  for (const row of rows) {
    rowsOf.set(row.sop_instance_uid, (rowsOf.get(row.sop_instance_uid) ?? 0) + 1);
    const object = sent.get(row.sop_instance_uid);
    if (object?.sha256 !== row.sha256) corrupt += 1;
    if (!received.delete(row.path)) {
      if (object?.acknowledged) lost += 1;
      else orphans += 1;
    } else if (readable.has(row.study_instance_uid)) {
      if (dataSetSha256(join(files, "received", row.path)) !== row.sha256) corrupt += 1;
    }
  }
  for (const { sopInstanceUid, acknowledged } of sent.values()) {
    if (acknowledged && !rowsOf.has(sopInstanceUid)) lost += 1;
  }
  const twice = [...rowsOf.values()].filter((count) => count > 1).length;
  orphans += received.size + leftBehind(files, living).length;
  return { lost, corrupt, doubled: twice + (await wrongCounts(database)), orphans };
}

/** What is in the incoming tree and should not: large objects that nobody is sending, and marks of hubs that are gone. */
export function leftBehind(files: string, living: readonly string[]): string[] {
  const isMark = (path: string) =>
    living.some((hub) => path.startsWith(`${hub}/`)) && !path.endsWith(".part");
  return filesIn(join(files, "incoming")).filter((path) => !isMark(path));
}

/** Files in a tree, relative to it. */
export function filesIn(tree: string): string[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(tree.length + 1));
}

function dataSetSha256(path: string): string {
  const file = readFileSync(path);
  if (file.length < META_LENGTH_AT + 4) return "";
  const dataSet = file.subarray(META_LENGTH_AT + 4 + file.readUInt32LE(META_LENGTH_AT));
  return createHash("sha256").update(dataSet).digest("hex");
}

/** Studies that count other than their rows, and those that were processed other than once in a revision. */
async function wrongCounts(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    `select (select count(*) from study s where instance_count <>
              (select count(*) from instance i where i.study_id = s.id))
          + (select count(*) from (select 1 from step where state <> 'cancelled'
              group by study_id, revision, target having count(*) > 1) twice)
          + (select count(*) from study s where not exists (select 1 from step t
              where t.study_id = s.id and t.revision = s.revision and t.state = 'done'))
          + (select count(*) from product_order o where 1 <> (select count(*) from result r
              where r.order_id = o.id) and o.status <> 'cancelled') as n`,
  );
  return Number(rows[0]!.n);
}
