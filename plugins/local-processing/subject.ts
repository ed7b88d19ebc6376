// What a product is told about the patient: age and sex, nothing else.
import type { StudyIdentity } from "@thalamus/sdk";

export interface Subject {
  /** Years: whole from two years on, two decimals below; null when unknown. */
  readonly age: number | null;
  readonly sex: "M" | "F" | "O" | null;
}

/** Days of one unit of an age string (PS3.5 6.2, VR AS). */
const DAYS = { D: 1, W: 7, M: 30.4375, Y: 365.25 } as const;
const OLDEST = 130;

/** Takes PatientAge (0010,1010), else what the birth date and the study date say. */
export function subjectOf(identity: StudyIdentity): Subject {
  const years =
    yearsOfAge(identity.patientAge) ?? yearsBetween(identity.patientBirthDate, identity.studyDate);
  const sex = identity.patientSex.trim().toUpperCase();
  return {
    age: years === undefined || years < 0 || years > OLDEST ? null : roundAge(years),
    sex: sex === "M" || sex === "F" || sex === "O" ? sex : null,
  };
}

function yearsOfAge(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,3})([DWMY])$/.exec(text.trim().toUpperCase()) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return unit === "Y" ? Number(count) : (Number(count) * DAYS[unit as keyof typeof DAYS]) / DAYS.Y;
}

function yearsBetween(birth: string, study: string): number | undefined {
  const from = dateOf(birth);
  const to = dateOf(study);
  if (from === undefined || to === undefined) return undefined;
  const years = to.getUTCFullYear() - from.getUTCFullYear();
  const birthday = Date.UTC(to.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate());
  const age = to.getTime() < birthday ? years - 1 : years;
  return age >= 2 ? age : (to.getTime() - from.getTime()) / 86_400_000 / DAYS.Y;
}

/** A date of VR DA, `20260131`. */
function dateOf(text: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const roundAge = (years: number): number => (years >= 2 ? Math.floor(years) : Math.round(years * 100) / 100);
