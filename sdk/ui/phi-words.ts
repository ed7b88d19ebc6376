// Titles of the fields that identify a patient, and their values as people write them.

const TITLES: Readonly<Record<string, string>> = {
  studyName: "Study name",
  patientName: "Patient name",
  patientId: "Patient ID",
  patientBirthDate: "Birth date",
  patientSex: "Sex",
  patientAge: "Age",
  accessionNumber: "Accession number",
  studyId: "Study ID",
  studyDate: "Study date",
  studyDescription: "Study description",
  referringPhysicianName: "Referring physician",
  studyInstanceUid: "Study instance UID",
};

export const phiTitle = (field: string): string => TITLES[field] ?? field;

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

const UNITS: Readonly<Record<string, string>> = { Y: "years", M: "months", W: "weeks", D: "days" };

function age(value: string): string {
  const found = /^(\d{3})([YMWD])$/.exec(value);
  return found ? `${Number(found[1])} ${UNITS[found[2]!]}` : value;
}
