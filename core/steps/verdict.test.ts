// What outcomes do to a step: done, again, given up, or a question for a person.
import { expect, test } from "vitest";
import { verdictOf } from "./verdict.ts";

const policy = { attempts: 3, firstDelaySeconds: 10, longestDelaySeconds: 15 };
const step = (attempt: number, state: "claimed" | "acting" = "claimed") => ({ attempt, state });
const busy = { kind: "retry", code: "x.busy", message: "Busy." } as const;

test("a passing fault waits twice as long each time, up to the longest delay", () => {
  expect(verdictOf(step(1), busy, policy, true)).toMatchObject({ state: "ready", delaySeconds: 10 });
  expect(verdictOf(step(2), busy, policy, true)).toMatchObject({ state: "ready", delaySeconds: 15 });
});

test("the other side's wish for a longer wait is kept", () => {
  expect(verdictOf(step(1), { ...busy, afterMs: 60_000 }, policy, true).delaySeconds).toBe(60);
});

test("after the last try the step is rejected with the same code and the number of tries", () => {
  expect(verdictOf(step(3), busy, policy, true)).toMatchObject({
    state: "rejected",
    outcome: { kind: "rejected", code: "x.busy", message: "Busy. Given up after 3 tries." },
  });
});

test("a step that was let go while it acted is asked about unless a repeat overwrites", () => {
  const released = { kind: "released" } as const;
  expect(verdictOf(step(1, "acting"), released, policy, false).state).toBe("unknown");
  expect(verdictOf(step(1, "acting"), released, policy, true).state).toBe("ready");
  expect(verdictOf(step(1), released, policy, false).state).toBe("ready");
});

test("an outcome that nobody knows is asked about, whatever a repeat would do", () => {
  const outcome = { kind: "uncertain", code: "x.uncertain", message: "The line broke." } as const;
  for (const repeatable of [true, false])
    expect(verdictOf(step(1, "acting"), outcome, policy, repeatable)).toMatchObject({
      state: "unknown",
      outcome,
      event: "interrupted",
    });
});

test("a failed check holds the study and the journal gets the ids of the checks, not what they found", () => {
  const line = { id: "A-303", title: "t", verdict: "fail", found: "f", wanted: "w" } as const;
  expect(verdictOf(step(1), { kind: "held", lines: [line] }, policy, true)).toMatchObject({
    state: "held",
    detail: { failed: ["A-303"] },
  });
});

test("a step that waits is looked at again when it wants, and one that was called off is cancelled", () => {
  const waiting = { kind: "waiting", afterMs: 1500, progress: 0, stage: "in the cloud" } as const;
  expect(verdictOf(step(9), waiting, policy, false)).toMatchObject({ state: "ready", delaySeconds: 1.5 });
  const off = { kind: "called-off", code: "x.cancelled", message: "Cancelled there." } as const;
  expect(verdictOf(step(1), off, policy, true)).toMatchObject({ state: "cancelled", event: "called-off" });
});
