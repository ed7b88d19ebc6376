// Two owners who send the same study at the same time each have all of it, and neither has anything of the other.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Instance } from "../database/entities/instance.ts";
import { OpenAssociation } from "../database/entities/open-association.ts";
import { Study } from "../database/entities/study.ts";
import { instancePath } from "./instance-path.ts";
import { arrival, openRecordingHubs, type RecordingHubs } from "./testing/recording-hubs.ts";

const HUBS = 3;
let site: RecordingHubs;
beforeAll(async () => {
  site = await openRecordingHubs(HUBS);
});
afterAll(() => site.close());

let studies = 0;
const newUid = (): string => `1.2.826.0.1.3680043.10.999.41.${++studies}`;
const numbers = Array.from({ length: 12 }, (_, index) => index + 1);

async function instancesOf(studyInstanceUid: string, owner: string) {
  const em = site.orm.em.fork();
  const study = await em.findOneOrFail(Study, { studyInstanceUid, owner });
  const rows = await em.find(Instance, { study: study.id }, { orderBy: { sopInstanceUid: "asc" } });
  return { study, uids: rows.map(({ sopInstanceUid }) => sopInstanceUid) };
}

test("a PACS and two orders with the same UIDs in the same batches each have every instance, and none is a duplicate", async () => {
  const uid = newUid();
  const owners = [undefined, randomUUID(), randomUUID()];
  // spread over all hubs, so that every batch holds the same instance of several owners
  const batches = site.hubs.map((hub, n) => {
    const own = numbers.filter((number) => number % HUBS === n);
    return hub.record(own.flatMap((number) => owners.map((owner) => arrival(uid, number, number, owner))));
  });
  const answers = (await Promise.all(batches)).flat();
  expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["stored"]));
  expect(new Set(answers.map(({ studyId }) => studyId)).size).toBe(3);
  const wanted = numbers.map((number) => `${uid}.${number}`).sort();
  for (const owner of owners) {
    const { study, uids } = await instancesOf(uid, owner ?? "");
    expect(uids).toEqual(wanted);
    expect(study.products).toEqual(owner === undefined ? null : []);
  }
});

test("the quick way keeps owners apart as the long one does", async () => {
  const uid = newUid();
  const [first, second] = [randomUUID(), randomUUID()];
  const hub = site.hubs[0]!;
  await hub.record([arrival(uid, 1, 1, first), arrival(uid, 1, 1, second), arrival(uid, 1)]);
  // each study is there now: these go the quick way, alone and together
  const alone = await hub.record([arrival(uid, 2, 2, second)]);
  const together = await hub.record([arrival(uid, 3, 3, first), arrival(uid, 4), arrival(uid, 5, 5, second)]);
  expect([...alone, ...together].map(({ outcome }) => outcome)).toEqual(Array(4).fill("stored"));
  const seen = await Promise.all([first, second, ""].map((owner) => instancesOf(uid, owner)));
  expect(seen.map(({ uids }) => uids.map((one) => one.slice(uid.length + 1)))).toEqual([
    ["1", "3"],
    ["1", "2", "5"],
    ["1", "4"],
  ]);
  const em = site.orm.em.fork();
  const open = await Promise.all(seen.map(({ study }) => em.count(OpenAssociation, { study: study.id })));
  expect(open).toEqual([2, 3, 2]);
});

test("what one owner sends again is a duplicate to it alone, and other content is a revision to it alone", async () => {
  const uid = newUid();
  const [first, second] = [randomUUID(), randomUUID()];
  const hub = site.hubs[1]!;
  await hub.record([arrival(uid, 1, 1, first)]);
  const answers = await hub.record([
    arrival(uid, 1, 1, first),
    arrival(uid, 1, 7, first),
    arrival(uid, 1, 1, second),
  ]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(["duplicate", "revised", "stored"]);
});

test("no two owners share a file", () => {
  const [uid, sop, sha] = ["1.2.3", "1.2.3.4", "ab".repeat(32)];
  const paths = ["", randomUUID(), randomUUID()].map((owner) => instancePath(uid, sop, sha, ".dcm", owner));
  expect(new Set(paths).size).toBe(3);
  expect(new Set(paths.map((path) => path.slice(0, 35))).size).toBe(3);
});
