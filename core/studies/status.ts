// What people see of a study and an order: a projection of its steps, never a truth of its own.
import type { Phase, StepState } from "../steps/step-state.ts";
import { isPassed, isSettled } from "../steps/step-state.ts";
import type { OrderStatus, StudyStatus } from "./transitions.ts";

interface StepSight {
  readonly phase: Phase;
  readonly state: StepState;
  /** Somebody else is at work on it, and a hub only looks now and then. */
  readonly waits?: boolean;
}

/**
 * @param steps the order's own steps: processing and deliveries
 * @param result kind of what came back, if anything did
 */
export function orderStatus(
  steps: readonly StepSight[],
  result: "diagnostic" | "failure" | undefined,
): OrderStatus {
  const states = (phase: Phase) => steps.filter((step) => step.phase === phase).map(({ state }) => state);
  const work = states("process");
  const isAtWork = ({ phase, state, waits }: StepSight) =>
    phase === "process" && (state === "claimed" || state === "acting" || (state === "ready" && waits));
  // it was to be processed, and its study never got that far
  if (work.length === 0) return "failed";
  if (work.includes("unknown")) return "unknown";
  if (work.includes("rejected")) return "failed";
  if (work.includes("cancelled")) return "cancelled";
  if (steps.some(isAtWork)) return "processing";
  if (work.some((state) => !isSettled(state))) return "queued";
  if (result === "failure") return "failed";
  const deliveries = states("deliver");
  if (deliveries.includes("unknown")) return "unknown";
  if (deliveries.includes("rejected") || deliveries.includes("cancelled")) return "undelivered";
  // where every delivery was skipped nothing has gone anywhere
  if (deliveries.includes("done") && deliveries.every(isPassed)) return "delivered";
  return "processed";
}

/** The status that needs a person's eye most comes first; `delivered` only when every order is. */
const LOUDEST_FIRST = [
  "unknown",
  "processing",
  "queued",
  "processed",
  "failed",
  "undelivered",
  "cancelled",
  "delivered",
] as const satisfies readonly OrderStatus[];

/**
 * @param steps the study's own steps: checks and de-identification
 * @param orders statuses of the study's orders at this revision
 * @param idle what it is when it is checked and has no orders
 */
export function studyStatus(
  steps: readonly StepSight[],
  orders: readonly OrderStatus[],
  idle: StudyStatus = "processed",
): StudyStatus {
  const states = (phase: Phase) => steps.filter((step) => step.phase === phase).map(({ state }) => state);
  return (
    gateStatus(states("check"), "checking") ??
    gateStatus(states("deidentify"), "deidentifying") ??
    LOUDEST_FIRST.find((status) => orders.includes(status)) ??
    idle
  );
}

/** @returns undefined when the route goes on */
function gateStatus(states: readonly StepState[], atWork: StudyStatus): StudyStatus | undefined {
  if (states.includes("rejected")) return "failed";
  if (states.includes("cancelled")) return "cancelled";
  if (states.some((state) => !isSettled(state))) return atWork;
  return states.every(isPassed) ? undefined : "held";
}
