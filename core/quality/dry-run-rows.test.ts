// Dry runs of several hubs on one database: one at a time, told by any of them, and ended with the hub that ran it.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { HubPresence } from "../database/hub-presence.ts";
import { DryRunRows, type DryRunSight } from "./dry-run-rows.ts";

let url: string;
let orm: MikroORM;
let [one, two]: HubPresence[] = [];

beforeAll(async () => {
  url = await freshDatabase();
  orm = await connect(url);
  [one, two] = [await HubPresence.open(url, [], "1"), await HubPresence.open(url, [], "1")];
});
afterAll(async () => {
  await two?.close();
  await orm.close();
});

let minute = 0;
function sight(own: Partial<DryRunSight> = {}): DryRunSight {
  minute += 1;
  return {
    id: randomUUID(),
    plugin: "qc-dicom",
    state: "running",
    startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
    endedAt: null,
    total: 3,
    done: 1,
    unreadable: 0,
    checks: [{ id: "A-301", title: "MRI series", same: 1, changes: [] }],
    studies: [],
    ...own,
  };
}

test("one begins on one hub, is told and cancelled by another, and keeps a third from beginning", async () => {
  const [mine, others] = [new DryRunRows(orm, one!), new DryRunRows(orm, two!)];
  const run = sight();
  expect(await mine.begin(run)).toBe(true);
  expect(await Promise.all([mine.begin(sight()), others.begin(sight())])).toEqual([false, false]);
  expect(await others.find(run.id)).toEqual(run);
  expect(await mine.save({ ...run, done: 2 })).toBe(false);
  await others.wantCancel(run.id);
  expect(await mine.save({ ...run, done: 3 })).toBe(true);
  expect(await others.find(run.id)).toMatchObject({ state: "running", done: 3 });
});

test("one whose hub is gone has failed, and the next may begin; the last 20 are kept", async () => {
  const others = new DryRunRows(orm, two!);
  const lost = sight();
  await orm.em.fork().execute("delete from dry_run");
  expect(await new DryRunRows(orm, one!).begin(lost)).toBe(true);
  await one!.close();
  expect(await others.find(lost.id)).toMatchObject({ state: "failed", endedAt: expect.any(Date), done: 1 });
  for (let count = 0; count < 20; count += 1) {
    const next = sight();
    expect(await others.begin(next)).toBe(true);
    await others.save({ ...next, state: "done", endedAt: new Date() });
  }
  expect(await others.find(lost.id)).toBeUndefined();
  expect(await orm.em.fork().execute("select count(*)::int as kept from dry_run")).toEqual([{ kept: 20 }]);
});
