// Who and what a study is, out of its row: for views that plugins get, always in a box.
import type { StudyIdentity } from "@thalamus/sdk";
import type { StudyRow } from "../database/entities/study.ts";

export const identityOfStudy = (row: StudyRow): StudyIdentity => ({
  patientName: row.patientName,
  patientId: row.patientId,
  issuerOfPatientId: row.issuerOfPatientId,
  patientBirthDate: row.patientBirthDate,
  patientSex: row.patientSex,
  patientAge: row.patientAge,
  accessionNumber: row.accessionNumber,
  studyInstanceUid: row.studyInstanceUid,
  studyId: row.studyId,
  studyDate: row.studyDate,
  studyTime: row.studyTime,
  studyDescription: row.studyDescription,
  referringPhysicianName: row.referringPhysicianName,
});
