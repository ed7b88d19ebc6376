// What an upload may say about the patient besides its images: age, sex, accession number, a name for the study.

/** Where a value stood; earlier ones win (form > sidecar > DICOM). */
export type ValueSource = "form" | "sidecar";

/** Values in the form DICOM keeps them; absent ones were not given. */
export interface PatientValues {
  readonly studyName?: string;
  /** VR SH (PS3.5 6.2). */
  readonly accessionNumber?: string;
  /** VR AS (PS3.5 6.2): `048Y`. */
  readonly patientAge?: string;
  readonly patientSex?: "F" | "M";
}

export type ValueName = keyof PatientValues;

/** 5 to 50 letters, digits, spaces, slashes, colons and hyphens; no space at either end. */
export const STUDY_NAME = "^(?! )[A-Za-z0-9 /:-]{5,50}(?<! )$";
/** VR SH: up to 16 characters, no backslash and no control characters. */
export const ACCESSION_NUMBER = "^[^\\\\\\u0000-\\u001f\\u007f]{1,16}$";
/** As people and other systems write ages; `ageString` says what becomes of them. */
export const AGE = "^ *(\\d{1,3} *[DWMYdwmy]?|>? *\\d{1,3} *\\+? *[Yy]? *\\+?) *$";

const OLDEST_YEARS = 130;
/** Records that hide high ages (45 CFR 164.514(b)(2)(i)(C)) say 90+, 90Y+ or >89. */
const HIDDEN_AGE = /^(0?90Y?\+|0?90\+Y|>0?89Y?|>=?0?90Y?)$/;

/**
 * An age as VR AS: `48`, `48Y` and `048Y` become `048Y`, `6M` becomes `006M`, `90+` becomes `090Y`.
 * @returns undefined for anything else
 */
export function ageString(given: string | number): string | undefined {
  const text = String(given).replaceAll(" ", "").toUpperCase();
  if (HIDDEN_AGE.test(text)) return "090Y";
  const [, digits, unit = "Y"] = /^(\d{1,3})([DWMY])?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (unit === "Y" && Number(digits) > OLDEST_YEARS) return undefined;
  return `${digits.padStart(3, "0")}${unit}`;
}

/** `M`, `Male`, `F`, `female`; undefined for anything else. */
export function sexCode(given: string): "F" | "M" | undefined {
  const text = given.trim().toUpperCase();
  if (text === "M" || text === "MALE") return "M";
  return text === "F" || text === "FEMALE" ? "F" : undefined;
}

const accessionPattern = new RegExp(ACCESSION_NUMBER, "u");

/** Without spaces around it; undefined when it cannot stand in AccessionNumber (0008,0050). */
export function accessionText(given: string | number): string | undefined {
  const text = String(given).trim();
  return accessionPattern.test(text) ? text : undefined;
}
