// What the quality controls of all formats do alike: lines that are switched off, and the outcome they make.
import { type CheckLine, held, type Outcome, passed } from "../outcome.ts";
import type { IfuProfile, PatternRule } from "./ifu-profile.ts";

/** a check that is switched off is shown as bypassed and counts as passed. */
export function switchedOff({ id, title, wanted }: CheckLine): CheckLine {
  return { id, title, wanted, verdict: "bypassed", found: "Switched off in the settings" };
}

/** Holds the study when a line failed; the outcome names the rule set it was judged by. */
export function qualityOutcome(lines: readonly CheckLine[], profile: IfuProfile): Outcome {
  const { name, version, title } = profile;
  const rules = { name, version, title };
  return lines.some(({ verdict }) => verdict === "fail") ? held(lines, rules) : passed(lines, rules);
}

/** What the study is held for when both descriptions miss: the graver of the two. */
export const graver = (rules: readonly (PatternRule | undefined)[]): "warn" | "fail" =>
  rules.some((rule) => rule?.otherwise === "fail") ? "fail" : "warn";
