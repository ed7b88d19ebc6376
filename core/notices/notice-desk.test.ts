// Events on record against PostgreSQL: rolled back with what happened, told once, tried again, suppressed.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { type Notice as NoticeView, Permanent, Transient, type Watching } from "@thalamus/sdk";
import { Subject } from "rxjs";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect, migrate } from "../database/database.ts";
import { Notice } from "../database/entities/notice.ts";
import { HubPresence } from "../database/hub-presence.ts";
import { openLog } from "../observe/log.ts";
import { NoticeClaims } from "./notice-claims.ts";
import { NoticeDesk } from "./notice-desk.ts";
import { NOTICE_CHANNEL, recordNotice } from "./record-notice.ts";

const log = openLog({ level: "error", terminal: false });
const wakes$ = new Subject<{ channel: string }>();
let url: string;
let orm: MikroORM;
let presence: HubPresence;
let desk: NoticeDesk | undefined;
beforeAll(async () => {
  url = await freshDatabase();
  orm = await connect(url);
  await migrate(orm);
  presence = await HubPresence.open(url, [], "test");
});
afterEach(async () => {
  await desk?.stop();
  await orm.em.fork().nativeDelete(Notice, {});
});
afterAll(async () => {
  await presence.close();
  await orm.close();
});

const told: { target: string; events: string[]; id: string }[] = [];
const watcher = (
  name: string,
  watching: Partial<Watching> = {},
  answer: () => Promise<void> = async () => {},
) => ({
  name,
  watching: { events: ["system.disk-low", "study.received"] as const, digestMinutes: 0, ...watching },
  tell: async (notices: readonly NoticeView[], id: string) => {
    await answer();
    told.push({ target: name, events: notices.map(({ event }) => event), id });
    return { reply: "250 ok" };
  },
});

async function open(...watchers: ReturnType<typeof watcher>[]): Promise<void> {
  told.length = 0;
  desk = new NoticeDesk({ orm, watchers, presence, wakes$, timeZone: "UTC", log });
  await desk.register();
}
const happen = (event: "system.disk-low" | "system.recovered" = "system.disk-low", suppressed?: string) =>
  orm.em.fork().transactional((em) => recordNotice(em, { event, detail: { percent: 97 } }, suppressed));
const rows = () => orm.em.fork().find(Notice, {}, { orderBy: { target: "asc", createdAt: "asc" } });
const wake = () => wakes$.next({ channel: NOTICE_CHANNEL });
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

test("A-165 X-060 an event is told to each destination that wants it, once, and the record says what was answered", async () => {
  await open(watcher("a"), watcher("b"), watcher("c", { events: ["study.received"] }));
  desk!.start();
  await happen();
  await happen("system.recovered");
  wake();
  await until(async () => {
    expect((await rows()).map(({ target, state }) => [target, state])).toEqual([
      ["a", "sent"],
      ["b", "sent"],
    ]);
  });
  expect((await rows())[0]).toMatchObject({
    receipt: { reply: "250 ok" },
    attempt: 1,
    detail: { percent: 97 },
  });
  expect(told.map(({ target }) => target).toSorted()).toEqual(["a", "b"]);
});

test("an event that was rolled back with what happened is not told", async () => {
  await open(watcher("a"));
  const failing = orm.em.fork().transactional(async (em) => {
    await recordNotice(em, { event: "system.disk-low" });
    throw new Error("it did not happen");
  });
  await expect(failing).rejects.toThrow("it did not happen");
  expect(await rows()).toEqual([]);
});

test("X-060 one that is away waits with its key and is told later; one that refuses has failed, and delays nobody", async () => {
  let away = true;
  const flaky = watcher("flaky", {}, async () => {
    if (away) throw new Transient("notify.unreachable", "Nobody answers.");
  });
  const refusing = watcher("refusing", {}, async () => {
    throw new Permanent("notify.refused", "550 no");
  });
  await open(flaky, refusing);
  desk!.start();
  await happen();
  wake();
  await until(async () => {
    expect(await rows()).toMatchObject([
      { target: "flaky", state: "waiting", code: "notify.unreachable", attempt: 1 },
      { target: "refusing", state: "failed", code: "notify.refused", reason: "550 no" },
    ]);
  });
  const [waiting] = await rows();
  expect(waiting!.dueAt.getTime()).toBeGreaterThan(Date.now() + 30_000);
  away = false;
  await orm.em.fork().nativeUpdate(Notice, { id: waiting!.id }, { dueAt: new Date() });
  await until(async () => {
    wake();
    expect((await rows())[0]).toMatchObject({ state: "sent", attempt: 2, batch: waiting!.batch });
  });
  expect(told).toEqual([{ target: "flaky", events: ["system.disk-low"], id: waiting!.batch }]);
});

test("X-063 what is told again too soon is on record as suppressed, with the reason", async () => {
  await open(watcher("a"));
  desk!.start();
  await happen("system.disk-low", "The same was told within the last 60 minutes.");
  wake();
  expect(await rows()).toMatchObject([
    { state: "suppressed", reason: expect.stringContaining("60 minutes") },
  ]);
  expect(told).toEqual([]);
});

test("a digest waits for its time and tells all together", async () => {
  await open(watcher("a", { digestMinutes: 10 }));
  desk!.start();
  for (let count = 0; count < 3; count += 1) await happen();
  wake();
  expect((await rows()).map(({ state }) => state)).toEqual(["waiting", "waiting", "waiting"]);
  const [first] = await rows();
  await orm.em
    .fork()
    .nativeUpdate(Notice, { id: first!.id }, { createdAt: new Date(Date.now() - 11 * 60_000) });
  await until(async () => {
    wake();
    expect((await rows()).map(({ state }) => state)).toEqual(["sent", "sent", "sent"]);
  });
  expect(told.map(({ events }) => events.length)).toEqual([3]);
});

test("in quiet hours that never tell, events are suppressed with the reason", async () => {
  await open(watcher("a", { quietHours: { from: "00:00", to: "24:00", afterwards: "never" } }));
  desk!.start();
  await happen();
  await until(async () => {
    wake();
    expect(await rows()).toMatchObject([{ state: "suppressed", reason: "It happened in the quiet hours." }]);
  });
});

test("a destination that is no longer configured leaves nothing waiting", async () => {
  await open(watcher("old"));
  await happen();
  await desk!.stop();
  await open(watcher("new"));
  expect(await rows()).toMatchObject([{ target: "old", state: "suppressed" }]);
});

test("X-060 what a hub was telling when it died is told by another one at once, under the same id", async () => {
  const other = await HubPresence.open(url, [], "test");
  await open(watcher("a"));
  await happen();
  const [row] = await rows();
  const batch = randomUUID();
  const telling = { state: "sending" as const, hubId: other.id, attempt: 1, batch, claimedAt: new Date() };
  await orm.em.fork().nativeUpdate(Notice, { id: row!.id }, telling);
  const claims = new NoticeClaims(orm, presence);
  await claims.takeBack("a");
  expect((await rows())[0], "its hub lives").toMatchObject({ state: "sending", hubId: other.id });
  const slow = await rows();

  await other.close();
  desk!.start();
  await until(async () => expect((await rows())[0]).toMatchObject({ state: "sent", attempt: 2, batch }));
  expect(told).toEqual([{ target: "a", events: ["system.disk-low"], id: batch }]);
  await new NoticeClaims(orm, other).settle(slow, { state: "failed", code: "notify.refused" });
  expect((await rows())[0], "the first one has lost its claim").toMatchObject({ state: "sent", code: null });
});
