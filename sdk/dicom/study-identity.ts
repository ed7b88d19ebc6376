// Which attributes say who and what a study is.
import type { StudyIdentity } from "../step.ts";
import type { DatasetView } from "./dataset-view.ts";
import { Tag } from "./tags.ts";

const IDENTITY_TAGS = {
  patientName: Tag.PatientName,
  patientId: Tag.PatientID,
  issuerOfPatientId: Tag.IssuerOfPatientID,
  patientBirthDate: Tag.PatientBirthDate,
  patientSex: Tag.PatientSex,
  patientAge: Tag.PatientAge,
  accessionNumber: Tag.AccessionNumber,
  studyInstanceUid: Tag.StudyInstanceUID,
  studyId: Tag.StudyID,
  studyDate: Tag.StudyDate,
  studyTime: Tag.StudyTime,
  studyDescription: Tag.StudyDescription,
  referringPhysicianName: Tag.ReferringPhysicianName,
} as const satisfies Record<keyof StudyIdentity, number>;

const FIELDS = Object.entries(IDENTITY_TAGS) as [keyof StudyIdentity, number][];

const identityBy = (value: (tag: number) => string): StudyIdentity =>
  Object.fromEntries(FIELDS.map(([field, tag]) => [field, value(tag)])) as Record<
    keyof StudyIdentity,
    string
  >;

/** What one image says, decoded by its SpecificCharacterSet (0008,0005); an empty string where it says nothing. */
export const identityOfDataset = (dataset: DatasetView): StudyIdentity =>
  identityBy((tag) => dataset.text(tag) ?? "");

/** Of a study that says nothing. */
export const EMPTY_IDENTITY: StudyIdentity = identityBy(() => "");
