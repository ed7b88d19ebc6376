// what the scanner was set to, rule by rule, on the diffusion series that fits best.
import type { CheckLine } from "../outcome.ts";
import type { IfuProfile, RangeRule } from "./ifu-profile.ts";
import { isWithin, rangeWords, shortNumber } from "./range-rule.ts";

export type AcquisitionRule = keyof NonNullable<IfuProfile["acquisition"]>;

/** What is known of one series; several values where its images differ, none where nothing says it. */
export type AcquisitionFacts = { readonly [K in AcquisitionRule]?: readonly number[] };

export interface AcquiredSeries {
  /** `series 5` */
  readonly label: string;
  readonly acquisition: AcquisitionFacts;
}

interface RuleWords {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly howToFix: string;
}

const atScanner =
  "Correct the protocol at the scanner and repeat the acquisition, or choose another rule set.";

const RULES: Readonly<Record<AcquisitionRule, RuleWords>> = {
  fieldStrength: {
    id: "A-304.field-strength",
    title: "IFU: field strength",
    unit: "T",
    howToFix: "Only a scanner of this field strength will do; choose another product or rule set.",
  },
  repetitionTime: { id: "A-304.tr", title: "IFU: repetition time", unit: "ms", howToFix: atScanner },
  echoTime: { id: "A-304.te", title: "IFU: echo time", unit: "ms", howToFix: atScanner },
  flipAngle: { id: "A-304.flip-angle", title: "IFU: flip angle", unit: "degrees", howToFix: atScanner },
  inPlane: {
    id: "A-304.in-plane",
    title: "IFU: in-plane resolution",
    unit: "mm",
    howToFix: "Send the images as acquired, not interpolated ones; else correct field of view and matrix.",
  },
  sliceThickness: {
    id: "A-304.slice-thickness",
    title: "IFU: slice thickness",
    unit: "mm",
    howToFix: atScanner,
  },
  sliceGap: { id: "A-304.slice-gap", title: "IFU: slice gap", unit: "mm", howToFix: atScanner },
  slices: {
    id: "A-304.slices",
    title: "IFU: slices",
    unit: "slices",
    howToFix: "Send all slices; else cover the whole brain at the scanner.",
  },
};

/**
 * One line for each rule of the rule set. Of several diffusion series the one that breaks the fewest rules is
 * judged: reverse phase encoding and trace images lie beside it and are no fault.
 * @param series the diffusion series
 */
export function checkAcquisition(series: readonly AcquiredSeries[], profile: IfuProfile): CheckLine[] {
  const rules = Object.entries(profile.acquisition ?? {}) as [AcquisitionRule, RangeRule][];
  const judged = series.map((one) => rules.map(([rule, range]) => judge(one, rule, range)));
  const [best] = judged.toSorted((one, other) => broken(one) - broken(other));
  return best ?? rules.map(([rule, range]) => notRun(rule, range));
}

const broken = (lines: readonly CheckLine[]): number =>
  lines.filter(({ verdict }) => verdict !== "pass").length;

function notRun(rule: AcquisitionRule, range: RangeRule): CheckLine {
  const { id, title, unit } = RULES[rule];
  const wanted = rangeWords(range, unit);
  return { id, title, wanted, verdict: "not-run", found: "No diffusion series to look at" };
}

function judge({ label, acquisition }: AcquiredSeries, rule: AcquisitionRule, range: RangeRule): CheckLine {
  const { id, title, unit, howToFix } = RULES[rule];
  const line = { id, title, wanted: rangeWords(range, unit), series: [label] };
  const values = acquisition[rule] ?? [];
  if (values.length === 0) {
    // nothing is known to be wrong, so nobody is stopped
    const fix = "Find out why the images do not say it: an archive or a converter may have removed it.";
    return { ...line, verdict: "warn", found: "The images do not say it", howToFix: fix };
  }
  const found = `${valueWords(values)} ${unit}`;
  const holds = values.every((value) => isWithin(value, range));
  return holds ? { ...line, verdict: "pass", found } : { ...line, verdict: range.otherwise, found, howToFix };
}

function valueWords(values: readonly number[]): string {
  const shown = [...new Set(values.map(shortNumber))];
  if (shown.length <= 3) return shown.join(", ");
  return `${shortNumber(Math.min(...values))} to ${shortNumber(Math.max(...values))}`;
}
