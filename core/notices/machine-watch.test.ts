// The machine is looked at: what is too high is put on record for whom it concerns, and nothing is lost while the database is away.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { NoticeEvent } from "@thalamus/sdk";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import type { AlertSettings } from "../config/alert-settings.ts";
import { connect, migrate } from "../database/database.ts";
import { Notice, NoticeTarget } from "../database/entities/notice.ts";
import { openLog } from "../observe/log.ts";
import type { Usage } from "./machine-usage.ts";
import { MachineWatch } from "./machine-watch.ts";

const CALM: Usage = { cpu: 10, memory: 20, swap: 0, disk: 30 };
const BUSY: Usage = { cpu: 96, memory: 97, swap: 98, disk: 99 };
const settings: AlertSettings = {
  ...{ everySeconds: 60, cpuPercent: 90, memoryPercent: 90, swapPercent: 50, diskPercent: 90 },
  ...{ recoverPoints: 5, looksInARow: 1, coolDownMinutes: 60 },
};
let orm: MikroORM;
beforeAll(async () => {
  orm = await connect(await freshDatabase());
  await migrate(orm);
});
afterEach(async () => {
  await orm.em.fork().nativeDelete(Notice, {});
  await orm.em.fork().nativeDelete(NoticeTarget, {});
});
afterAll(() => orm.close());

const wants = (name: string, ...events: NoticeEvent[]) =>
  orm.em.fork().insert(NoticeTarget, { name, events });
const told = async () => {
  const rows = await orm.em.fork().find(Notice, {}, { orderBy: { target: "asc", event: "asc" } });
  return rows.map(({ target, event, detail }) => `${target} ${event} ${String(detail["metric"])}`);
};
function watch(looks: readonly Usage[], database = orm): MachineWatch {
  const left = [...looks];
  const look = async (): Promise<Usage> => left.shift() ?? CALM;
  const log = openLog({ level: "error", terminal: false });
  return new MachineWatch({ orm: database, hubId: randomUUID(), settings, usage: { look }, log });
}

test("A-180 A-181 A-182 A-183 A-184 X-061 each destination is told of the metrics it has switched on, and of no other", async () => {
  await wants("cpu-only", "system.cpu-high");
  await wants("disks", "system.disk-low", "system.recovered");
  await wants("memory", "system.memory-high", "system.swap-high");
  await wants("nothing");
  const machine = watch([BUSY, CALM]);
  await machine.look(0);
  expect(await told()).toEqual([
    "cpu-only system.cpu-high cpu",
    "disks system.disk-low disk",
    "memory system.memory-high memory",
    "memory system.swap-high swap",
  ]);
  await machine.look(60_000);
  const recovered = ["cpu", "disk", "memory", "swap"].map((metric) => `disks system.recovered ${metric}`);
  expect((await told()).filter((one) => one.includes("recovered")).toSorted()).toEqual(recovered);
  const disk = await orm.em.fork().findOneOrFail(Notice, { event: "system.disk-low" });
  expect(disk.detail).toMatchObject({ metric: "disk", percent: 99, limit: 90 });
});

test("what the database does not take is put on record at the next look", async () => {
  await wants("all", "system.cpu-high", "system.memory-high");
  let isAway = true;
  const fork = () => {
    if (isAway) throw new Error("the database is away");
    return orm.em.fork();
  };
  const flaky = { em: { fork } } as unknown as MikroORM;
  const busy = { ...CALM, cpu: 99, memory: 99 };
  const machine = watch([busy, busy, busy], flaky);
  await expect(machine.look(0)).rejects.toThrow("away");
  isAway = false;
  await machine.look(60_000);
  expect(await told()).toEqual(["all system.cpu-high cpu", "all system.memory-high memory"]);
  await machine.look(120_000);
  expect(await told()).toHaveLength(2);
});
