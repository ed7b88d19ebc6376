// What the sidecars of a study say of its patient, known before the first file is copied.
import type { StudyContext } from "../elements/study-context.ts";
import { isOverEightyNine } from "../values/age.ts";
import type { KnownKind } from "../values/known-values.ts";
import { isKnownTerm } from "./known-terms.ts";
import { ageOf } from "./sidecar-age.ts";
import { eightDigits } from "./sidecar-dates.ts";
import type { Sidecar } from "./sidecar-file.ts";
import { SIDECAR_RULES } from "./sidecar-rules.ts";

/** Fields that are not on the list, by what their names give away. */
const KINDS: readonly (readonly [RegExp, KnownKind])[] = [
  [/date|birth/i, "date"],
  [/institution|address|department|station|site|hospital/i, "place"],
  [/name|physician|operator|person|subject|author/i, "person"],
];
/** A word in a field nobody knows may be anything; a short one is in every description. */
const SHORTEST_UNKNOWN = 5;
const LONGEST_UNKNOWN = 128;

export interface NiftiFacts {
  /** Nobody of them is told apart (45 CFR 164.514(b)(2)(i)(C)). */
  readonly overEightyNine: boolean;
}

/** Makes known to `context` what must not stay in any text. */
export function learnFrom(
  sidecars: readonly Sidecar[],
  supplied: { readonly patientAge: string; readonly patientBirthDate: string; readonly studyDate: string },
  context: StudyContext,
): NiftiFacts {
  for (const sidecar of sidecars) {
    for (const [key, value] of Object.entries(sidecar)) learn(key, value, context);
  }
  const ages = [supplied.patientAge, ...sidecars.map((sidecar) => ageOf(sidecar) ?? "")];
  const births = [
    supplied.patientBirthDate,
    ...sidecars.map(({ PatientBirthDate: one }) => eightDigits(one) ?? ""),
  ];
  const days = [supplied.studyDate, ...sidecars.map((one) => eightDigits(one["AcquisitionDateTime"]) ?? "")];
  const birth = births.find(Boolean) ?? "";
  const day = days.find(Boolean) ?? "";
  return { overEightyNine: ages.some((age) => isOverEightyNine(age, birth, day)) };
}

function learn(key: string, value: unknown, context: StudyContext): void {
  const action = SIDECAR_RULES.get(key)?.action;
  if (action === "date" || action === "birth-date") {
    context.known.add("date", eightDigits(value) ?? "");
    return;
  }
  if (action !== undefined) return;
  for (const text of textsIn(key, value)) learnText(text.key, text.text, context);
}

function learnText(key: string, text: string, context: StudyContext): void {
  const kind = KINDS.find(([form]) => form.test(key))?.[1] ?? "id";
  if (kind === "date") {
    context.known.add("date", eightDigits(text) ?? "");
    return;
  }
  if (kind === "person") context.known.add("person", text);
  const isWord = text.length >= SHORTEST_UNKNOWN && text.length <= LONGEST_UNKNOWN;
  const isNamed = kind !== "id" || /id$|number|code|accession|serial/i.test(key);
  if ((isWord || isNamed) && (isNamed || !isKnownTerm(text, [])))
    context.known.add(kind === "person" ? "id" : kind, text);
}

/** Texts and whole numbers, however deep they stand; a field is called by its own name. */
function* textsIn(key: string, value: unknown, depth = 0): Generator<{ key: string; text: string }> {
  if (typeof value === "string") yield { key, text: value.trim() };
  else if (typeof value === "number" && Number.isInteger(value)) yield { key, text: String(value) };
  else if (typeof value === "object" && value !== null && depth < MOST_DEPTH) {
    const entries = Array.isArray(value) ? value.map((one) => [key, one] as const) : Object.entries(value);
    for (const [name, one] of entries) yield* textsIn(name, one, depth + 1);
  }
}

const MOST_DEPTH = 20;
