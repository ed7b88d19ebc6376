// whether a series has the volumes at b = 0, the directions and the shells of the rule set.
import type { CheckLine } from "../outcome.ts";
import { type GradientSummary, gradientWords } from "./gradients.ts";
import type { IfuProfile, Otherwise, RangeRule } from "./ifu-profile.ts";
import { isWithin, rangeWords } from "./range-rule.ts";

export interface DiffusionSeries {
  /** `series 5` */
  readonly label: string;
  readonly gradients: GradientSummary;
}

type Verdict = "pass" | Otherwise;
const WORSE: readonly Verdict[] = ["pass", "warn", "fail"];

export interface JudgedSeries<S extends DiffusionSeries = DiffusionSeries> {
  readonly series: S;
  readonly verdict: Verdict;
}

/** Series with a diffusion weighting, those that fit best first. */
export function judgeGradients<S extends DiffusionSeries>(
  series: readonly S[],
  profile: IfuProfile,
): JudgedSeries<S>[] {
  const weighted = series.filter(({ gradients }) => gradients.shells.length > 0);
  const judged = weighted.map((one) => ({ series: one, verdict: verdictOf(one.gradients, profile) }));
  return judged.toSorted(
    (one, other) =>
      WORSE.indexOf(one.verdict) - WORSE.indexOf(other.verdict) ||
      other.series.gradients.directions - one.series.gradients.directions,
  );
}

function verdictOf({ b0Volumes, directions, shells }: GradientSummary, profile: IfuProfile): Verdict {
  const ranges: [number, RangeRule | undefined][] = [
    [b0Volumes, profile.b0Volumes],
    [directions, profile.directions],
  ];
  const verdicts = ranges.map(([value, rule]): Verdict => {
    return rule === undefined || isWithin(value, rule) ? "pass" : rule.otherwise;
  });
  if (profile.shells) verdicts.push(shellVerdict(shells, profile.shells));
  return verdicts.toSorted((one, other) => WORSE.indexOf(other) - WORSE.indexOf(one))[0] ?? "pass";
}

/** Each wanted shell is there, and no other one. */
function shellVerdict(
  shells: GradientSummary["shells"],
  { b: wanted, tolerance, otherwise }: NonNullable<IfuProfile["shells"]>,
): Verdict {
  const near = (one: number, other: number) => Math.abs(one - other) <= tolerance;
  const all = wanted.every((b) => shells.some((shell) => near(shell.b, b)));
  const only = shells.every((shell) => wanted.some((b) => near(shell.b, b)));
  return all && only ? "pass" : otherwise;
}

/** `A series with at least 1 volume at b = 0, at least 6 directions, b = 1000` */
export function gradientsWanted({ b0Volumes, directions, shells }: IfuProfile): string {
  const parts = [
    ...(b0Volumes ? [`volumes at b = 0: ${rangeWords(b0Volumes, "")}`] : []),
    ...(directions ? [`directions: ${rangeWords(directions, "")}`] : []),
    ...(shells ? [`b = ${shells.b.join(" and ")} (each within ${shells.tolerance})`] : []),
  ];
  return parts.length === 0
    ? "A series with a diffusion weighting"
    : `A diffusion series; ${parts.join("; ")}`;
}

const MOST_SHOWN = 4;

/**
 * The line of A-302, of the series that suit or else of all that are weighted.
 * @param missing what is found and how to mend it when no series has a weighting at all
 */
export function checkGradients(
  series: readonly DiffusionSeries[],
  profile: IfuProfile,
  missing: { readonly found: string; readonly howToFix: string },
): CheckLine {
  const line = { id: "A-302", title: "DTI/DWI detection", wanted: gradientsWanted(profile) };
  const judged = judgeGradients(series, profile);
  const [best] = judged;
  if (!best) return { ...line, verdict: "fail", ...missing };
  const shown = judged.filter(({ verdict }) => verdict === best.verdict).map((one) => one.series);
  const described = shown.slice(0, MOST_SHOWN).map(({ label, gradients }) => {
    return `${label}: ${gradientWords(gradients)}`;
  });
  const more = shown.length > MOST_SHOWN ? [`and ${shown.length - MOST_SHOWN} more`] : [];
  const found = [...described, ...more].join("; ");
  const affected = shown.map(({ label }) => label);
  if (best.verdict === "pass") return { ...line, verdict: "pass", found, series: affected };
  const howToFix = "Send the original diffusion series with all its volumes, not only the maps made of it.";
  return { ...line, verdict: best.verdict, found, howToFix, series: affected };
}
