// Ages: kept for analysis, but nobody over 89 is told apart (45 CFR 164.514(b)(2)(i)(C)).

const OLDEST_TOLD = 89;
const AGE = /^(\d{1,3})([DWMY]?)$/;

/** In whole years; a bare number means years. Undefined when it is no age. */
function yearsOf(text: string): number | undefined {
  const [, number, unit] = AGE.exec(text) ?? [];
  if (number === undefined) return undefined;
  return unit === "D" || unit === "W" || unit === "M" ? 0 : Number(number);
}

/** @returns PatientAge (0010,1010) as it may leave: 90Y for all that are older; undefined when it is no age */
export function publicAge(text: string): string | undefined {
  const years = yearsOf(text);
  if (years === undefined) return undefined;
  return years > OLDEST_TOLD ? "090Y" : text;
}

/**
 * Whether this patient is 90 or older, by the age or by the time between birth and examination.
 * @param birthDate DA, as PatientBirthDate (0010,0030)
 * @param examinedOn DA, as StudyDate (0008,0020)
 */
export function isOverEightyNine(age: string, birthDate: string, examinedOn: string): boolean {
  if ((yearsOf(age) ?? 0) > OLDEST_TOLD) return true;
  const birth = eightDigits(birthDate);
  const examined = eightDigits(examinedOn);
  if (birth === undefined) return false;
  // without a date of examination nobody knows, and a date so far back tells enough
  if (examined === undefined) return Number(birth.slice(0, 4)) < new Date().getUTCFullYear() - OLDEST_TOLD;
  return Number(examined) - Number(birth) >= (OLDEST_TOLD + 1) * 10_000;
}

function eightDigits(date: string): string | undefined {
  const bare = date.trim().replaceAll(".", "").slice(0, 8);
  return /^\d{8}$/.test(bare) ? bare : undefined;
}
