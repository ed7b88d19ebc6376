// The history of the machine: one point a minute, thinner ones further back, none for ever, and when the disk is full.
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plantStudy } from "../../test/console/planted-studies.ts";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { MetricPoint } from "../database/entities/metric-point.ts";
import { openLog } from "../observe/log.ts";
import { MetricHistory } from "./metric-history.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = new Date("2026-11-29T12:07:30Z");
const log = openLog({ level: "error", terminal: false });
let orm: MikroORM;
let usage = { cpu: 40, memory: 50, swap: undefined, disk: 60 };
let free = 500e9;
let history: MetricHistory;

beforeAll(async () => {
  orm = await connect(await freshDatabase());
  const freeBytes = async () => free;
  history = new MetricHistory({ orm, host: "one", usage: { look: async () => usage }, freeBytes, log });
});
afterAll(() => orm.close());
beforeEach(() => orm.em.fork().nativeDelete(MetricPoint, {}));

const before = (ms: number): Date => new Date(NOW.getTime() - ms);
const count = (span: "minute" | "quarter-hour") => orm.em.fork().count(MetricPoint, { span });

describe("the history of a machine", () => {
  test("keeps one point a minute, shows gaps as gaps, and counts studies in each span", async () => {
    usage = { cpu: 40, memory: 50, swap: undefined, disk: 60 };
    await history.record(before(2 * MINUTE));
    usage = { ...usage, cpu: 80 };
    await history.record(NOW);
    await history.record(NOW);
    expect(await count("minute")).toBe(2);
    await orm.em.fork().transactional(async (em) => {
      plantStudy(em, "delivered", 0, { receivedAt: before(MINUTE) });
    });
    const { points, stepSeconds } = await history.sight("1h", NOW);
    expect({ stepSeconds, points: points.length }).toEqual({ stepSeconds: 60, points: 61 });
    expect(points.slice(-3).map(({ cpu, studiesPerHour, swap }) => ({ cpu, studiesPerHour, swap }))).toEqual([
      { cpu: 40, studiesPerHour: 0, swap: null },
      { cpu: null, studiesPerHour: 60, swap: null },
      { cpu: 80, studiesPerHour: 0, swap: null },
    ]);
  });

  test("makes quarters of an hour of minutes, and lets neither grow for ever", async () => {
    for (let minute = 0; minute < 30; minute += 1) {
      usage = { ...usage, cpu: minute < 15 ? 10 : 30 };
      await history.record(new Date(Date.parse("2026-11-29T11:00:00Z") + minute * MINUTE));
    }
    await history.record(before(27 * HOUR));
    expect(await history.thin(NOW)).toEqual({ points: 1 });
    expect(await count("minute")).toBe(30);
    const quarters = await orm.em
      .fork()
      .find(MetricPoint, { span: "quarter-hour" }, { orderBy: { at: "asc" } });
    expect(quarters.map(({ cpu }) => cpu).slice(1)).toEqual([10, 30]);
    await history.thin(NOW);
    expect(await count("quarter-hour")).toBe(3);
    const { points } = await history.sight("7d", NOW);
    expect(points.at(-2)).toMatchObject({ cpu: 20 });
    await history.thin(new Date(NOW.getTime() + 9 * 24 * HOUR));
    expect(await count("minute")).toBe(0);
    expect(await count("quarter-hour")).toBe(0);
  });

  test("tells when the disk will be full, if it fills, and if it is known for long enough", async () => {
    const plant = async (hours: number, bytesPerHour: number) => {
      await orm.em.fork().nativeDelete(MetricPoint, {});
      for (let hour = hours; hour >= 0; hour -= 1) {
        free = 300e9 + hour * bytesPerHour;
        await history.record(before(hour * HOUR + 20 * MINUTE));
      }
      await history.thin(NOW);
      return history.daysLeft(60e9);
    };
    expect(await plant(24, 1e9)).toBeCloseTo(10, 1);
    expect(await plant(24, -1e9)).toBeNull();
    expect(await plant(24, 0)).toBeNull();
    expect(await plant(3, 1e9)).toBeNull();
  });
});
