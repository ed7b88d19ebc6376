// Days of a date field become times and come back as the same days.
import { describe, expect, test } from "vitest";
import { dayOf, dayStart } from "./day-range.ts";

describe("a range of days", () => {
  test.each(["2026-11-29", "2026-03-29", "2024-02-29", "2026-12-31"])("keeps %s", (day) => {
    expect(dayOf(dayStart(day, 0), 0)).toBe(day);
    expect(dayOf(dayStart(day, 1), 1)).toBe(day);
  });

  test("has no time for what is no day", () => {
    expect(dayStart("", 0)).toBeUndefined();
    expect(dayOf(undefined, 0)).toBe("");
  });
});
