// Tells whether a text that a person typed holds a value that identifies the patient of a study.
import type { StudyRow } from "../database/entities/study.ts";

type Identity = Pick<
  StudyRow,
  | "patientName"
  | "patientId"
  | "patientBirthDate"
  | "accessionNumber"
  | "studyId"
  | "studyInstanceUid"
  | "referringPhysicianName"
>;

/** Shorter parts of names stand in any text. */
const SHORTEST_PART = 3;
const SHORTEST_NUMBER = 4;
const WORDS = /[^\p{L}\p{N}]+/u;

/** The journal and the report keep the text, so it must not name anybody. */
export function namesPatient(text: string, study: Identity): boolean {
  const words = new Set(plain(text).split(WORDS));
  const names = [study.patientName, study.referringPhysicianName].flatMap((name) => plain(name).split(WORDS));
  if (names.some((part) => part.length >= SHORTEST_PART && words.has(part))) return true;
  const numbers = [study.patientId, study.accessionNumber, study.studyId, study.studyInstanceUid];
  const compact = withoutMarks(text);
  const isIn = (number: string) => number.length >= SHORTEST_NUMBER && compact.includes(number);
  return numbers.map(withoutMarks).some(isIn) || dateForms(study.patientBirthDate).some((form) => isIn(form));
}

const plain = (text: string): string => text.normalize("NFKC").toLocaleLowerCase("en");
const withoutMarks = (text: string): string => plain(text).replaceAll(/[^\p{L}\p{N}]/gu, "");

/** 19580317, 17031958, 03171958: as people write dates, without what stands between. */
function dateForms(date: string): string[] {
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date) ?? [];
  if (year === undefined) return [];
  return [`${year}${month}${day}`, `${day}${month}${year}`, `${month}${day}${year}`];
}
