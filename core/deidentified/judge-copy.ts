// Looks whether a copy can be what it says: complete, and with nothing in its names that the source has.

import { type NewDeidentifiedStudy, Permanent, type StoredInstance, type StudyIdentity } from "@thalamus/sdk";
import { isUid } from "@thalamus/sdk/dicom";

/**
 * What the hub can tell without reading a file; what is in the files the transform's own proof tells.
 * @throws Permanent, without any value
 */
export function judgeCopy(
  copy: NewDeidentifiedStudy,
  source: readonly StoredInstance[],
  identity: StudyIdentity,
): void {
  const { files, studyInstanceUid, patientPseudonym } = copy;
  const made = files.map(({ sopInstanceUid }) => sopInstanceUid);
  if (files.length !== source.length || new Set(made).size !== files.length) {
    throw new Permanent(
      "copy.incomplete",
      `The copy has ${files.length} files of ${source.length} instances.`,
    );
  }
  const series = files.map(({ seriesInstanceUid }) => seriesInstanceUid);
  const uids = [studyInstanceUid, ...made, ...series];
  if (!uids.every(isUid) || patientPseudonym.trim() === "") {
    throw new Permanent("copy.not-deidentified", "The copy has no proper UIDs or no pseudonym.");
  }
  const old = new Set([
    identity.studyInstanceUid,
    ...source.flatMap((one) => [one.sopInstanceUid, one.seriesInstanceUid]),
  ]);
  if (uids.some((uid) => old.has(uid)) || patientPseudonym === identity.patientId) {
    throw new Permanent("copy.not-deidentified", "The copy has a UID or the patient ID of its source.");
  }
}
