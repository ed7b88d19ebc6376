// Where an instance is kept: a name made of hashes, so that no file name tells of a patient.
import { hash } from "node:crypto";
import { join } from "node:path";

/**
 * Where an instance is kept, relative to the tree of received files. Names are hashes: a file name with a UID
 * in it would be a trace of the patient, and equal content always gets the same name.
 */
export function instancePath(studyInstanceUid: string, sopInstanceUid: string, sha256: string): string {
  const study = digest(studyInstanceUid);
  return join(study.slice(0, 2), study, `${digest(sopInstanceUid)}-${sha256.slice(0, 16)}.dcm`);
}

const digest = (value: string): string => hash("sha256", value).slice(0, 32);
