// What an outcome means for the step: its next state, and when to look again.
import type { Outcome } from "@thalamus/sdk";
import type { StepState } from "./step-state.ts";

export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelaySeconds: number;
  readonly longestDelaySeconds: number;
}

export interface Verdict {
  readonly state: StepState;
  readonly outcome: Outcome;
  /** Past tense, for the journal: `done`, `held`, `retried`. */
  readonly event: string;
  readonly delaySeconds: number;
  readonly detail: Record<string, unknown>;
}

/**
 * @param step as it was claimed; attempts count from 1
 * @param repeatable the target's plugin said that a second time overwrites the first
 */
export function verdictOf(
  step: { readonly attempt: number; readonly state: StepState },
  outcome: Outcome,
  policy: RetryPolicy,
  repeatable: boolean,
): Verdict {
  const now = { outcome, delaySeconds: 0, detail: {} };
  switch (outcome.kind) {
    case "passed":
    case "transformed":
    case "processed":
    case "delivered":
      return { ...now, state: "done", event: outcome.kind };
    case "held": {
      const failed = outcome.lines.filter(({ verdict }) => verdict === "fail").map(({ id }) => id);
      return { ...now, state: "held", event: "held", detail: { failed } };
    }
    case "waiting": {
      const { stage, afterMs } = outcome;
      return { ...now, state: "ready", event: "waits", delaySeconds: afterMs / 1000, detail: { stage } };
    }
    case "called-off":
      return { ...now, state: "cancelled", event: "called-off", detail: { code: outcome.code } };
    case "skipped":
      return { ...now, state: "skipped", event: "skipped", detail: { reason: outcome.reason } };
    case "rejected":
      return { ...now, state: "rejected", event: "rejected", detail: { code: outcome.code } };
    case "uncertain":
      return { ...now, state: "unknown", event: "interrupted", detail: { code: outcome.code } };
    case "released":
      if (step.state === "acting" && !repeatable) return { ...now, state: "unknown", event: "interrupted" };
      return { ...now, state: "ready", event: "released" };
    case "retry":
      return retried(step.attempt, outcome, policy);
  }
}

function retried(attempt: number, outcome: Outcome & { kind: "retry" }, policy: RetryPolicy): Verdict {
  const { code, message, afterMs = 0 } = outcome;
  if (attempt >= policy.attempts) {
    const given = `${message} Given up after ${attempt} tries.`;
    return {
      state: "rejected",
      outcome: { kind: "rejected", code, message: given },
      event: "rejected",
      delaySeconds: 0,
      detail: { code, attempt },
    };
  }
  const backOff = Math.min(policy.longestDelaySeconds, policy.firstDelaySeconds * 2 ** (attempt - 1));
  const delaySeconds = Math.max(backOff, afterMs / 1000);
  return {
    state: "ready",
    outcome,
    event: "retried",
    delaySeconds,
    detail: { code, attempt, of: policy.attempts, delaySeconds },
  };
}
