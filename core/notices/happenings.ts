// Which moves of studies and steps are events that a site can be told about.
import type { Outcome } from "@thalamus/sdk";
import type { Phase, StepState } from "../steps/step-state.ts";
import type { StudyStatus } from "../studies/transitions.ts";
import type { Happening } from "./record-notice.ts";

/** a study was received whole, its checks passed, or one of them holds it. */
export function happeningsOfStudy(
  study: { readonly id: string; readonly instanceCount: number; readonly revision: number },
  from: StudyStatus,
  to: StudyStatus,
): Happening[] {
  const { id: studyId, instanceCount: instances, revision } = study;
  if (from === "receiving") return [{ event: "study.received", studyId, detail: { instances, revision } }];
  if (from !== "checking") return [];
  if (to === "held") return [{ event: "study.qc-failed", studyId, detail: { revision } }];
  const passed = to !== "receiving" && to !== "failed" && to !== "cancelled";
  return passed ? [{ event: "study.qc-passed", studyId, detail: { revision } }] : [];
}

/**
 * a step ended for good, or a de-identification is held for a person.
 * @param isOutbound its plugin sends studies out of the house
 */
export function happeningsOfStep(
  step: {
    readonly phase: Phase;
    readonly target: string;
    readonly study: { readonly id: string };
    readonly sentAt?: Date | null | undefined;
  },
  state: StepState,
  outcome: Outcome,
  isOutbound = false,
): Happening[] {
  const { phase, target, study } = step;
  const code = "code" in outcome ? { code: outcome.code } : {};
  const tell = (event: Happening["event"], more = {}): Happening[] => [
    { event, studyId: study.id, detail: { target, ...code, ...more } },
  ];
  if (phase === "deliver") {
    if (state === "done") return tell("report.delivered");
    return state === "rejected" || state === "unknown" ? tell("report.delivery-failed") : [];
  }
  // whoever looks after checks that hold a study looks after this one, too
  if (phase === "deidentify" && state === "held") return tell("study.qc-failed");
  if (phase !== "process") return [];
  if (isOutbound) {
    // whether what came back is a failure is told by processing.failed
    if (outcome.kind === "processed" && step.sentAt == null) return tell("cloud.upload-succeeded");
    return state === "rejected" || state === "unknown" ? tell("cloud.upload-failed") : [];
  }
  if (outcome.kind === "processed") {
    const { kind, product, error } = outcome.result;
    const more = { product: product.id, ...(error ? { code: error.code } : {}) };
    return tell(kind === "diagnostic" ? "product.completed" : "product.failed", more);
  }
  return state === "rejected" || state === "unknown" ? tell("product.failed") : [];
}

/** all of a study is in the cloud; its result may take hours. */
export const happeningsOfSending = (step: {
  readonly target: string;
  readonly study: { readonly id: string };
}): Happening[] => [
  { event: "cloud.upload-succeeded", studyId: step.study.id, detail: { target: step.target } },
];
