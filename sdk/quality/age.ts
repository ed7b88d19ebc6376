// Ages in the forms that scanners, archives and people write.

/** Years of the oldest people of record and a little more. */
export const MAX_AGE_YEARS = 130;

/** Records that hide high ages (45 CFR 164.514(b)(2)(i)(C)) say 90+, 90Y+ or >89; they count as 90. */
const HIDDEN_AGE = /^(0?90Y?\+|0?90\+Y|>0?89Y?|>=?0?90Y?)$/;
const HIDDEN_YEARS = 90;

const withoutBlanks = (text: string): string => text.replaceAll(/\s/g, "").toUpperCase();

/**
 * An age as people write it, as VR AS (PS3.5 6.2): `48`, `48Y` and `048Y` become `048Y`, `6M` becomes `006M`,
 * `90+` becomes `090Y`.
 * @returns undefined for anything else
 */
export function ageString(given: string | number): string | undefined {
  const text = withoutBlanks(String(given));
  if (HIDDEN_AGE.test(text)) return `0${HIDDEN_YEARS}Y`;
  const [, digits, unit = "Y"] = /^(\d{1,3})([DWMY])?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (unit === "Y" && Number(digits) > MAX_AGE_YEARS) return undefined;
  return `${digits.padStart(3, "0")}${unit}`;
}

const YEARS_IN: Readonly<Record<string, number>> = { Y: 1, M: 1 / 12, W: 7 / 365.25, D: 1 / 365.25 };

/**
 * Age in years of PatientAge (0010,1010): `066Y`, `006M`, `012W`, `010D` (PS3.5 6.2, VR AS), a plain `66`, and
 * `90+` or `>89` of records that hide high ages, which count as 90.
 * @returns undefined for any other text and for ages nobody reaches
 */
export function ageInYears(text: string): number | undefined {
  const age = text.trim().toUpperCase();
  if (HIDDEN_AGE.test(withoutBlanks(age))) return HIDDEN_YEARS;
  const standard = /^(\d{3})([DWMY])$/.exec(age) ?? /^(\d{1,3})()$/.exec(age);
  if (!standard) return undefined;
  const years = Number(standard[1]) * (YEARS_IN[standard[2] || "Y"] ?? Number.NaN);
  return years <= MAX_AGE_YEARS ? years : undefined;
}

/** Whole years from one DICOM date to another (PS3.5 6.2, VR DA). */
export function yearsBetween(birth: string, study: string): number | undefined {
  const [from, to] = [parseDate(birth), parseDate(study)];
  if (!from || !to) return undefined;
  const hadBirthday = to.monthDay >= from.monthDay;
  const years = to.year - from.year - (hadBirthday ? 0 : 1);
  return years >= 0 && years <= MAX_AGE_YEARS ? years : undefined;
}

function parseDate(text: string): { year: number; monthDay: number } | undefined {
  const date = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text);
  if (!date) return undefined;
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  const real = month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1850;
  return real ? { year, monthDay: month * 100 + day } : undefined;
}
