// Where an instance is kept: a name made of hashes, so that no file name tells of a patient.
import { hash } from "node:crypto";
import { join } from "node:path";

export const DICOM_ENDING = ".dcm";
/** Endings of the files of a NIfTI study, with what each is to it. */
export const NIFTI_ROLES = {
  ".nii": "image",
  ".nii.gz": "image",
  ".bval": "bval",
  ".bvec": "bvec",
  ".json": "sidecar",
} as const;
export type NiftiEnding = keyof typeof NIFTI_ROLES;
export type FileEnding = typeof DICOM_ENDING | NiftiEnding;

/** What a kept file is to its study: its name ends so. */
export function roleOf(path: string): "dicom" | (typeof NIFTI_ROLES)[NiftiEnding] {
  const ending = endingOf(path);
  return ending === DICOM_ENDING ? "dicom" : NIFTI_ROLES[ending];
}

/** How the name of a kept file ends. */
export const endingOf = (path: string): FileEnding =>
  (Object.keys(NIFTI_ROLES) as NiftiEnding[]).find((one) => path.endsWith(one)) ?? DICOM_ENDING;

/**
 * Where an instance is kept, relative to the tree of received files. Names are hashes: a file name with a UID
 * in it would be a trace of the patient, and equal content always gets the same name.
 */
export function instancePath(
  studyInstanceUid: string,
  sopInstanceUid: string,
  sha256: string,
  ending: FileEnding = DICOM_ENDING,
  owner = "",
): string {
  return join(
    studyFolder(studyInstanceUid, owner),
    `${digest(sopInstanceUid)}-${sha256.slice(0, 16)}${ending}`,
  );
}

/**
 * The folder of a study. That of a cloud order is named by its owner, so that no file is ever shared between owners:
 * whoever deletes one study takes nothing from another.
 */
export function studyFolder(studyInstanceUid: string, owner: string): string {
  const study = digest(owner === "" ? studyInstanceUid : owner);
  return join(study.slice(0, 2), study);
}

const digest = (value: string): string => hash("sha256", value).slice(0, 32);
