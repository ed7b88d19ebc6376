// Titles of the fields that identify a patient, and their values as people write them.
import { phrase, say } from "./language.ts";

const TITLES: Readonly<Record<string, string>> = {
  studyName: phrase("Study name"),
  patientName: phrase("Patient name"),
  patientId: phrase("Patient ID"),
  patientBirthDate: phrase("Birth date"),
  patientSex: phrase("Sex"),
  patientAge: phrase("Age"),
  accessionNumber: phrase("Accession number"),
  studyId: phrase("Study ID"),
  studyDate: phrase("Study date"),
  studyDescription: phrase("Study description"),
  referringPhysicianName: phrase("Referring physician"),
  studyInstanceUid: phrase("Study instance UID"),
};

export const phiTitle = (field: string): string => say(TITLES[field] ?? field);

/** `DOE^JANE` becomes `DOE, JANE`; `19800214` becomes `1980-02-14`; `066Y` becomes `66 years`. */
export function phiText(field: string, value: string): string {
  if (field.endsWith("Name") && field !== "studyName") return personName(value);
  if (field.endsWith("Date")) return value.replace(/^(\d{4})\.?(\d{2})\.?(\d{2})$/, "$1-$2-$3");
  if (field === "patientAge") return age(value);
  return value;
}

/** The alphabetic part of a DICOM person name (PS3.5 6.2, VR PN). */
function personName(value: string): string {
  const [family = "", ...given] = (value.split("=")[0] ?? "").split("^");
  const rest = given.filter((part) => part !== "").join(" ");
  return rest === "" ? family : `${family}, ${rest}`;
}

const UNITS: Readonly<Record<string, string>> = {
  Y: phrase("%{count} year |||| %{count} years"),
  M: phrase("%{count} month |||| %{count} months"),
  W: phrase("%{count} week |||| %{count} weeks"),
  D: phrase("%{count} day |||| %{count} days"),
};

function age(value: string): string {
  const found = /^(\d{3})([YMWD])$/.exec(value);
  return found ? say(UNITS[found[2]!]!, { count: Number(found[1]) }) : value;
}
