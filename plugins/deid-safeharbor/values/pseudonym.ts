// The name a patient has outside: stable at this site, and without the site's key not to be led back.
import { createHmac, type KeyObject } from "node:crypto";

/** RFC 4648 base 32 without I, L, O and U, which people misread (Crockford). */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS = 16;

/**
 * @param patient what names one patient for good
 * @returns `P` and 16 letters and digits: 80 bits, so that two patients of a site never share one
 */
export function pseudonymOf(key: KeyObject, patient: string): string {
  const digest = createHmac("sha256", key).update(patient).digest();
  let rest = (digest.readBigUInt64BE(0) << 64n) | digest.readBigUInt64BE(8);
  let text = "P";
  for (let index = 0; index < CHARACTERS; index += 1) {
    text += ALPHABET[Number(rest & 31n)]!;
    rest >>= 5n;
  }
  return text;
}

export interface PatientIdentity {
  /** PatientID (0010,0020) */
  readonly patientId: string;
  /** IssuerOfPatientID (0010,0021) */
  readonly issuerOfPatientId: string;
  /** PatientName (0010,0010) */
  readonly patientName: string;
  /** PatientBirthDate (0010,0030) */
  readonly patientBirthDate: string;
  /** StudyInstanceUID (0020,000D): stands for the patient when there is no ID. */
  readonly studyInstanceUid: string;
}

/** One line that is the same for all studies of a patient. */
export function patientLine(patient: PatientIdentity): string {
  const { patientId, issuerOfPatientId, studyInstanceUid } = patient;
  if (patientId.trim() !== "") return `id\0${patientId.trim()}\0${issuerOfPatientId.trim()}`;
  // two people may have one name and one birthday, and the vault of the hub goes by IDs
  return `study\0${studyInstanceUid}`;
}
