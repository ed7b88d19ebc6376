// Late instances as a study of their own, under races: one new study between all hubs, and no instance twice.
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Instance } from "../database/entities/instance.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { OpenAssociation } from "../database/entities/open-association.ts";
import { Study } from "../database/entities/study.ts";
import { arrival, openRecordingHubs, type RecordingHubs } from "./testing/recording-hubs.ts";

const HUBS = 4;
let site: RecordingHubs;
let orm: MikroORM;
let hubs: RecordingHubs["hubs"];

beforeAll(async () => {
  site = await openRecordingHubs(HUBS);
  ({ orm, hubs } = site);
});
afterAll(() => site.close());

let studies = 0;
const newUid = (): string => `1.2.826.0.1.3680043.10.999.40.${++studies}`;

/** A study that is complete with instances 1 to 3. */
async function completeStudy(): Promise<{ uid: string; id: string }> {
  const uid = newUid();
  const [answer] = await hubs[0]!.record([1, 2, 3].map((number) => arrival(uid, number)));
  const id = answer!.studyId;
  await orm.em.fork().nativeUpdate(Study, { id }, { status: "processed", stableAt: new Date() });
  return { uid, id };
}

const partsOf = (studyInstanceUid: string) =>
  orm.em.fork().find(Study, { studyInstanceUid }, { orderBy: { part: "asc" } });

test("many hubs at once make one study of what came late, whoever comes first", async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const { uid, id } = await completeStudy();
    // each brings three of its own, and all of them one more
    const batches = hubs.map((hub, n) =>
      hub.record([...[1, 2, 3].map((k) => arrival(uid, 10 * (n + 1) + k)), arrival(uid, 99)]),
    );
    const answers = (await Promise.all(batches)).flat();
    const [first, second, ...more] = await partsOf(uid);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id, part: 1, instanceCount: 3, status: "processed" });
    expect(second).toMatchObject({ part: 2, lateOf: id, instanceCount: 3 * HUBS + 1, status: "receiving" });
    expect(new Set(answers.map(({ studyId }) => studyId))).toEqual(new Set([second!.id]));
    expect(answers.filter(({ outcome }) => outcome === "duplicate")).toHaveLength(HUBS - 1);
    expect(await orm.em.fork().count(OpenAssociation, { study: second!.id })).toBe(4 * HUBS);
  }
});

test("what the first study has already makes no study and has no second row", async () => {
  const { uid, id } = await completeStudy();
  const answers = await hubs[1]!.record([arrival(uid, 1), arrival(uid, 2)]);
  expect(answers).toEqual([
    { outcome: "duplicate", studyId: id },
    { outcome: "duplicate", studyId: id },
  ]);
  expect(await partsOf(uid)).toHaveLength(1);
});

test("a duplicate of the first study stays one while the second is being received", async () => {
  const { uid } = await completeStudy();
  await hubs[0]!.record([arrival(uid, 4)]);
  const answers = await hubs[0]!.record([arrival(uid, 1), arrival(uid, 5)]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(["duplicate", "stored"]);
  const [, second] = await partsOf(uid);
  expect(second!.instanceCount).toBe(2);
  expect(await orm.em.fork().count(Instance, { sopInstanceUid: `${uid}.1` })).toBe(1);
});

test("other content under a known UID goes into the new study, and that is journalled there", async () => {
  const { uid, id } = await completeStudy();
  const [answer] = await hubs[2]!.record([arrival(uid, 1, 7)]);
  const [first, second] = await partsOf(uid);
  expect(answer).toMatchObject({ outcome: "revised", studyId: second!.id });
  expect([first!.instanceCount, second!.instanceCount]).toEqual([3, 1]);
  const events = await orm.em.fork().find(JournalEntry, { studyId: second!.id }, { orderBy: { id: "asc" } });
  expect(events.map(({ event }) => event)).toEqual(["study.appeared", "instance.revised"]);
  const told = await orm.em.fork().find(JournalEntry, { studyId: id, event: "study.late-instances-apart" });
  expect(told.map(({ detail }) => detail)).toEqual([{ study: second!.id, part: 2 }]);
});

test("several studies in one batch, complete and new and being received, each get their own", async () => {
  const complete = await completeStudy();
  const fresh = newUid();
  const receiving = newUid();
  await hubs[0]!.record([arrival(receiving, 1)]);
  const batch = [complete.uid, fresh, receiving].map((uid) => arrival(uid, 8));
  const answers = await hubs[3]!.record(batch);
  const parts = await Promise.all([complete.uid, fresh, receiving].map(partsOf));
  expect(parts.map((own) => own.length)).toEqual([2, 1, 1]);
  expect(answers.map(({ studyId }) => studyId)).toEqual(parts.map((own) => own.at(-1)!.id));
});
