// Makes the sidecar of a copy: the fields of the list, each of its kind, and nothing else.
import type { ElementChange } from "../elements/element-change.ts";
import type { StudyContext } from "../elements/study-context.ts";
import { publicAge } from "../values/age.ts";
import { isTradeName } from "../values/imaging-words.ts";
import { isKnownTerm, isVersion } from "./known-terms.ts";
import { ageIn, sexIn } from "./sidecar-age.ts";
import { isTimeOfDay, shiftedMoment } from "./sidecar-dates.ts";
import type { Sidecar } from "./sidecar-file.ts";
import { NOT_LISTED, SIDECAR_RULES, type SidecarRule } from "./sidecar-rules.ts";
import type { NiftiFacts } from "./study-facts.ts";

export interface CleanedField {
  /** `PatientName`; of a field that is not on the list its name may say something, so that it is shown to nobody else. */
  readonly key: string;
  readonly listed: boolean;
  readonly action: ElementChange["action"] | "keep";
  readonly rule: string;
  readonly before: unknown;
  /** Undefined when it is left out. */
  readonly after: unknown;
}

/** In the order of the file. */
export function cleanFields(sidecar: Sidecar, facts: NiftiFacts, context: StudyContext): CleanedField[] {
  return Object.entries(sidecar).map(([key, before]) => {
    const found = SIDECAR_RULES.get(key);
    const after = found === undefined ? undefined : treated(found, before, facts, context);
    const listed = found !== undefined;
    const rule = found?.rule ?? NOT_LISTED;
    return { key, listed, action: actionOf(found, before, after), rule, before, after };
  });
}

export const sidecarText = (fields: readonly CleanedField[]): string => {
  const kept = fields.filter(({ after }) => after !== undefined);
  return `${JSON.stringify(Object.fromEntries(kept.map(({ key, after }) => [key, after])), null, 1)}\n`;
};

/** Of fields that are not on the list only how many there were: their names are somebody's own. */
export const sidecarChanges = (fields: readonly CleanedField[]): ElementChange[] =>
  fields.flatMap(({ key, listed, action, rule }) =>
    action === "keep" ? [] : [{ path: listed ? key : "other fields", action, rule }],
  );

function actionOf(rule: SidecarRule | undefined, before: unknown, after: unknown): CleanedField["action"] {
  if (after === undefined) return "remove";
  if (JSON.stringify(before) === JSON.stringify(after)) return "keep";
  return rule?.action === "date" || rule?.action === "birth-date" ? "shift" : "clean";
}

function treated(rule: SidecarRule, value: unknown, facts: NiftiFacts, context: StudyContext): unknown {
  const { settings, dateOffset } = context;
  switch (rule.action) {
    case "number":
      return isNumbers(value, context) ? value : undefined;
    case "flag":
      return typeof value === "boolean" ? value : undefined;
    case "age":
      return ageOut(value, facts);
    case "sex":
      return sexIn(value);
    case "term":
      return terms(value, context);
    default:
      return typeof value === "string" ? word(value) : undefined;
  }

  function word(text: string): string | undefined {
    switch (rule.action) {
      case "choice":
        return rule.choice?.test(text) ? text : undefined;
      case "version":
        return !settings.removeSoftwareVersions && isVersion(text) && !isKnown(text, context)
          ? text
          : undefined;
      case "describe":
        return described(text, context);
      case "time":
        return settings.shiftDates && isTimeOfDay(text) ? text : undefined;
      case "birth-date":
        if (facts.overEightyNine) return undefined;
    }
    return settings.shiftDates ? shiftedMoment(text, dateOffset) : undefined;
  }
}

const MOST_LISTS = 3;
/** A whole number from here on may be one that the patient has. */
const LONG_NUMBER = 10_000;

function isNumbers(value: unknown, context: StudyContext, depth = 0): boolean {
  if (Array.isArray(value))
    return depth < MOST_LISTS && value.every((one) => isNumbers(one, context, depth + 1));
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  return (
    !Number.isInteger(value) || Math.abs(value) < LONG_NUMBER || !context.known.isIn(String(Math.abs(value)))
  );
}

/** A number stays one. */
function ageOut(value: unknown, { overEightyNine }: NiftiFacts): string | number | undefined {
  const age = ageIn(value);
  if (age === undefined) return undefined;
  const told = overEightyNine ? "090Y" : publicAge(age);
  return told === age && typeof value === "number" ? value : told;
}

/** Of a list those that are known; undefined when none is. */
function terms(value: unknown, context: StudyContext): unknown {
  if (Array.isArray(value)) {
    const known = value.filter((one) => typeof one === "string" && isTerm(one, context));
    return known.length > 0 ? known : undefined;
  }
  if (typeof value !== "string") return undefined;
  const known = value.split("\\").filter((one) => isTerm(one, context));
  return known.length > 0 ? known.join("\\") : undefined;
}

const isTerm = (text: string, context: StudyContext): boolean =>
  text !== "" &&
  isKnownTerm(text, context.settings.descriptionWords) &&
  (isTradeName(text) || !isKnown(text, context));

const isKnown = (text: string, { known }: StudyContext): boolean => known.without(text) !== text;

function described(text: string, { settings, text: cleaner }: StudyContext): string {
  const cleaning = settings.descriptions === "words" ? "describe" : "text";
  const clean = cleaner.clean(cleaning, Buffer.from(text, "utf8"), "LT", "ISO_IR 192");
  return clean === undefined ? text : clean.toString("utf8");
}
