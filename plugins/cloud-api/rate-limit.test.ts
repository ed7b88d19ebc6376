// So many requests a minute for each name, and no more.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RateLimit } from "./rate-limit.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

test("lets a minute's worth in at once, then as many as have come due, each name for itself", () => {
  const limit = new RateLimit(60);
  for (let request = 0; request < 60; request += 1) expect(limit.wait("one")).toBe(0);
  expect(limit.wait("one")).toBe(1);
  expect(limit.wait("other")).toBe(0);
  vi.advanceTimersByTime(3000);
  expect([1, 2, 3, 4].map(() => limit.wait("one"))).toEqual([0, 0, 0, 1]);
  vi.advanceTimersByTime(3_600_000);
  const admitted = Array.from({ length: 100 }, () => limit.wait("one")).filter((wait) => wait === 0);
  expect(admitted).toHaveLength(60);
});

test("tells how long to wait when few are allowed", () => {
  const limit = new RateLimit(2);
  expect([limit.wait("one"), limit.wait("one")]).toEqual([0, 0]);
  expect(limit.wait("one")).toBe(30);
});
