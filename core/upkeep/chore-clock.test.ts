// Chores of several hubs on one database: each is done once, whoever does it.
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { Chore } from "../database/entities/chore.ts";
import { HubPresence } from "../database/hub-presence.ts";
import { openLog } from "../observe/log.ts";
import { ChoreClock, type ChoreDeclaration } from "./chore-clock.ts";

const log = openLog({ level: "error", terminal: false });
let orm: MikroORM;
let url: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  url = await freshDatabase();
  orm = await connect(url);
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  await orm.close();
});

async function hub(run: ChoreDeclaration["run"], schedule = "daily-3am") {
  const presence = await HubPresence.open(url, [], "test");
  closing.push(() => presence.close());
  const chores = [{ name: "sweeping", title: "Sweep", schedule, run }];
  const clock = new ChoreClock({ orm, presence, chores, timeZone: "UTC", log });
  await clock.start();
  closing.push(() => clock.stop());
  return { clock, presence };
}

const row = () => orm.em.fork().findOneOrFail(Chore, "sweeping");

describe("the clock of chores", () => {
  test("of two hubs one does what is due, and both see how it ended and when it comes again", async () => {
    const runs = vi.fn(async () => ({ rooms: 3 }));
    const [one, two] = [await hub(runs), await hub(runs)];
    expect(runs).not.toHaveBeenCalled();
    expect(await one.clock.runNow("sweeping", "admin")).toBe(true);
    await vi.waitFor(
      async () => expect((await row()).lastEnd).toEqual({ ok: true, counts: { rooms: 3 } }),
      20_000,
    );
    const [sight] = await two.clock.sight();
    expect(sight?.row).toMatchObject({ hubId: null, lastEnd: { ok: true } });
    expect(sight?.row.nextRunAt.getUTCHours()).toBe(3);
    expect(sight!.row.nextRunAt.getTime()).toBeGreaterThan(Date.now());
    expect(runs).toHaveBeenCalledTimes(1);
  });

  test("a chore that fails says so and comes again; one that runs is not begun a second time", async () => {
    let fail: (error: Error) => void = () => {};
    const { clock } = await hub(() => new Promise((_, reject) => (fail = reject)));
    await clock.runNow("sweeping", "admin");
    await vi.waitFor(async () => expect((await row()).hubId).not.toBeNull(), 20_000);
    expect(await clock.runNow("sweeping", "admin")).toBe(false);
    fail(new TypeError("a broom is missing"));
    await vi.waitFor(async () => {
      expect((await row()).lastEnd).toEqual({ ok: false, counts: {}, error: "TypeError" });
    }, 20_000);
    expect((await row()).hubId).toBeNull();
    await expect(clock.runNow("dusting", "admin")).rejects.toThrow(RangeError);
  });

  test("what a hub had in hand that died is done by another one", async () => {
    const gone = crypto.randomUUID();
    await hub(async () => ({}), "hourly");
    await orm.em
      .fork()
      .execute("insert into hub_process (id, host, pid, version) values (?, 'there', 1, 'test')", [gone]);
    await orm.em.fork().nativeUpdate(Chore, { name: "sweeping" }, { hubId: gone, nextRunAt: new Date() });
    const runs = vi.fn(async () => ({}));
    await hub(runs, "hourly");
    await vi.waitFor(async () => expect((await row()).lastEnd).toEqual({ ok: true, counts: {} }), 10_000);
  });

  test("a hub that stops lets go of a chore, and a changed schedule counts from now on", async () => {
    const { clock } = await hub(
      (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    await clock.runNow("sweeping", "admin");
    await vi.waitFor(async () => expect((await row()).hubId).not.toBeNull(), 20_000);
    await clock.stop();
    expect(await row()).toMatchObject({ hubId: null, lastEnd: null });
    await orm.em.fork().nativeUpdate(Chore, { name: "sweeping" }, { nextRunAt: new Date("2099-01-01") });
    await hub(async () => ({}), "hourly");
    expect((await row()).nextRunAt.getTime()).toBeLessThan(Date.now() + 3_600_001);
  });
});
