// Presets and cron expressions, also on the days when the clock is changed.
import { describe, expect, it } from "vitest";
import { nextRun, PRESETS, scheduleProblem } from "./schedule.ts";

const after = new Date("2026-03-28T22:10:30Z");
const next = (schedule: string, timeZone = "UTC") => nextRun(schedule, after, timeZone).toISOString();

describe("schedules", () => {
  it.each([
    ["A-199 every minute", "every-minute", "2026-03-28T22:11:00.000Z"],
    ["A-200 every 5 minutes", "every-5-minutes", "2026-03-28T22:15:00.000Z"],
    ["A-201 hourly", "hourly", "2026-03-28T23:00:00.000Z"],
    ["A-202 daily at midnight", "daily-midnight", "2026-03-29T00:00:00.000Z"],
    ["A-203 daily at 3:00", "daily-3am", "2026-03-29T03:00:00.000Z"],
    ["A-204 weekly on Sunday at 3:00", "weekly-sunday-3am", "2026-03-29T03:00:00.000Z"],
  ])("%s", (_title, preset, expected) => {
    expect(next(preset)).toBe(expected);
  });

  it("A-203 means three o'clock where the hospital is, also on the night when the clock goes forward", () => {
    expect(next("daily-3am", "Europe/Berlin")).toBe("2026-03-29T01:00:00.000Z");
    expect(next("daily-3am", "America/New_York")).toBe("2026-03-29T07:00:00.000Z");
  });

  it("takes a cron expression", () => {
    expect(next("30 6 * * 1-5")).toBe("2026-03-30T06:30:00.000Z");
  });

  it("says what is wrong with a schedule", () => {
    for (const preset of Object.keys(PRESETS)) expect(scheduleProblem(preset)).toBeUndefined();
    expect(scheduleProblem("0 3 * * 0")).toBeUndefined();
    expect(scheduleProblem("dayly")).toMatch(/neither a preset \(every-minute, .*\) nor five fields/);
    expect(scheduleProblem("99 3 * * *")).toMatch(/no cron expression/);
    expect(scheduleProblem("0 0 30 2 *")).toMatch(/never comes/);
    expect(scheduleProblem("* * * * * *")).toMatch(/five fields/);
  });
});
