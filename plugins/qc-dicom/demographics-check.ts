// age and sex are present and in standard form. Neither is ever shown.
import type { CheckLine } from "@thalamus/sdk";
import type { ImageFacts } from "./image-facts.ts";
import { MAX_AGE_YEARS, SEXES } from "./rules.ts";

type Finding = { readonly ok: boolean; readonly text: string };

/** What was given with an upload, in standard form; it counts more than what the images say. */
export interface GivenDemographics {
  readonly age: boolean;
  readonly sex: boolean;
}

export function checkDemographics(images: readonly ImageFacts[], given: GivenDemographics): CheckLine {
  const line = {
    id: "A-303",
    title: "Patient demographics",
    wanted: "Age as nnnY (or M, W, D) or birth date and study date; sex M or F",
  };
  if (images.length === 0) return { ...line, verdict: "not-run", found: "No image to look at" };
  const findings = [
    given.age ? { ok: true, text: "Age was given with the upload" } : ageFinding(images),
    given.sex ? { ok: true, text: "Sex was given with the upload" } : sexFinding(images),
  ];
  const found = findings.map(({ text }) => text).join("; ");
  if (findings.every(({ ok }) => ok)) return { ...line, verdict: "pass", found };
  const howToFix =
    "Correct PatientAge (0010,1010), PatientBirthDate (0010,0030) or PatientSex (0010,0040) where the study " +
    "comes from, and send it again; or upload the study with age and sex in the form.";
  return { ...line, verdict: "fail", found, howToFix };
}

function ageFinding(images: readonly ImageFacts[]): Finding {
  const ages = new Set(images.map((image) => ageSource(image)));
  if (ages.has("invalid")) return { ok: false, text: "Age is not in standard form" };
  if (ages.has("absent")) return { ok: false, text: "Age is absent and cannot be computed" };
  return { ok: true, text: ages.has("computed") ? "Age follows from birth date" : "Age is present" };
}

function ageSource({ patientAge, patientBirthDate, studyDate }: ImageFacts) {
  if (patientAge !== "") return ageInYears(patientAge) === undefined ? "invalid" : "present";
  return yearsBetween(patientBirthDate, studyDate) === undefined ? "absent" : "computed";
}

function sexFinding(images: readonly ImageFacts[]): Finding {
  const sexes = new Set(images.map(({ patientSex }) => patientSex.toUpperCase()));
  if (sexes.has("")) return { ok: false, text: "Sex is absent" };
  if (![...sexes].every((sex) => SEXES.has(sex))) return { ok: false, text: "Sex is neither M nor F" };
  const different = new Set([...sexes].map((sex) => sex.charAt(0)));
  return different.size > 1
    ? { ok: false, text: "Images differ in sex" }
    : { ok: true, text: "Sex is present" };
}

const YEARS_IN: Readonly<Record<string, number>> = { Y: 1, M: 1 / 12, W: 7 / 365.25, D: 1 / 365.25 };

/**
 * Age in years from the forms in use: `066Y`, `006M`, `012W`, `010D` (PS3.5 6.2, VR AS), a plain `66`, and
 * `90+` or `>89` of records that hide high ages, which count as 90.
 * @returns undefined for any other text and for ages nobody reaches
 */
export function ageInYears(text: string): number | undefined {
  const age = text.trim().toUpperCase();
  if (/^(0?90\s*Y?\s*\+|0?90\+\s*Y?|>\s*0?(89|90)\s*Y?|>=\s*0?90\s*Y?)$/.test(age)) return 90;
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
