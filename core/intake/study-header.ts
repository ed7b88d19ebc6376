// The values of a data set's header that make a study and place an instance in it.
import { DatasetWalker, decodeText, Tag } from "@thalamus/sdk/dicom";
import type { ProductChoice, ProductTag } from "./product-tag.ts";

/** What the intake reads of every object; all of them in the top level. */
const INTAKE_TAGS: ReadonlySet<number> = new Set([
  Tag.SpecificCharacterSet,
  Tag.SOPClassUID,
  Tag.SOPInstanceUID,
  Tag.StudyDate,
  Tag.StudyTime,
  Tag.AccessionNumber,
  Tag.Modality,
  Tag.ReferringPhysicianName,
  Tag.StudyDescription,
  Tag.PatientName,
  Tag.PatientID,
  Tag.IssuerOfPatientID,
  Tag.PatientBirthDate,
  Tag.PatientSex,
  Tag.PatientAge,
  Tag.StudyInstanceUID,
  Tag.SeriesInstanceUID,
  Tag.StudyID,
]);

/** What identifies the patient and the examination; the columns of a study. */
export interface StudyColumns {
  readonly format: "dicom" | "nifti";
  readonly patientName: string;
  readonly patientId: string;
  readonly issuerOfPatientId: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly patientAge: string;
  readonly accessionNumber: string;
  readonly studyId: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly referringPhysicianName: string;
}

export interface InstanceHeader {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly study: StudyColumns;
  /** What the sender chose with the element of route.productTag. */
  readonly chosen?: ProductChoice | undefined;
}

/** Follows a data set and keeps what `headerOf` reads. */
export function headerWalker(transferSyntaxUid: string, productTag?: ProductTag): DatasetWalker {
  return new DatasetWalker(transferSyntaxUid, INTAKE_TAGS, productTag?.address);
}

/** Reads what a walker kept; text is decoded by SpecificCharacterSet (0008,0005). */
export function headerOf(walker: DatasetWalker, productTag?: ProductTag): InstanceHeader {
  const plain = (tag: number): string => walker.text(tag) ?? "";
  // NUL cannot be stored by PostgreSQL and has no meaning in DICOM text
  const code = (tag: number): string => withoutNul(plain(tag));
  const characterSet = walker.text(Tag.SpecificCharacterSet);
  const text = (tag: number): string => {
    const bytes = walker.bytes(tag);
    return bytes === undefined ? "" : withoutNul(decodeText(bytes, characterSet)).trim();
  };
  return {
    sopClassUid: plain(Tag.SOPClassUID),
    sopInstanceUid: plain(Tag.SOPInstanceUID),
    studyInstanceUid: plain(Tag.StudyInstanceUID),
    seriesInstanceUid: plain(Tag.SeriesInstanceUID),
    // VR CS (PS3.5 6.2); anything else would have no meaning and breaks an array of PostgreSQL
    modality: code(Tag.Modality)
      .replaceAll(/[^A-Z0-9_ ]/g, "")
      .slice(0, 16),
    chosen: productTag?.choiceIn(walker),
    study: {
      format: "dicom",
      patientName: text(Tag.PatientName),
      patientId: text(Tag.PatientID),
      issuerOfPatientId: text(Tag.IssuerOfPatientID),
      patientBirthDate: code(Tag.PatientBirthDate),
      patientSex: code(Tag.PatientSex),
      patientAge: code(Tag.PatientAge),
      accessionNumber: text(Tag.AccessionNumber),
      studyId: text(Tag.StudyID),
      studyDate: code(Tag.StudyDate),
      studyTime: code(Tag.StudyTime),
      studyDescription: text(Tag.StudyDescription),
      referringPhysicianName: text(Tag.ReferringPhysicianName),
    },
  };
}

const withoutNul = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "") : text);
