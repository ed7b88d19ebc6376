// The headers of a phantom: an MR image as a 3 T scanner writes it, of a patient that never was.
import { derivedUid, type FileDataset } from "../dicom/index.ts";
import type { Weighting } from "./gradient-scheme.ts";
import { type PhantomGeometry, slicePosition } from "./phantom-geometry.ts";
import { dot } from "./vector3.ts";
import type { Scanner } from "./vendors/scanner.ts";

/** ms; within what the input specification asks for. */
const REPETITION_TIME = 9000;
const SERIES_AFTER_SECONDS = 300;
const MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4";

/** Who and what the study claims to be. Every value stands in for protected health information. */
export interface PhantomIdentity {
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
  readonly seriesDescription: string;
  readonly referringPhysicianName: string;
  readonly performingPhysicianName: string;
  readonly operatorsName: string;
  readonly institutionName: string;
  readonly institutionAddress: string;
  readonly stationName: string;
  readonly deviceSerialNumber: string;
}

export const PHANTOM_IDENTITY: PhantomIdentity = {
  patientName: "PHANTOM^DWI",
  patientId: "PHANTOM-0001",
  issuerOfPatientId: "PHANTOM-ISSUER",
  patientBirthDate: "19580317",
  patientSex: "F",
  patientAge: "066Y",
  accessionNumber: "PHACC240312",
  studyId: "PH1",
  studyDate: "20240412",
  studyTime: "095812.125000",
  studyDescription: "MRI Brain with DTI Non-Contrast",
  seriesDescription: "neuropacs DTI",
  referringPhysicianName: "PHANTOMREF^RICHARD",
  performingPhysicianName: "PHANTOMPERF^PETRA",
  operatorsName: "PHANTOMOPER^OTTO",
  institutionName: "PHANTOM GENERAL HOSPITAL",
  institutionAddress: "PHANTOM STREET 1, 00000 NOWHERE",
  stationName: "PHMR3T",
  deviceSerialNumber: "PH66001",
};

/** The UIDs all files of a study share. */
export interface PhantomUids {
  readonly study: string;
  readonly series: string;
  readonly frameOfReference: string;
}

/** One slice of one volume. */
export interface PhantomSlice {
  readonly volume: number;
  readonly slice: number;
  readonly weighting: Weighting;
  readonly pixels: Uint8Array;
}

/**
 * The data set of one image (PS3.3 A.4.3, MR Image IOD) with the diffusion attributes of its scanner.
 */
export function sliceDataset(
  identity: PhantomIdentity,
  uids: PhantomUids,
  geometry: PhantomGeometry,
  scanner: Scanner,
  image: PhantomSlice,
): FileDataset {
  const { volume, slice } = image;
  const instanceNumber = volume * geometry.slices + slice + 1;
  const position = slicePosition(geometry, slice);
  const time = timeAfter(identity.studyTime, secondsUntil(image, geometry.slices));
  return {
    ...patientAndStudy(identity, uids),
    ...seriesAndEquipment(identity, uids),
    ...acquisition(geometry, image.weighting),
    ...imagePixels(geometry, image.pixels),
    ...scanner.equipment,
    ...scanner.diffusion(image, geometry),
    SOPClassUID: MR_IMAGE_STORAGE,
    SOPInstanceUID: derivedUid("dwi-phantom instance", `${uids.series} ${instanceNumber}`),
    AcquisitionTime: time,
    ContentTime: time,
    AcquisitionNumber: volume + 1,
    InstanceNumber: instanceNumber,
    ImagePositionPatient: position,
    ImageOrientationPatient: [...geometry.rowAxis, ...geometry.columnAxis],
    SliceLocation: dot(position, geometry.sliceAxis),
  };
}

function patientAndStudy(identity: PhantomIdentity, uids: PhantomUids) {
  return {
    SpecificCharacterSet: "ISO_IR 100",
    PatientName: identity.patientName,
    PatientID: identity.patientId,
    IssuerOfPatientID: identity.issuerOfPatientId,
    PatientBirthDate: identity.patientBirthDate,
    PatientSex: identity.patientSex,
    PatientAge: identity.patientAge,
    PatientSize: 1.68,
    PatientWeight: 64,
    StudyInstanceUID: uids.study,
    StudyID: identity.studyId,
    StudyDate: identity.studyDate,
    StudyTime: identity.studyTime,
    StudyDescription: identity.studyDescription,
    AccessionNumber: identity.accessionNumber,
    ReferringPhysicianName: identity.referringPhysicianName,
  };
}

function seriesAndEquipment(identity: PhantomIdentity, uids: PhantomUids) {
  return {
    Modality: "MR",
    SeriesInstanceUID: uids.series,
    SeriesNumber: 3,
    SeriesDate: identity.studyDate,
    SeriesTime: timeAfter(identity.studyTime, SERIES_AFTER_SECONDS),
    SeriesDescription: identity.seriesDescription,
    ProtocolName: identity.seriesDescription,
    PerformingPhysicianName: identity.performingPhysicianName,
    OperatorsName: identity.operatorsName,
    BodyPartExamined: "BRAIN",
    PatientPosition: "HFS",
    FrameOfReferenceUID: uids.frameOfReference,
    PositionReferenceIndicator: null,
    AcquisitionDate: identity.studyDate,
    ContentDate: identity.studyDate,
    InstitutionName: identity.institutionName,
    InstitutionAddress: identity.institutionAddress,
    StationName: identity.stationName,
    DeviceSerialNumber: identity.deviceSerialNumber,
    PerformedProcedureStepStartDate: identity.studyDate,
    PerformedProcedureStepStartTime: identity.studyTime,
    PerformedProcedureStepID: "PPS1",
  };
}

function acquisition(geometry: PhantomGeometry, { b }: Weighting) {
  const { matrix, pixelSpacing, sliceThickness } = geometry;
  return {
    ScanningSequence: "EP",
    SequenceVariant: ["SK", "SP"],
    ScanOptions: "FS",
    MRAcquisitionType: "2D",
    SequenceName: b === 0 ? "ep_b0" : `ep_b${b}`,
    SliceThickness: sliceThickness,
    SpacingBetweenSlices: sliceThickness,
    RepetitionTime: REPETITION_TIME,
    EchoTime: 88,
    NumberOfAverages: 1,
    ImagingFrequency: 123.250542,
    ImagedNucleus: "1H",
    EchoNumbers: 1,
    MagneticFieldStrength: 3,
    NumberOfPhaseEncodingSteps: matrix,
    EchoTrainLength: matrix,
    PercentSampling: 100,
    PercentPhaseFieldOfView: 100,
    PixelBandwidth: 1535,
    AcquisitionMatrix: [matrix, 0, 0, matrix],
    InPlanePhaseEncodingDirection: "COL",
    FlipAngle: 90,
    PixelSpacing: [pixelSpacing, pixelSpacing],
  };
}

function imagePixels({ matrix }: PhantomGeometry, pixels: Uint8Array) {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: matrix,
    Columns: matrix,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    WindowCenter: 500,
    WindowWidth: 1000,
    PixelData: pixels,
  };
}

/** Seconds from the start of the study to a slice: odd slices first, as scanners interleave them. */
function secondsUntil({ volume, slice }: PhantomSlice, slices: number): number {
  const order = slice % 2 === 0 ? slice / 2 : Math.ceil(slices / 2) + (slice - 1) / 2;
  const repetition = REPETITION_TIME / 1000;
  return SERIES_AFTER_SECONDS + volume * repetition + (order / slices) * repetition;
}

/** DICOM time of day (PS3.5 6.2, VR TM), some seconds after another one. */
function timeAfter(start: string, seconds: number): string {
  const [hours, minutes, rest] = [start.slice(0, 2), start.slice(2, 4), start.slice(4)];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest) + seconds;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const micros = String(Math.floor((total % 1) * 1e6)).padStart(6, "0");
  return `${two((total / 3600) % 24)}${two((total / 60) % 60)}${two(total % 60)}.${micros}`;
}
