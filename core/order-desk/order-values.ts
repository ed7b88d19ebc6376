// What a client says of the patient beside the files: checked, and brought into the form DICOM keeps it.
import type { OrderMetadata } from "@thalamus/sdk/cloud";
import { accessionText, ageString, type PatientValues } from "../uploads/patient-values.ts";
import { refused } from "./refusals.ts";

/** VR LO (PS3.5 6.2) and its like: no backslash, no control characters. */
const TEXT = /^[^\\\p{Cc}]*$/u;

/** @throws DeskRefusal `desk.bad-metadata` */
export function requireGoodMetadata({ patient_age, accession_number }: OrderMetadata): void {
  if (patient_age !== undefined && ageString(patient_age) === undefined) throw refused("desk.bad-metadata");
  requireText(accession_number);
}

/** @throws DeskRefusal `desk.bad-metadata` */
export function requireText(...values: readonly (string | undefined)[]): void {
  for (const value of values)
    if (value !== undefined && !TEXT.test(value)) throw refused("desk.bad-metadata");
}

/**
 * For the study; they count more than sidecar and files. An accession number that is too long for DICOM (VR SH, 16
 * characters) is kept with the order alone.
 */
export function patientValues(metadata: OrderMetadata, studyName: string | null): PatientValues {
  const { patient_age, patient_sex, accession_number } = metadata;
  const patientAge = patient_age === undefined ? undefined : ageString(patient_age);
  const accessionNumber = accession_number === undefined ? undefined : accessionText(accession_number);
  return {
    ...(studyName === null ? {} : { studyName }),
    ...(patientAge === undefined ? {} : { patientAge }),
    ...(patient_sex === undefined ? {} : { patientSex: patient_sex }),
    ...(accessionNumber === undefined ? {} : { accessionNumber }),
  };
}
