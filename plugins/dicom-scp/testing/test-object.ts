// Synthetic MR objects of any size for tests; their pixels are noise that repeats for the same number.
import { createHash } from "node:crypto";
import { encodeDataset, encodeFile } from "@thalamus/sdk/dicom";

export const MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";

export interface TestObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** Explicit VR little endian, without file meta information. */
  readonly dataSet: Buffer;
  /** The same as a PS3.10 file. */
  readonly file: Buffer;
}

/**
 * @param number makes UIDs and pixels differ
 * @param bytes how long the data set shall be, exactly; even, at least 1,000
 */
export function testObject(number: number, bytes = 20_000, sopClassUid = MR_IMAGE): TestObject {
  const sopInstanceUid = `1.2.826.0.1.3680043.10.999.7.${number}`;
  const header = {
    SOPClassUID: sopClassUid,
    SOPInstanceUID: sopInstanceUid,
    StudyInstanceUID: "1.2.826.0.1.3680043.10.999.1",
    SeriesInstanceUID: "1.2.826.0.1.3680043.10.999.2",
    Modality: "MR",
    PatientID: "CANARY-4711",
    PatientName: "CANARY^PATIENT",
  };
  const empty = encodeDataset({ ...header, PixelData: Buffer.alloc(0) }).length;
  const withPixels = { ...header, PixelData: noise(number, bytes - empty) };
  return { sopClassUid, sopInstanceUid, dataSet: encodeDataset(withPixels), file: encodeFile(withPixels) };
}

function noise(seed: number, bytes: number): Buffer {
  return createHash("shake256", { outputLength: bytes }).update(String(seed)).digest();
}
