// What had its file and no row when a hub died is put on record once; nothing else is touched.
import { createHash, randomUUID } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Accepted } from "@thalamus/sdk";
import { encodeDataset, encodeFile } from "@thalamus/sdk/dicom";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { type FileTrees, incomingFolder, openFileTrees } from "../files/file-trees.ts";
import { openLog } from "../observe/log.ts";
import { FolderMarks } from "./folder-marks.ts";
import type { Arrival } from "./group-commit.ts";
import { instancePath } from "./instance-path.ts";
import { isDurableCopy } from "./kept-file.ts";
import { RollForward, type RollForwardParts } from "./roll-forward.ts";

const HUB = randomUUID();
const OTHER = randomUUID();
const THIRD = randomUUID();
const STUDY = "1.2.3";
const dataset = (number: number) => ({
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  SOPInstanceUID: `1.2.3.4.${number}`,
  StudyInstanceUID: STUDY,
  SeriesInstanceUID: "1.2.3.4",
  Modality: "MR",
  PatientID: "P-1",
});
const shaOf = (number: number) =>
  createHash("sha256")
    .update(encodeDataset(dataset(number)))
    .digest("hex");
const pathOf = (number: number) => instancePath(STUDY, `1.2.3.4.${number}`, shaOf(number));

let orm: MikroORM;
let trees: FileTrees;
let marks: FolderMarks;
let recorded: Arrival[];
let ended: string[];

beforeAll(async () => {
  orm = await connect(await freshDatabase());
});
afterAll(() => orm.close());
beforeEach(async () => {
  trees = openFileTrees(mkdtempSync(join(tmpdir(), "thalamus-forward-")));
  marks = new FolderMarks(incomingFolder(trees, HUB));
  await marks.hold(dirname(fileOf(1)), { studyInstanceUid: STUDY, owner: "" }).ready;
  recorded = [];
  ended = [];
  await orm.em.fork().execute("delete from study");
});
afterEach(() => rmSync(dirname(trees.root), { recursive: true, force: true }));

const fileOf = (number: number): string => join(trees.received, pathOf(number));
const markOf = (hub: string): string => join(trees.incoming, hub, dirname(pathOf(1)).slice(3));

/** A whole object as the writer leaves it between file and row. */
const leaveUnrecorded = (number: number) => writeFileSync(fileOf(number), encodeFile(dataset(number)));

async function recordRow(number: number): Promise<void> {
  const id = randomUUID();
  const em = orm.em.fork();
  await em.execute("insert into study (id, study_instance_uid) values (?, ?)", [id, STUDY]);
  await em.execute(
    `insert into instance (study_id, revision, series_instance_uid, sop_instance_uid, sop_class_uid,
       transfer_syntax_uid, sha256, bytes, path, calling_ae, called_ae, remote_address)
     values (?, 1, '1.2.3.4', ?, '1.2', '1.2', ?, 1, ?, '', '', '')`,
    [id, `1.2.3.4.${number}`, shaOf(number), pathOf(number)],
  );
}

/**
 * @param living the hub that looks
 * @param meanwhile runs when a file is about to be read
 */
function rollForward(
  record: () => Promise<Accepted>,
  living: Pick<RollForwardParts, "hubId" | "marks"> = { hubId: OTHER, marks },
  meanwhile: () => void = () => undefined,
): RollForward {
  const add = (arrival: Arrival) => {
    recorded.push(arrival);
    return record();
  };
  return new RollForward({
    orm,
    trees,
    ...living,
    commit: { add },
    horizon: { flushed: () => undefined },
    endAssociation: async (id) => {
      ended.push(id);
    },
    log: openLog({ level: "error", terminal: false }),
    get productTag() {
      meanwhile();
      return undefined;
    },
  });
}

/** A hub that lives and has just put an object into the same folder. */
async function livingHub(hubId: string): Promise<{ hubId: string; marks: FolderMarks }> {
  const own = new FolderMarks(incomingFolder(trees, hubId));
  const mark = own.hold(dirname(fileOf(1)), { studyInstanceUid: STUDY, owner: "" });
  await mark.ready;
  own.release(mark);
  return { hubId, marks: own };
}

function leaveTorn(number: number): void {
  leaveUnrecorded(number);
  truncateSync(fileOf(number), 600);
}

const DEAD = new Set([HUB]);
const stored = async () => ({ outcome: "stored", studyId: "" }) as const;
const failing = (code: string) => async (): Promise<Accepted> => {
  throw Object.assign(new Error("the database says no"), { code });
};

test("an instance without a row gets one, its association ends, and the mark goes", async () => {
  leaveUnrecorded(1);
  expect(await rollForward(stored).of(HUB, DEAD)).toBe(true);
  const [{ header, sha256, path, association }] = recorded as [Arrival];
  expect([header.studyInstanceUid, header.study.patientId, sha256, path]).toEqual([
    STUDY,
    "P-1",
    shaOf(1),
    pathOf(1),
  ]);
  expect(ended).toEqual([association.id]);
  expect([existsSync(markOf(HUB)), existsSync(fileOf(1))]).toEqual([false, true]);
});

test("what has its row is not looked at again", async () => {
  await recordRow(1);
  leaveUnrecorded(1);
  leaveUnrecorded(2);
  await rollForward(stored).of(HUB, DEAD);
  expect(recorded.map(({ path }) => path)).toEqual([pathOf(2)]);
});

test("while the database is away file and mark stay for the next time", async () => {
  leaveUnrecorded(1);
  await expect(rollForward(failing("ECONNREFUSED")).of(HUB, DEAD)).rejects.toThrow("the database says no");
  expect([existsSync(markOf(HUB)), existsSync(fileOf(1))]).toEqual([true, true]);
});

test("what the tables can never hold is removed", async () => {
  leaveUnrecorded(1);
  await rollForward(failing("22021")).of(HUB, DEAD);
  expect(existsSync(fileOf(1))).toBe(false);
});

test("a file that is no DICOM does not hold up the others", async () => {
  writeFileSync(join(dirname(fileOf(1)), "broken.dcm"), "no DICOM at all");
  leaveUnrecorded(2);
  await rollForward(stored).of(HUB, DEAD);
  expect(recorded.map(({ sha256 }) => sha256)).toEqual([shaOf(2)]);
});

test.each([0, 100, 600])("a file of which a power cut left %i bytes is removed", async (bytes) => {
  leaveUnrecorded(1);
  truncateSync(fileOf(1), bytes);
  expect(await rollForward(stored).of(HUB, DEAD)).toBe(true);
  expect([recorded, existsSync(fileOf(1))]).toEqual([[], false]);
});

test("what looks broken while another hub that lives may be writing it is left for later", async () => {
  leaveTorn(1);
  mkdirSync(join(trees.incoming, THIRD));
  writeFileSync(markOf(THIRD), STUDY);
  expect(await rollForward(stored).of(HUB, DEAD)).toBe(false);
  expect([existsSync(markOf(HUB)), existsSync(fileOf(1))]).toEqual([true, true]);
  expect(await rollForward(stored).of(HUB, new Set([HUB, THIRD]))).toBe(true);
  expect(existsSync(fileOf(1))).toBe(false);
});

test("what is torn goes at once where no other hub writes, whatever mark of this one lingers", async () => {
  leaveTorn(1);
  expect(await rollForward(stored, await livingHub(OTHER)).of(HUB, DEAD)).toBe(true);
  expect([existsSync(markOf(HUB)), existsSync(markOf(OTHER)), existsSync(fileOf(1))]).toEqual([
    false,
    false,
    false,
  ]);
});

test("it goes when every hub has looked, since each takes its own mark back unless it writes there", async () => {
  leaveTorn(1);
  const [other, third] = [await livingHub(OTHER), await livingHub(THIRD)];
  const mark = other.marks.hold(dirname(fileOf(1)), { studyInstanceUid: STUDY, owner: "" });
  expect(await rollForward(stored, other).of(HUB, DEAD)).toBe(false);
  expect(await rollForward(stored, third).of(HUB, DEAD)).toBe(false);
  expect([existsSync(markOf(OTHER)), existsSync(markOf(THIRD)), existsSync(fileOf(1))]).toEqual([
    true,
    false,
    true,
  ]);
  other.marks.release(mark);
  expect(await rollForward(stored, other).of(HUB, DEAD)).toBe(true);
  expect(existsSync(fileOf(1))).toBe(false);
});

test("another file that takes the name of a torn one meanwhile stays, and is looked at later", async () => {
  leaveTorn(1);
  // beside the study, so that it is not looked at itself, first or second
  const newer = join(trees.root, "newer.dcm");
  copyFileSync(fileOf(1), newer);
  const replace = () => {
    if (existsSync(newer)) renameSync(newer, fileOf(1));
  };
  expect(await rollForward(stored, { hubId: OTHER, marks }, replace).of(HUB, DEAD)).toBe(false);
  expect(existsSync(fileOf(1))).toBe(true);
});

test("what this hub could not put on record itself is tried again, and once only", async () => {
  leaveUnrecorded(1);
  marks.release(marks.hold(dirname(fileOf(1)), { studyInstanceUid: STUDY, owner: "" }), pathOf(1));
  await expect(rollForward(failing("ECONNREFUSED")).own()).rejects.toThrow("the database says no");
  await rollForward(stored).own();
  await rollForward(stored).own();
  expect(recorded.map(({ path }) => path)).toEqual([pathOf(1), pathOf(1)]);
});

test("a file of a NIfTI study is left to its upload, which brings it once more", async () => {
  const image = join(dirname(fileOf(1)), "a.nii.gz");
  writeFileSync(image, "image");
  expect(await rollForward(stored).of(HUB, DEAD)).toBe(true);
  expect([recorded, existsSync(image)]).toEqual([[], true]);
  const sha256 = createHash("sha256").update("image").digest("hex");
  expect(await isDurableCopy(image, sha256)).toBe(true);
  expect(await isDurableCopy(image, shaOf(1))).toBe(false);
});
