// What must be true of a copied table and a copied sidecar, by what they hold.
import type { Finding } from "../proof/finding.ts";
import { fieldKind, mayStay } from "./field-kinds.ts";
import type { JsonValue } from "./json-reader.ts";

const ONLY_NUMBERS = /^[\d+\-.eEaN \n]*$/;
const OLDEST = 90;
const AGE = /^0*(\d{1,3})Y?$/i;
const AGE_FIELD = /^patient_?age$/i;

/** @param source and copy as text */
export function checkTable(source: string, copy: string): Finding[] {
  const same = ONLY_NUMBERS.test(copy) && isSameNumbers(numbersIn(source), numbersIn(copy));
  return same ? [] : [{ kind: "table-differs", place: "the table" }];
}

/** Row by row; comments are none. */
const numbersIn = (text: string): number[][] =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/#.*/, "").match(/[^\s,\uFEFF]+/g) ?? [])
    .filter((row) => row.length > 0)
    .map((row) => row.map(Number));

const isSameNumbers = (before: number[][], after: number[][]): boolean =>
  before.length === after.length &&
  before.every(
    (row, at) =>
      row.length === after[at]!.length &&
      // zero with a sign is zero, and what is no number is none in both
      row.every((number, column) => number === after[at]![column] || Object.is(number, after[at]![column])),
  );

/** @param dates what was done with them */
export function checkSidecar(
  source: readonly JsonValue[],
  copy: readonly JsonValue[],
  dates: "shift" | "remove",
): Finding[] {
  const findings: Finding[] = [];
  const before = new Map(source.map(({ names, text }) => [names[0] ?? "", text]));
  for (const { names, kind, text } of copy) {
    const [name = "", ...deeper] = names;
    // an object without a field
    if (names.length === 0) continue;
    const found = (what: Finding["kind"]) => findings.push({ kind: what, place: name });
    if (!before.has(name)) findings.push({ kind: "element-added", place: "a field of the sidecar" });
    else if (deeper.length > 0 || !mayStay(name, kind))
      findings.push({ kind: "field-identifies", place: shownName(name) });
    const says = fieldKind(name);
    const isMoment = says === "date" || (says === "technical" && /time$/i.test(name));
    if (says === "date" && text === before.get(name)) found("value-in-place");
    if (isMoment && dates === "remove") found("value-in-place");
    const years = AGE_FIELD.test(name) ? AGE.exec(text)?.[1] : undefined;
    if (Number(years ?? 0) > OLDEST) found("age-above-90");
  }
  return findings;
}

/** Of a field that nobody knows the name may be a value. */
const shownName = (name: string): string => (fieldKind(name) === "text" ? "a field of the sidecar" : name);
