// When a site is told: which moves are events, when a metric is too high, and which hours are quiet.
import { expect, test } from "vitest";
import { happeningsOfStep, happeningsOfStudy } from "./happenings.ts";
import { parseMemory } from "./machine-usage.ts";
import { MetricAlert } from "./metric-alert.ts";
import { isQuiet } from "./quiet-hours.ts";

const study = { id: "s", instanceCount: 21, revision: 1 };
const events = (list: readonly { event: string }[]) => list.map(({ event }) => event);

test("A-167 A-168 A-169 a study is received, passes its checks, or is held by one", () => {
  expect(events(happeningsOfStudy(study, "receiving", "checking"))).toEqual(["study.received"]);
  expect(events(happeningsOfStudy(study, "receiving", "queued"))).toEqual(["study.received"]);
  expect(events(happeningsOfStudy(study, "checking", "queued"))).toEqual(["study.qc-passed"]);
  expect(events(happeningsOfStudy(study, "checking", "held"))).toEqual(["study.qc-failed"]);
  for (const to of ["receiving", "failed", "cancelled"] as const)
    expect(happeningsOfStudy(study, "checking", to)).toEqual([]);
  expect(happeningsOfStudy(study, "held", "queued")).toEqual([]);
});

test("A-172 A-173 A-178 A-179 deliveries and products end well or not; a try that is repeated is no event", () => {
  const step = (phase: "process" | "deliver" | "check") => ({ phase, target: "t", study: { id: "s" } });
  const rejected = { kind: "rejected", code: "x.refused", message: "No." } as const;
  const retry = { kind: "retry", code: "x.busy", message: "Later." } as const;
  const delivered = { kind: "delivered", receipt: {} } as const;
  expect(events(happeningsOfStep(step("deliver"), "done", delivered))).toEqual(["report.delivered"]);
  expect(happeningsOfStep(step("deliver"), "rejected", rejected)).toEqual([
    { event: "report.delivery-failed", studyId: "s", detail: { target: "t", code: "x.refused" } },
  ]);
  expect(events(happeningsOfStep(step("process"), "rejected", rejected))).toEqual(["product.failed"]);
  for (const phase of ["process", "deliver"] as const)
    expect(happeningsOfStep(step(phase), "ready", retry)).toEqual([]);
  expect(happeningsOfStep(step("check"), "rejected", rejected)).toEqual([]);
});

test("A-170 A-171 sending a study out ends well or not, in place of local processing", () => {
  const step = { phase: "process", target: "cloud", study: { id: "s" } } as const;
  const result = {
    kind: "failure",
    product: { id: "p", version: "1" },
    files: [],
    indexes: [],
    warnings: [],
  } as const;
  const rejected = { kind: "rejected", code: "cloud.refused", message: "No." } as const;
  expect(happeningsOfStep(step, "done", { kind: "processed", result }, true)).toEqual([
    { event: "cloud.upload-succeeded", studyId: "s", detail: { target: "cloud" } },
  ]);
  expect(happeningsOfStep(step, "rejected", rejected, true)).toEqual([
    { event: "cloud.upload-failed", studyId: "s", detail: { target: "cloud", code: "cloud.refused" } },
  ]);
  const retry = { kind: "retry", code: "cloud.busy", message: "Later." } as const;
  expect(happeningsOfStep(step, "ready", retry, true)).toEqual([]);
});

test("A-169 a de-identification that is held for a person is told like a check that holds", () => {
  const step = { phase: "deidentify", target: "deid", study: { id: "s" } } as const;
  expect(happeningsOfStep(step, "held", { kind: "held", lines: [] })).toEqual([
    { event: "study.qc-failed", studyId: "s", detail: { target: "deid" } },
  ]);
});

test("A-180 A-184 X-062 X-063 a metric is told after some looks, recovers with a margin, and cools down", () => {
  const alert = new MetricAlert({ limit: 90, recoverPoints: 5, looksInARow: 3, coolDownMs: 1000 });
  const looks = (usages: readonly (number | undefined)[], now: number) =>
    usages.map((usage) => alert.look(usage, now)?.kind);
  expect(looks([95, 95, 80, 95, 95], 0)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(looks([91], 0)).toEqual(["raised"]);
  expect(looks([99, 89, 86, 91], 0), "within the margin nothing changes").toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(looks([85], 10)).toEqual(["recovered"]);
  expect(looks([95, 95, 95], 500)).toEqual([undefined, undefined, "suppressed"]);
  expect(looks([10], 600), "nobody knew").toEqual([undefined]);
  expect(looks([95, 95, 95], 1500)).toEqual([undefined, undefined, "raised"]);
  expect(looks([undefined], 1600)).toEqual([undefined]);
});

test("A-181 A-182 memory counts what can be freed; a machine without swap has no swap usage", () => {
  const text = "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 250 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n";
  expect(parseMemory(text)).toEqual({ memory: 75, swap: undefined });
  expect(
    parseMemory(text.replaceAll(/Swap(\w+): 0/g, (_, what) => `Swap${what}: ${what === "Total" ? 200 : 50}`))
      .swap,
  ).toBe(75);
  expect(parseMemory("").memory).toBeGreaterThan(0);
});

test("quiet hours may go over midnight, in the site's time zone", () => {
  const at = (clock: string) => new Date(`2026-11-23T${clock}:00Z`);
  const night = { from: "22:00", to: "06:30", afterwards: "together" } as const;
  const quiet = (clock: string, zone = "UTC") => isQuiet(night, at(clock), zone);
  expect([quiet("21:59"), quiet("22:00"), quiet("03:00"), quiet("06:29"), quiet("06:30")]).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  expect(quiet("21:30", "Europe/Berlin")).toBe(true);
  expect(isQuiet({ ...night, from: "12:00", to: "13:00" }, at("12:30"), "UTC")).toBe(true);
  expect(isQuiet(undefined, at("12:30"))).toBe(false);
});
