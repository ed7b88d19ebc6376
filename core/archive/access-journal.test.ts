// Access to received objects is journalled before it is given, and many requests do not make many lines.
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { openLog } from "../observe/log.ts";
import { type Access, AccessJournal } from "./access-journal.ts";

const log = openLog({ level: "error", terminal: false });
const frames = (actor: string, instances = 1): Access => {
  return { event: "archive.retrieved", actor, detail: { kind: "frames" }, counts: { instances } };
};

let orm: MikroORM;
beforeAll(async () => {
  orm = await connect(await freshDatabase());
});
afterAll(() => orm.close());

const lines = async (actor: string) => {
  const rows = await orm.em.fork().find(JournalEntry, { actor }, { orderBy: { id: "asc" } });
  return rows.map(({ detail }) => detail);
};

test("the first access is in the journal at once; more of its kind are added up in one more line", async () => {
  const journal = new AccessJournal(orm, log);
  await Promise.all([1, 2, 3].map((instances) => journal.note(frames("viewer", instances))));
  await journal.note(frames("other"));
  await journal.note({ ...frames("viewer"), detail: { kind: "metadata" } });
  expect(await lines("viewer")).toEqual([
    { kind: "frames", instances: 1 },
    { kind: "metadata", instances: 1 },
  ]);
  await journal.stop();
  expect((await lines("viewer")).at(-1)).toEqual({ kind: "frames", instances: 5, furtherRequests: 2 });
  expect(await lines("other")).toEqual([{ kind: "frames", instances: 1 }]);
});

test("after a minute an access is a new one", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const journal = new AccessJournal(orm, log);
  const noted = journal.note(frames("hourly"));
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await noted;
  await journal.note(frames("hourly"));
  expect(await lines("hourly")).toEqual([
    { kind: "frames", instances: 1 },
    { kind: "frames", instances: 1 },
  ]);
  await journal.stop();
});

test("what a page shows by itself is one line in its time, however often it is opened", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const journal = new AccessJournal(orm, log);
  const look = (): Promise<void> => journal.note({ ...frames("at-home"), onceIn: 900_000 });
  await look();
  vi.advanceTimersByTime(899_000);
  await look();
  vi.advanceTimersByTime(1_000);
  expect(await lines("at-home")).toEqual([{ kind: "frames", instances: 1 }]);
  await look();
  await look();
  vi.useRealTimers();
  await journal.stop();
  expect(await lines("at-home")).toHaveLength(2);
});

test("what cannot be journalled is not given, also not to those who ask meanwhile", async () => {
  const away = await connect("postgres://nobody:nothing@127.0.0.1:1/nowhere");
  const journal = new AccessJournal(away, log);
  const ends = await Promise.allSettled([journal.note(frames("a")), journal.note(frames("a"))]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await journal.stop();
  await away.close();
});
