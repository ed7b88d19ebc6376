// The header of one slice of a 3D MR examination, as a scanner writes it: about 140 elements.
import type { FileDataset, PrivateBlock } from "@thalamus/sdk/dicom";
import { corpusUid } from "./corpus-uids.ts";

export const MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4";
export const MATRIX = 256;

const PERFORMED_PROCEDURE_STEP = "1.2.840.10008.3.1.2.3.3";
const PROTOCOL_BYTES = 1536;
const SERIES_PROTOCOL_BYTES = 3072;

/** @param slice counted from zero within the series */
export function mrHeader(series: number, slice: number, pixels: Uint8Array, study = 0): FileDataset {
  return {
    ...identity(series, slice, study),
    ...times(series, slice),
    ...SITE,
    ...PATIENT,
    ...ACQUISITION,
    SeriesDescription: `t1_mprage_sag_p2_iso_${series}`,
    ProtocolName: `t1_mprage_sag_p2_iso_${series}`,
    ImagePositionPatient: [-87.5 + slice, -128.417, 139.331],
    ImageOrientationPatient: [0.0174, 0.9998, -0.0001, -0.0087, 0, -0.9999],
    SliceLocation: -87.5 + slice,
    ...references(series, slice),
    privateBlocks: privateBlocks(series, slice),
    PixelData: pixels,
  };
}

function identity(series: number, slice: number, study: number) {
  return {
    SpecificCharacterSet: "ISO_IR 192",
    ImageType: ["ORIGINAL", "PRIMARY", "M", "ND", "NORM"],
    SOPClassUID: MR_IMAGE_STORAGE,
    SOPInstanceUID: corpusUid("instance", series, slice),
    StudyInstanceUID: corpusUid("study", study, 0),
    SeriesInstanceUID: corpusUid("series", series, 0),
    FrameOfReferenceUID: corpusUid("frame", 0, 0),
    StudyID: "1",
    SeriesNumber: series,
    AcquisitionNumber: 1,
    InstanceNumber: slice + 1,
    TemporalPositionIdentifier: 1,
  };
}

function times(series: number, slice: number) {
  const [date, hour] = ["20240312", "10"];
  const two = (value: number) => String(value % 60).padStart(2, "0");
  const clock = `${hour}${two(series)}${two(slice)}`;
  return {
    InstanceCreationDate: date,
    InstanceCreationTime: `${clock}.340000`,
    StudyDate: date,
    SeriesDate: date,
    AcquisitionDate: date,
    ContentDate: date,
    AcquisitionDateTime: `${date}${clock}.102500`,
    StudyTime: "095812.125000",
    SeriesTime: `${hour}${two(series)}00.340000`,
    AcquisitionTime: `${clock}.102500`,
    ContentTime: `${clock}.217000`,
    TimezoneOffsetFromUTC: "+0100",
    PerformedProcedureStepStartDate: date,
    PerformedProcedureStepStartTime: "095812.187000",
    PerformedProcedureStepID: "MR20240312095812",
  };
}

const SITE = {
  AccessionNumber: "ACC2024031201",
  Modality: "MR",
  Manufacturer: "Synthetic Imaging",
  InstitutionName: "Universitätsklinikum Musterstadt",
  InstitutionAddress: "Beispielstraße 1, 12345 Musterstadt, DE",
  InstitutionalDepartmentName: "Radiologie",
  ReferringPhysicianName: "Referrer^Richard^^Dr.",
  PerformingPhysicianName: "Perform^Petra",
  OperatorsName: "Oper^Otto",
  StationName: "AWP66001",
  StudyDescription: "Kopf^Routine",
  ManufacturerModelName: "Bench 3T",
  DeviceSerialNumber: "66001",
  SoftwareVersions: ["MR E11", "N4"],
  RequestedProcedureDescription: "MRT Schädel nativ",
  PerformedProcedureStepDescription: "Kopf^Routine",
} as const;

const PATIENT = {
  PatientName: "Mustermann^Maximilian^^^",
  PatientID: "PID-00471-1",
  IssuerOfPatientID: "HOSPITAL",
  PatientBirthDate: "19610203",
  PatientSex: "M",
  PatientAge: "063Y",
  PatientSize: 1.78,
  PatientWeight: 81.2,
  PatientPosition: "HFS",
  BodyPartExamined: "HEAD",
  ImageComments: "Patient: Mustermann",
} as const;

const ACQUISITION = {
  ScanningSequence: ["GR", "IR"],
  SequenceVariant: ["SK", "SP", "MP"],
  ScanOptions: "IR",
  MRAcquisitionType: "3D",
  SequenceName: "*tfl3d1_16ns",
  SliceThickness: 1,
  RepetitionTime: 2300,
  EchoTime: 2.98,
  NumberOfAverages: 1,
  ImagingFrequency: 123.250542,
  ImagedNucleus: "1H",
  EchoNumbers: 1,
  MagneticFieldStrength: 3,
  SpacingBetweenSlices: 1,
  NumberOfPhaseEncodingSteps: 239,
  EchoTrainLength: 1,
  PercentSampling: 100,
  PercentPhaseFieldOfView: 100,
  PixelBandwidth: 240,
  TransmitCoilName: "Body",
  AcquisitionMatrix: [0, MATRIX, 240, 0],
  InPlanePhaseEncodingDirection: "ROW",
  FlipAngle: 9,
  VariableFlipAngleFlag: "N",
  ImagesInAcquisition: 500,
  PositionReferenceIndicator: null,
  SamplesPerPixel: 1,
  PhotometricInterpretation: "MONOCHROME2",
  Rows: MATRIX,
  Columns: MATRIX,
  PixelSpacing: [1, 1],
  BitsAllocated: 16,
  BitsStored: 12,
  HighBit: 11,
  PixelRepresentation: 0,
  SmallestImagePixelValue: 0,
  LargestImagePixelValue: 1403,
  BurnedInAnnotation: "NO",
  WindowCenter: 430,
  WindowWidth: 980,
  LossyImageCompression: "00",
} as const;

/** Sequences in sequences, one with references to other images of the examination. */
function references(series: number, slice: number) {
  const reference = (number: number) => ({
    ReferencedSOPClassUID: MR_IMAGE_STORAGE,
    ReferencedSOPInstanceUID: corpusUid("reference", series, number),
  });
  const purpose = { CodeValue: "121311", CodingSchemeDesignator: "DCM", CodeMeaning: "Localizer" };
  const step = { CodeValue: "RPID12", CodingSchemeDesignator: "RADLEX", CodeMeaning: "MR Brain wo contrast" };
  return {
    SourceImageSequence: [0, 1, 2].map(reference),
    ReferencedPerformedProcedureStepSequence: [
      { ...reference(slice), ReferencedSOPClassUID: PERFORMED_PROCEDURE_STEP },
    ],
    PerformedProcedureCodeSequence: [step],
    ReferencedRequestSequence: [
      { AccessionNumber: SITE.AccessionNumber, PerformedProcedureCodeSequence: [step, purpose] },
    ],
  };
}

function privateBlocks(series: number, slice: number): PrivateBlock[] {
  return [
    {
      group: 0x0019,
      creator: "SYNTHETIC MR HEADER",
      elements: {
        8: ["CS", "IMAGE NUM 4"],
        9: ["LO", "1.0"],
        11: ["DS", 1540],
        15: ["SH", "Fast"],
        17: ["SH", "No"],
        19: ["IS", [0, 0, 1]],
        20: ["DS", [0, 0, 0]],
        21: ["DS", [0.1, 0.2, 0.3]],
        22: ["DS", 1.2345],
        23: ["DS", 1],
        24: ["IS", 8100],
      },
    },
    {
      group: 0x0029,
      creator: "SYNTHETIC CSA HEADER",
      elements: {
        8: ["CS", "IMAGE NUM 4"],
        9: ["LO", "20240312"],
        16: ["OB", protocol(PROTOCOL_BYTES, slice)],
        24: ["CS", "MR"],
        25: ["LO", "20240312"],
        32: ["OB", protocol(SERIES_PROTOCOL_BYTES, series)],
        96: ["LO", "com"],
      },
    },
    {
      group: 0x0051,
      creator: "SYNTHETIC MR HEADER",
      elements: {
        8: ["CS", "IMAGE NUM 4"],
        9: ["LO", "1.0"],
        10: ["LO", "TA 05:12"],
        11: ["LO", "256*256s"],
        12: ["LO", "FoV 256*256"],
        14: ["LO", "Sag"],
        15: ["LO", "T:HEA;HEP"],
        17: ["LO", "p2"],
        18: ["SH", "TP 0"],
        19: ["SH", "+LPH"],
        22: ["LO", "p2 M/ND/NORM"],
        23: ["SH", "SL 1.0"],
      },
    },
  ];
}

/** Lines of a scan protocol, as vendors put them into one opaque value. */
function protocol(bytes: number, seed: number): Buffer {
  const lines = Array.from({ length: bytes / 32 }, (_, line) => `MrProtocol.${line} = ${seed * 97 + line}\n`);
  return Buffer.from(lines.join("").padEnd(bytes, "\0").slice(0, bytes), "latin1");
}
