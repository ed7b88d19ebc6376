// What the quality checks of a study came to, in one word for lists and filters; the steps are the truth.
import { isPassed, type Phase, type StepState } from "../steps/step-state.ts";

/** `none`: no check has ended yet, or none reads studies of this format. */
export const QC_VERDICTS = ["none", "passed", "failed", "bypassed"] as const;
export type QcVerdict = (typeof QC_VERDICTS)[number];

interface CheckSight {
  readonly phase: Phase;
  readonly state: StepState;
  /** A person let failed lines of it pass. */
  readonly bypassed?: boolean;
}

/** @param steps of the newest revision */
export function qcVerdict(steps: readonly CheckSight[]): QcVerdict {
  const checks = steps.filter(({ phase }) => phase === "check");
  if (checks.some(({ state }) => state === "held" || state === "rejected")) return "failed";
  if (!checks.every(({ state }) => isPassed(state))) return "none";
  if (!checks.some(({ state }) => state === "done")) return "none";
  return checks.some(({ bypassed }) => bypassed) ? "bypassed" : "passed";
}
