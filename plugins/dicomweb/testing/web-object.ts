// Synthetic MR objects for tests, each a PS3.10 file of the wanted size with a patient full of canaries.
import { encodeDataset, encodeFile } from "@thalamus/sdk/dicom";

export const CANARIES = ["CANARY-4711", "CANARY^PATIENT", "1.2.826.0.1.3680043.10.999.8"] as const;
export const STUDY_UID = "1.2.826.0.1.3680043.10.999.8.1";

export interface WebObject {
  readonly sopInstanceUid: string;
  readonly file: Buffer;
  readonly dataSet: Buffer;
}

/** @param number makes UIDs and pixels differ */
export function webObject(number: number, pixels = 512, studyInstanceUid = STUDY_UID): WebObject {
  const sopInstanceUid = `1.2.826.0.1.3680043.10.999.8.3.${number}`;
  const dataset = {
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
    SOPInstanceUID: sopInstanceUid,
    StudyInstanceUID: studyInstanceUid,
    SeriesInstanceUID: "1.2.826.0.1.3680043.10.999.8.2",
    Modality: "MR",
    PatientID: "CANARY-4711",
    PatientName: "CANARY^PATIENT",
    InstanceNumber: number,
    PixelData: Buffer.alloc(pixels, number % 251),
  };
  return { sopInstanceUid, file: encodeFile(dataset), dataSet: encodeDataset(dataset) };
}
