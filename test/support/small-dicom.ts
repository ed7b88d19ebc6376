// DICOM files of a few hundred bytes, of any patient and study a test wants.
import { type Dataset, derivedUid, encodeDataset, encodeFile, type FileDataset } from "@thalamus/sdk/dicom";

const MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";

/** @param values added to the header, or put in place of what is there; undefined leaves an attribute out */
export function smallDataset(study: string, number: number, values: Partial<Dataset> = {}): FileDataset {
  return {
    SOPClassUID: MR_IMAGE,
    SOPInstanceUID: derivedUid("small instance", `${study} ${number}`),
    StudyDate: "20260102",
    AccessionNumber: "ACC-IMAGE",
    Modality: "MR",
    PatientName: "Small^Sam",
    PatientID: "SMALL-1",
    PatientSex: "F",
    PatientAge: "030Y",
    StudyInstanceUID: derivedUid("small study", study),
    SeriesInstanceUID: derivedUid("small series", study),
    InstanceNumber: number,
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: 2,
    Columns: 2,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelData: Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0),
    ...values,
  } as FileDataset;
}

export const smallFile = (study: string, number: number, values: Partial<Dataset> = {}): Buffer =>
  encodeFile(smallDataset(study, number, values));

/** The data set alone, Explicit VR Little Endian. */
export const bareDataset = (study: string, number: number): Buffer =>
  encodeDataset(smallDataset(study, number));
