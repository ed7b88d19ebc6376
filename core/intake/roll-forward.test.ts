// What had its file and no row when a hub died is put on record once; nothing else is touched.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Accepted } from "@thalamus/sdk";
import { encodeDataset, encodeFile } from "@thalamus/sdk/dicom";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FileTrees, openFileTrees } from "../files/file-trees.ts";
import { openLog } from "../observe/log.ts";
import type { Arrival } from "./group-commit.ts";
import { instancePath } from "./instance-path.ts";
import { isDurableCopy } from "./kept-file.ts";
import { NIFTI_PART } from "./nifti-writer.ts";
import { RollForward } from "./roll-forward.ts";

const HUB = randomUUID();
const DATASET = {
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  SOPInstanceUID: "1.2.3.4.5",
  StudyInstanceUID: "1.2.3",
  SeriesInstanceUID: "1.2.3.4",
  Modality: "MR",
  PatientID: "P-1",
};
const SHA256 = createHash("sha256").update(encodeDataset(DATASET)).digest("hex");
const PATH = instancePath(DATASET.StudyInstanceUID, DATASET.SOPInstanceUID, SHA256);

let trees: FileTrees;
let recorded: Arrival[];
let ended: string[];

beforeEach(() => {
  trees = openFileTrees(mkdtempSync(join(tmpdir(), "thalamus-forward-")));
  mkdirSync(join(trees.incoming, HUB));
  recorded = [];
  ended = [];
});
afterEach(() => rmSync(dirname(trees.root), { recursive: true, force: true }));

const incoming = (name: string): string => join(trees.incoming, HUB, name);
const final = (): string => join(trees.received, PATH);

/** A whole object as the writer leaves it between file and row. */
function leaveUnrecorded(name: string): void {
  writeFileSync(incoming(name), encodeFile(DATASET));
  mkdirSync(dirname(final()), { recursive: true });
  linkSync(incoming(name), final());
}

function rollForward(record: () => Promise<Accepted>): RollForward {
  const add = (arrival: Arrival) => {
    recorded.push(arrival);
    return record();
  };
  const endAssociation = async (id: string) => {
    ended.push(id);
  };
  return new RollForward({
    trees,
    commit: { add },
    endAssociation,
    log: openLog({ level: "error", terminal: false }),
  });
}

const stored = async () => ({ outcome: "stored", studyId: "" }) as const;

const failing = (code: string) => async (): Promise<Accepted> => {
  throw Object.assign(new Error("the database says no"), { code });
};

test("an instance with its final name gets its row, and its association ends", async () => {
  leaveUnrecorded("a.part");
  expect(await rollForward(stored).of(HUB)).toBe(1);
  const [{ header, sha256, path, association }] = recorded as [Arrival];
  expect([header.studyInstanceUid, header.study.patientId, sha256, path]).toEqual([
    "1.2.3",
    "P-1",
    SHA256,
    PATH,
  ]);
  expect(ended).toEqual([association.id]);
  expect([existsSync(incoming("a.part")), existsSync(final())]).toEqual([false, true]);
});

test("what was not whole yet stays out, and so does what was placed a moment ago by a hub that lives", async () => {
  writeFileSync(incoming("half.part"), "DICM");
  expect(await rollForward(stored).of(HUB)).toBe(0);
  leaveUnrecorded("a.part");
  expect(await rollForward(stored).of(HUB, 60_000)).toBe(0);
  expect(recorded).toEqual([]);
});

test("while the database is away it stays for the next time", async () => {
  leaveUnrecorded("a.part");
  await expect(rollForward(failing("ECONNREFUSED")).of(HUB)).rejects.toThrow("the database says no");
  expect([existsSync(incoming("a.part")), existsSync(final())]).toEqual([true, true]);
});

test("what the tables can never hold is removed under both names", async () => {
  leaveUnrecorded("a.part");
  await rollForward(failing("22021")).of(HUB);
  expect([existsSync(incoming("a.part")), existsSync(final())]).toEqual([false, false]);
});

test("a file that cannot be read does not hold up the others", async () => {
  writeFileSync(incoming("a.part"), "no DICOM at all");
  linkSync(incoming("a.part"), join(trees.received, "a.dcm"));
  leaveUnrecorded("b.part");
  await rollForward(stored).of(HUB);
  expect(recorded.map(({ sha256 }) => sha256)).toEqual([SHA256]);
});

test.each([0, 100, 600])(
  "a file of which a power cut left %i bytes is removed under both names",
  async (bytes) => {
    leaveUnrecorded("a.part");
    truncateSync(final(), bytes);
    await rollForward(stored).of(HUB);
    expect(recorded).toEqual([]);
    expect([existsSync(incoming("a.part")), existsSync(final())]).toEqual([false, false]);
  },
);

test("a file of a NIfTI study is left to its upload, which brings it once more", async () => {
  const name = `a${NIFTI_PART}`;
  const kept = join(trees.received, "a.nii.gz");
  writeFileSync(incoming(name), "image");
  linkSync(incoming(name), kept);
  await rollForward(stored).of(HUB);
  expect(recorded).toEqual([]);
  expect([existsSync(incoming(name)), existsSync(kept)]).toEqual([false, true]);
  const sha256 = createHash("sha256").update("image").digest("hex");
  expect(await isDurableCopy(kept, sha256)).toBe(true);
  expect(await isDurableCopy(kept, SHA256)).toBe(false);
});
