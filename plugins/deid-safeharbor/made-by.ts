// What a manifest says of the program that made a copy, and of its rules.
import manifest from "./package.json" with { type: "json" };
import table from "./rules/ps315-table.json" with { type: "json" };

export const PROGRAM = { name: manifest.name, version: manifest.version };
export const DICOM_RULES = {
  name: "DICOM PS3.15 Basic Profile, HIPAA Safe Harbor",
  version: table.edition,
};
/** The version changes whenever the list of what may stay does. */
export const NIFTI_RULES = { name: "NIfTI allow-list, HIPAA Safe Harbor", version: "1" };
