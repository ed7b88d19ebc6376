// An association that ends while the database is away ends when it is back, and screens count down from the last one.
import type { MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import { expect, test } from "vitest";
import { Study } from "../database/entities/study.ts";
import { CHANGE_CHANNEL } from "../observe/changes.ts";
import { openLog } from "../observe/log.ts";
import { EndedAssociations } from "./ended-associations.ts";
import { quietSinceOf } from "./quiet-since.ts";
import { arrival, openRecordingHubs } from "./testing/recording-hubs.ts";

const log = openLog({ level: "error", terminal: false });

/** As much of a database as is asked; it is away for the first calls. */
function awayFor(calls: number): { orm: MikroORM; ended: string[][]; back: Promise<void> } {
  const ended: string[][] = [];
  const back = Promise.withResolvers<void>();
  let called = 0;
  const execute = async (_statement: string, [ids]: readonly [string]) => {
    called += 1;
    if (called <= calls) throw new Error("no connection");
    ended.push(ids.slice(1, -1).split(","));
    back.resolve();
  };
  const orm = { em: { fork: () => ({ execute }) } } as unknown as MikroORM;
  return { orm, ended, back: back.promise };
}

test("an association ends at once when the database is there", async () => {
  const { orm, ended } = awayFor(0);
  await new EndedAssociations(orm, log).end("a");
  expect(ended).toEqual([["a"]]);
});

test("associations that end while another end is being written share the next statement", async () => {
  const { orm, ended } = awayFor(0);
  const associations = new EndedAssociations(orm, log);
  await Promise.all(["a", "b", "c"].map((id) => associations.end(id)));
  expect(ended).toEqual([["a"], ["b", "c"]]);
});

test("ends that the database did not take are tried again until it does", async () => {
  const { orm, ended, back } = awayFor(3);
  const associations = new EndedAssociations(orm, log);
  await Promise.all([associations.end("a"), associations.end("b")]);
  expect(ended).toEqual([]);
  await back;
  expect(ended.map((ids) => ids.toSorted())).toEqual([["a", "b"]]);
  associations.stop();
});

test("A-227 screens hear since when a study is quiet once its last association has ended", async () => {
  const site = await openRecordingHubs(1);
  const listener = new pg.Client(site.databaseUrl);
  await listener.connect();
  const heard: unknown[] = [];
  listener.on("notification", ({ payload }) => heard.push(JSON.parse(payload ?? "")));
  const [first, second] = [arrival("1.2.3", 1), arrival("1.2.3", 2)];
  const [{ studyId: id } = { studyId: "" }] = await site.hubs[0]!.record([first, second]);
  const since = async () => (await quietSinceOf(site.orm.em.fork(), [id])).get(id);
  await listener.query(`listen ${CHANGE_CHANNEL}`);
  const ended = new EndedAssociations(site.orm, log);
  await ended.end(first.association!.id);
  expect(await since()).toBeUndefined();
  await ended.end(second.association!.id);
  const { quietSince } = await site.orm.em.fork().findOneOrFail(Study, { id });
  expect(Date.parse((await since())!)).toBe(quietSince.getTime());
  await listener.query("select 1");
  const told = { resource: "study", kind: "updated", id, studyId: id };
  expect(heard).toEqual([{ ...told, patch: { quietSince: expect.any(String) } }]);
  await listener.end();
  await site.close();
});
