// A synthetic MR object that looks like one of a scanner: sequences, private blocks, a pixel module that adds up.
import { type Dataset, encodeDataset } from "@thalamus/sdk/dicom";
import { noise } from "../noise.ts";

export const MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";
const SIZE = 64;

/** @param number makes UIDs and pixels differ */
export function mrDataset(number: number): Dataset & { readonly SOPInstanceUID: string } {
  const root = "1.2.826.0.1.3680043.10.999.9";
  return {
    SpecificCharacterSet: "ISO_IR 192",
    ImageType: ["ORIGINAL", "PRIMARY", "M", "ND"],
    SOPClassUID: MR_IMAGE,
    SOPInstanceUID: `${root}.3.${number}`,
    StudyDate: "20260102",
    StudyTime: "101500.123",
    AccessionNumber: "ACC-0815",
    Modality: "MR",
    Manufacturer: "Synthetic",
    ReferringPhysicianName: "Referrer^Ruth",
    StudyDescription: "Head",
    SeriesDescription: "t1 mprage",
    ReferencedPerformedProcedureStepSequence: [
      { ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.3", ReferencedSOPInstanceUID: `${root}.5` },
      { ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.3", ReferencedSOPInstanceUID: `${root}.6` },
    ],
    PatientName: "Mutant^Müller",
    PatientID: "M-4711",
    PatientBirthDate: "19700101",
    PatientSex: "F",
    PatientAge: "056Y",
    RepetitionTime: 2300,
    EchoTime: 2.98,
    StudyInstanceUID: `${root}.1.${number}`,
    SeriesInstanceUID: `${root}.2`,
    StudyID: "1",
    SeriesNumber: 3,
    InstanceNumber: number,
    ImagePositionPatient: [-120.5, -130.25, 70],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: SIZE,
    Columns: SIZE,
    PixelSpacing: [1, 1],
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    privateBlocks: [
      {
        group: 0x0019,
        creator: "SYNTHETIC MR HEADER",
        elements: { 12: ["IS", 1000], 14: ["FD", [1, 0, 0]] },
      },
      { group: 0x0029, creator: "SYNTHETIC CSA HEADER", elements: { 16: ["OB", noise(number, 600)] } },
    ],
    PixelData: noise(`pixels ${number}`, SIZE * SIZE * 2),
  };
}

export const mrObject = (number: number): Buffer => encodeDataset(mrDataset(number));

/** Where an element of the top level stands. */
export interface Place {
  readonly tag: number;
  readonly start: number;
  /** Offset and size of the length field. */
  readonly lengthAt: number;
  readonly lengthBytes: 2 | 4;
  readonly valueAt: number;
  readonly end: number;
}

const LONG_FORM = new Set(["OB", "OW", "SQ", "UN", "UT"]);

/** The elements of an object as `mrObject` makes it: explicit little endian, defined lengths. */
export function placesIn(dataSet: Buffer): Place[] {
  const places: Place[] = [];
  for (let start = 0; start < dataSet.length; ) {
    const tag = dataSet.readUInt16LE(start) * 0x10000 + dataSet.readUInt16LE(start + 2);
    const long = LONG_FORM.has(dataSet.toString("latin1", start + 4, start + 6));
    const lengthAt = start + (long ? 8 : 6);
    const valueAt = lengthAt + (long ? 4 : 2);
    const end = valueAt + (long ? dataSet.readUInt32LE(lengthAt) : dataSet.readUInt16LE(lengthAt));
    places.push({ tag, start, lengthAt, lengthBytes: long ? 4 : 2, valueAt, end });
    start = end;
  }
  return places;
}
