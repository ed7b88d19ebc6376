// The quality control report of a study: every line with its verdict, the rules it was judged by, no PHI.
import type { Bypass, CheckLine, RuleSetName } from "@thalamus/sdk";
import type { StepRow } from "../database/entities/step.ts";
import type { StudyRow } from "../database/entities/study.ts";
import { isSettled } from "../steps/step-state.ts";

export type QcVerdict = "pass" | "warn" | "bypassed" | "fail" | "incomplete";

export interface QcCheck {
  /** Name of the plugin entry. */
  readonly check: string;
  readonly state: StepRow["state"];
  readonly endedAt: Date | null;
  readonly rules: RuleSetName | null;
  readonly bypass: Bypass | null;
  readonly lines: readonly CheckLine[];
  /** Why it has no lines. */
  readonly message: string | null;
}

export interface QcReport {
  readonly madeAt: Date;
  /** The hub's own id and counts: a pseudonym, nothing of the patient. */
  readonly study: Pick<
    StudyRow,
    "id" | "revision" | "format" | "receivedAt" | "seriesCount" | "instanceCount"
  >;
  readonly verdict: QcVerdict;
  /** One sentence. */
  readonly summary: string;
  readonly checks: readonly QcCheck[];
}

/** @param steps of the study; those of its newest revision count */
export function qcReport(study: StudyRow, steps: readonly StepRow[], madeAt: Date): QcReport | undefined {
  const checks = steps
    .filter(({ phase, revision }) => phase === "check" && revision === study.revision)
    .map((step) => checkOf(step))
    // what was looked at comes first
    .toSorted((one, other) => other.lines.length - one.lines.length || one.check.localeCompare(other.check));
  if (checks.length === 0) return undefined;
  const { id, revision, format, receivedAt, seriesCount, instanceCount } = study;
  const verdict = verdictOf(checks);
  return {
    madeAt,
    study: { id, revision, format, receivedAt, seriesCount, instanceCount },
    verdict,
    summary: summaryOf(verdict, checks),
    checks,
  };
}

function checkOf(step: StepRow): QcCheck {
  const { outcome, target, state, settledAt } = step;
  const judged = outcome?.kind === "passed" || outcome?.kind === "held" ? outcome : undefined;
  const problem = outcome?.kind === "rejected" || outcome?.kind === "retry" ? outcome.message : null;
  return {
    check: target,
    state,
    endedAt: settledAt ?? null,
    rules: judged?.rules ?? null,
    bypass: judged?.kind === "passed" ? (judged.bypass ?? null) : null,
    lines: judged?.lines ?? [],
    message: outcome?.kind === "skipped" ? outcome.reason : problem,
  };
}

const linesWith = (checks: readonly QcCheck[], verdict: CheckLine["verdict"]): CheckLine[] =>
  checks.flatMap(({ lines }) => lines.filter((line) => line.verdict === verdict));

function verdictOf(checks: readonly QcCheck[]): QcVerdict {
  if (linesWith(checks, "fail").length > 0) return "fail";
  if (checks.some(({ state }) => !isSettled(state) || state === "rejected" || state === "cancelled")) {
    return "incomplete";
  }
  if (checks.some(({ bypass }) => bypass !== null)) return "bypassed";
  return linesWith(checks, "warn").length > 0 ? "warn" : "pass";
}

const SUMMARIES: Readonly<Record<QcVerdict, string>> = {
  pass: "Every check passed.",
  warn: "Every check passed, with warnings.",
  bypassed: "Checks failed, and a person let the study pass.",
  fail: "Checks failed; the study waits for a person.",
  incomplete: "Not every check has come to an end.",
};

function summaryOf(verdict: QcVerdict, checks: readonly QcCheck[]): string {
  const byPerson = new Set(checks.flatMap(({ bypass }) => bypass?.lines ?? []));
  const off = linesWith(checks, "bypassed").filter(({ id }) => !byPerson.has(id)).length;
  const note =
    off === 0 ? "" : ` ${off === 1 ? "One line is" : `${off} lines are`} switched off and count as passed.`;
  return SUMMARIES[verdict] + note;
}
