// The values of a data set's header that make a study and place an instance in it.
import { type DatasetWalker, decodeText } from "@thalamus/sdk/dicom";

/** What the intake reads of every object; tags of the top level, PS3.6. */
const TAG = {
  SpecificCharacterSet: 0x00080005,
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  StudyDate: 0x00080020,
  StudyTime: 0x00080030,
  AccessionNumber: 0x00080050,
  Modality: 0x00080060,
  ReferringPhysicianName: 0x00080090,
  StudyDescription: 0x00081030,
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  IssuerOfPatientID: 0x00100021,
  PatientBirthDate: 0x00100030,
  PatientSex: 0x00100040,
  PatientAge: 0x00101010,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  StudyID: 0x00200010,
} as const;

export const INTAKE_TAGS: ReadonlySet<number> = new Set(Object.values(TAG));

/** What identifies the patient and the examination; the columns of a study. */
export interface StudyColumns {
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
}

/** Reads what a walker kept; text is decoded by SpecificCharacterSet (0008,0005). */
export function headerOf(walker: DatasetWalker): InstanceHeader {
  const plain = (tag: number): string => walker.text(tag) ?? "";
  const characterSet = walker.text(TAG.SpecificCharacterSet);
  const text = (tag: number): string => {
    const bytes = walker.bytes(tag);
    // NUL cannot be stored by PostgreSQL and has no meaning in DICOM text
    return bytes === undefined ? "" : decodeText(bytes, characterSet).replaceAll("\0", "").trim();
  };
  return {
    sopClassUid: plain(TAG.SOPClassUID),
    sopInstanceUid: plain(TAG.SOPInstanceUID),
    studyInstanceUid: plain(TAG.StudyInstanceUID),
    seriesInstanceUid: plain(TAG.SeriesInstanceUID),
    modality: plain(TAG.Modality).slice(0, 16),
    study: {
      patientName: text(TAG.PatientName),
      patientId: text(TAG.PatientID),
      issuerOfPatientId: text(TAG.IssuerOfPatientID),
      patientBirthDate: plain(TAG.PatientBirthDate),
      patientSex: plain(TAG.PatientSex),
      patientAge: plain(TAG.PatientAge),
      accessionNumber: text(TAG.AccessionNumber),
      studyId: text(TAG.StudyID),
      studyDate: plain(TAG.StudyDate),
      studyTime: plain(TAG.StudyTime),
      studyDescription: text(TAG.StudyDescription),
      referringPhysicianName: text(TAG.ReferringPhysicianName),
    },
  };
}
