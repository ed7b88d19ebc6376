// An association that ends while the database is away ends when it is back.
import type { MikroORM } from "@mikro-orm/postgresql";
import { expect, test } from "vitest";
import { openLog } from "../observe/log.ts";
import { EndedAssociations } from "./ended-associations.ts";

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
