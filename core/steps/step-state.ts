// The states of a step and the phases of the route, in one table each.

export const PHASES = ["check", "deidentify", "process", "deliver"] as const;
export type Phase = (typeof PHASES)[number];

export const STEP_STATES = [
  /** Waits for its time or for a free hand. */
  "ready",
  /** A hub works on it; nothing has left the house yet. */
  "claimed",
  /** Bytes are leaving or have left the house. */
  "acting",
  "done",
  /** Waits for a person. */
  "held",
  "rejected",
  /** Interrupted while acting, and only a person can tell what arrived. */
  "unknown",
  "cancelled",
  "skipped",
] as const;
export type StepState = (typeof STEP_STATES)[number];

/** Legal moves; anything else is refused by the ledger. */
export const STEP_MOVES: Readonly<Record<StepState, readonly StepState[]>> = {
  ready: ["claimed", "cancelled", "skipped"],
  claimed: ["acting", "ready", "done", "held", "rejected", "skipped", "cancelled"],
  acting: ["ready", "done", "rejected", "unknown", "skipped", "cancelled"],
  done: [],
  held: ["ready", "done", "rejected", "cancelled"],
  rejected: ["ready", "cancelled"],
  unknown: ["ready", "done", "rejected", "cancelled"],
  cancelled: ["ready"],
  skipped: [],
};

/** A step in one of these will not move by itself. */
export const isSettled = (state: StepState): boolean =>
  state !== "ready" && state !== "claimed" && state !== "acting";

/** A step in one of these lets the route go on. */
export const isPassed = (state: StepState): boolean => state === "done" || state === "skipped";
