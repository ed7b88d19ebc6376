// The projected status of studies and orders, and that every projection is a legal move.
import { describe, expect, test } from "vitest";
import type { Phase, StepState } from "../steps/step-state.ts";
import { isPassed, STEP_MOVES, STEP_STATES } from "../steps/step-state.ts";
import { orderStatus, studyStatus } from "./status.ts";
import { assertMove, ORDER_MOVES, type OrderStatus, STUDY_MOVES, STUDY_STATUSES } from "./transitions.ts";

const step = (phase: Phase, state: StepState) => ({ phase, state });

describe("an order", () => {
  test.each<[string, StepState, OrderStatus]>([
    ["waits", "ready", "queued"],
    ["is worked on", "claimed", "processing"],
    ["works outside", "acting", "processing"],
    ["was given up", "rejected", "failed"],
    ["was interrupted outside", "unknown", "unknown"],
    ["was called off", "cancelled", "cancelled"],
    ["has its result", "done", "processed"],
  ])("whose processing %s is %s → %s", (_title, state, status) => {
    expect(orderStatus([step("process", state)], state === "done" ? "diagnostic" : undefined)).toBe(status);
  });

  test("that waits for somebody else's work is processing, and queued again when it was begun anew", () => {
    expect(orderStatus([{ ...step("process", "ready"), waits: true }], undefined)).toBe("processing");
    expect(orderStatus([{ ...step("process", "ready"), waits: false }], undefined)).toBe("queued");
    expect(orderStatus([{ ...step("process", "rejected"), waits: true }], undefined)).toBe("failed");
  });

  test("with a failure report is failed, whether the report was delivered or not", () => {
    const steps = [step("process", "done"), step("deliver", "done")];
    expect(orderStatus(steps, "failure")).toBe("failed");
  });

  test("is delivered when every destination has it or was skipped on purpose", () => {
    const steps = [step("process", "done"), step("deliver", "done"), step("deliver", "skipped")];
    expect(orderStatus(steps, "diagnostic")).toBe("delivered");
  });

  test("that is processed but not delivered is visible as such", () => {
    const waiting = [step("process", "done"), step("deliver", "done"), step("deliver", "ready")];
    expect(orderStatus(waiting, "diagnostic")).toBe("processed");
    const refused = [step("process", "done"), step("deliver", "done"), step("deliver", "rejected")];
    expect(orderStatus(refused, "diagnostic")).toBe("undelivered");
  });
});

describe("a study", () => {
  test("is held when any check holds it and none is still at work", () => {
    expect(studyStatus([step("check", "done"), step("check", "held")], [])).toBe("held");
    expect(studyStatus([step("check", "claimed"), step("check", "held")], [])).toBe("checking");
  });

  test("A-071 is de-identified after its checks and before its orders, and is held or failed by it as by a check", () => {
    const checked = step("check", "done");
    expect(studyStatus([checked, step("deidentify", "ready")], [])).toBe("deidentifying");
    expect(studyStatus([step("check", "held"), step("deidentify", "ready")], [])).toBe("held");
    expect(studyStatus([checked, step("deidentify", "held")], [])).toBe("held");
    expect(studyStatus([checked, step("deidentify", "rejected")], [])).toBe("failed");
    expect(studyStatus([checked, step("deidentify", "done")], ["queued"])).toBe("queued");
    expect(studyStatus([checked, step("deidentify", "skipped")], ["queued"])).toBe("queued");
  });

  test("waits when it is checked and nothing is ordered for it, and only then", () => {
    expect(studyStatus([step("check", "done")], [], "waiting")).toBe("waiting");
    expect(studyStatus([step("check", "held")], [], "waiting")).toBe("held");
    expect(studyStatus([step("check", "done")], ["queued"], "waiting")).toBe("queued");
  });

  test("shows the loudest of its orders", () => {
    expect(studyStatus([], ["delivered", "failed"])).toBe("failed");
    expect(studyStatus([], ["delivered", "processing"])).toBe("processing");
    expect(studyStatus([], ["delivered", "delivered"])).toBe("delivered");
  });
});

describe("the tables of moves", () => {
  test("know every status that one step's move can project, for an order and for its study", () => {
    // every life of a processing step and of one delivery, by every legal path
    const lives = (phase: Phase, from: StepState, seen: readonly string[] = []): [StepState, StepState][] =>
      STEP_MOVES[from].flatMap((to): [StepState, StepState][] => {
        const edge = `${from} ${to}`;
        return seen.includes(edge) ? [] : [[from, to], ...lives(phase, to, [...seen, edge])];
      });
    const processing = [...new Map(lives("process", "ready").map((pair) => [pair.join(), pair])).values()];
    for (const [from, to] of processing) {
      if (from === "held" || to === "held") continue;
      for (const kind of ["diagnostic", "failure"] as const) {
        const before = orderStatus([step("process", from)], from === "done" ? kind : undefined);
        const after = orderStatus([step("process", to)], to === "done" ? kind : undefined);
        expect(() => assertMove(ORDER_MOVES, before, after)).not.toThrow();
        expect(() =>
          assertMove(STUDY_MOVES, studyStatus([], [before]), studyStatus([], [after])),
        ).not.toThrow();
      }
    }
    for (const [from, to] of processing) {
      if (from === "held" || to === "held") continue;
      const order = (state: StepState) =>
        orderStatus([step("process", "done"), step("deliver", state)], "diagnostic");
      expect(() => assertMove(ORDER_MOVES, order(from), order(to))).not.toThrow();
    }
  });

  test("know every status that the gates of the route can project, by every legal move of their step", () => {
    const inside = STEP_STATES.filter((state) => state !== "acting" && state !== "unknown");
    for (const phase of ["check", "deidentify"] as const) {
      const seen = (state: StepState) => {
        const gates = phase === "check" ? [] : [step("check", "done")];
        return studyStatus([...gates, step(phase, state)], isPassed(state) ? ["queued"] : []);
      };
      const waits = (state: StepState) => studyStatus([step(phase, state)], [], "waiting");
      for (const from of inside) {
        // a study that was called off is taken up again by a person, with new steps
        if (from === "cancelled") continue;
        for (const to of STEP_MOVES[from].filter((state) => state !== "acting" && state !== "unknown"))
          for (const status of [seen, waits])
            expect(
              () => assertMove(STUDY_MOVES, status(from), status(to)),
              `${phase} ${from} ${to}`,
            ).not.toThrow();
      }
      expect(() => assertMove(STUDY_MOVES, "receiving", seen("ready"))).not.toThrow();
    }
    for (const from of ["checking", "held"] as const)
      expect(() => assertMove(STUDY_MOVES, from, "deidentifying")).not.toThrow();
  });

  test("let late instances bring any study back to receiving", () => {
    for (const status of STUDY_STATUSES)
      expect(() => assertMove(STUDY_MOVES, status, "receiving")).not.toThrow();
  });

  test("name every state, and refuse a move that is not in them", () => {
    expect(Object.keys(STEP_MOVES)).toEqual([...STEP_STATES]);
    expect(() => assertMove(STUDY_MOVES, "delivered", "checking")).toThrow(
      "illegal move from delivered to checking",
    );
  });
});
