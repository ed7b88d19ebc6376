// The fields of a sidecar that may leave, as BIDS and dcm2niix name them; whatever is not named here stays behind.

/**
 * - `number`: a number, or lists of them; `flag`: true or false
 * - `term`: known words of imaging and makers, else nothing; `version`: of software, when it is written as one
 * - `describe`: cleaned as descriptions are in DICOM files; `choice`: one of the values that the standard knows
 * - `date`, `birth-date`: shifted or removed; `time`: kept while dates are shifted
 * - `age`, `sex`: as in DICOM files
 */
export type SidecarAction =
  | "number"
  | "flag"
  | "term"
  | "version"
  | "describe"
  | "choice"
  | "date"
  | "birth-date"
  | "time"
  | "age"
  | "sex";

export interface SidecarRule {
  readonly action: SidecarAction;
  /** Of the record: the id of the feature, or the list itself. */
  readonly rule: string;
  readonly choice?: RegExp;
}

/** For everything that is not on the list, or not of its kind. */
export const NOT_LISTED = "sidecar.list";

const NUMBERS = `
  MagneticFieldStrength ImagingFrequency SeriesNumber AcquisitionNumber EchoNumber EchoTime EchoTime1 EchoTime2
  RepetitionTime RepetitionTimeExcitation RepetitionTimePreparation RepetitionTimeInversion InversionTime FlipAngle
  SliceThickness SpacingBetweenSlices SliceTiming SAR NumberOfAverages AveragesDouble NumberOfExcitations
  PartialFourier BaseResolution ShimSetting TxRefAmp PhaseResolution PhaseOversampling PercentPhaseFOV
  PercentSampling EchoTrainLength PhaseEncodingSteps PhaseEncodingStepsNoPartialFourier AcquisitionMatrixPE
  ReconMatrixPE BandwidthPerPixelPhaseEncode EffectiveEchoSpacing EstimatedEffectiveEchoSpacing
  DerivedVendorReportedEchoSpacing VendorReportedEchoSpacing TotalReadoutTime EstimatedTotalReadoutTime
  PixelBandwidth DwellTime ImageOrientationPatientDICOM ImagePositionPatientDICOM MultibandAccelerationFactor
  ParallelReductionFactorInPlane ParallelReductionFactorOutOfPlane ParallelReductionOutOfPlane RefLinesPE
  AcquisitionVoxelSize AcquisitionDuration DelayTime TriggerDelayTime WaterFatShift NumberOfArms
  NumberOfPointsPerArm NumRFBlocks RFGap MeanTagGradient TagDuration TagGradientAmplitude TagRFDuration
  TagRFFlipAngle TagRFSeparation LabelingDuration PostLabelDelay PostLabelingDelay InitialPostLabelDelay
  PostInversionDelay BolusDuration LabelOffset PhiAdjust PhilipsRWVIntercept PhilipsRWVSlope
  PhilipsRescaleIntercept PhilipsRescaleSlope PhilipsScaleSlope NumberOfVolumesDiscardedByScanner
  NumberOfVolumesDiscardedByUser NumberShots NumberOfSlices SpoilingRFPhaseIncrement SpoilingGradientMoment
  SpoilingGradientDuration DiffusionBValue DiffusionGradientOrientation SmallDelta BigDelta`;
const FLAGS = `
  NonlinearGradientCorrection MTState SpoilingState RawImage UsePhilipsFloatNotDisplayScaling
  PartialFourierEnabled BackgroundSuppression VascularCrushing`;
const TERMS = `
  Manufacturer ManufacturersModelName ImageType ImageTypeText ScanningSequence SequenceVariant ScanOptions
  BodyPartExamined BodyPart CoilCombinationMethod MatrixCoilMode ReceiveCoilName DiffusionScheme
  ParallelAcquisitionTechnique ReconstructionMethod SpoilingType ConversionSoftware`;
const DESCRIPTIONS = `
  SeriesDescription ProtocolName StudyDescription ImageComments SequenceName PulseSequenceName
  InternalPulseSequenceName PulseSequenceType PulseSequenceDetails`;
const DATES = "AcquisitionDate AcquisitionDateTime SeriesDate StudyDate ContentDate";
const TIMES = "AcquisitionTime SeriesTime StudyTime ContentTime";

const AXIS = /^[ijk]-?$/;
const CHOICES: Readonly<Record<string, RegExp>> = {
  Modality: /^[A-Z]{2}$/,
  MRAcquisitionType: /^[123]D$/,
  PatientPosition: /^(?:[HF]F|[LRAP]F)(?:[SP]|D[RL])$/,
  PhaseEncodingDirection: AXIS,
  PhaseEncodingAxis: AXIS,
  SliceEncodingDirection: AXIS,
  PhaseEncodingDirectionDisplayed: /^[APRLHF]{1,2}->[APRLHF]{1,2}$/,
  InPlanePhaseEncodingDirectionDICOM: /^(?:ROW|COL|COLUMN)$/,
  PhaseEncodingPolarityGE: /^(?:Flipped|Unflipped)$/,
  ImageOrientationText: /^(?:Sag|Cor|Tra)(?:>(?:Sag|Cor|Tra)\(-?\d{1,2}(?:\.\d{1,2})?\)){0,2}$/,
  PartialFourierDirection: /^(?:PHASE|FREQUENCY|SLICE_SELECT|COMBINATION)$/,
  ArterialSpinLabelingType: /^(?:CASL|PCASL|PASL)$/,
  Units: /^(?:arbitrary|rad|Hz|s|ms|mm)$/,
  ConversionSoftwareVersion: /^v?\d{1,2}\.\d{1,3}\.\d{8}$/,
};

const wordsOf = (list: string): string[] => list.trim().split(/\s+/);
const all = (list: string, action: SidecarAction, rule: string = NOT_LISTED): [string, SidecarRule][] =>
  wordsOf(list).map((key) => [key, { action, rule }]);

/** By the name of the field, as it is written. */
export const SIDECAR_RULES: ReadonlyMap<string, SidecarRule> = new Map([
  ...all(NUMBERS, "number"),
  ...all("PatientSize PatientWeight", "number", "PS3.15 113108"),
  ...all(FLAGS, "flag"),
  ...all(TERMS, "term"),
  ...all("SoftwareVersions", "version", "A-089"),
  ...all(DESCRIPTIONS, "describe", "A-097"),
  ...all(DATES, "date", "A-084"),
  ...all("PatientBirthDate", "birth-date", "A-084"),
  ...all(TIMES, "time", "A-085"),
  ...all("PatientAge patientAge patient_age", "age", "A-106"),
  ...all("PatientSex patientSex patient_sex", "sex", "A-106"),
  ...Object.entries(CHOICES).map(([key, choice]): [string, SidecarRule] => [
    key,
    { action: "choice", rule: NOT_LISTED, choice },
  ]),
]);
