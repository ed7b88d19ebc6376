// What an upload may say about the patient besides its images: age, sex, accession number, a name for the study.
export { ageString, sexCode } from "@thalamus/sdk/quality";

/** Where a value stood; earlier ones win (form > sidecar > DICOM). */
export type ValueSource = "form" | "sidecar";

/** Values in the form DICOM keeps them; absent ones were not given. */
export interface PatientValues {
  readonly studyName?: string;
  /** VR SH (PS3.5 6.2). */
  readonly accessionNumber?: string;
  /** VR AS (PS3.5 6.2): `048Y`. */
  readonly patientAge?: string;
  /** `O` comes over the cloud API alone; forms and sidecars know the other two. */
  readonly patientSex?: "F" | "M" | "O";
}

export type ValueName = keyof PatientValues;

/** 5 to 50 letters, digits, spaces, slashes, colons and hyphens; no space at either end. */
export const STUDY_NAME = "^(?! )[A-Za-z0-9 /:-]{5,50}(?<! )$";
/** VR SH: up to 16 characters, no backslash and no control characters. */
export const ACCESSION_NUMBER = "^[^\\\\\\u0000-\\u001f\\u007f]{1,16}$";
/** As people and other systems write ages; `ageString` says what becomes of them. */
export const AGE = "^ *(\\d{1,3} *[DWMYdwmy]?|>? *\\d{1,3} *\\+? *[Yy]? *\\+?) *$";

const accessionPattern = new RegExp(ACCESSION_NUMBER, "u");

/** Without spaces around it; undefined when it cannot stand in AccessionNumber (0008,0050). */
export function accessionText(given: string | number): string | undefined {
  const text = String(given).trim();
  return accessionPattern.test(text) ? text : undefined;
}
