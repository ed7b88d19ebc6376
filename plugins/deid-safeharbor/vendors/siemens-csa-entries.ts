// Which entries of Siemens' CSA headers stay, and what their values must look like to stay.

const NUMBER = /^[-+]?[\d.]*(?:e[-+]?\d+)?$/i;

/** Numbers of the image header: diffusion, mosaic, geometry, timing. */
const IMAGE_NUMBERS = `
  B_value B_matrix DiffusionGradientDirection NumberOfImagesInMosaic SliceNormalVector MosaicRefAcqTimes
  PhaseEncodingDirectionPositive BandwidthPerPixelPhaseEncode ProtocolSliceNumber SliceMeasurementDuration
  TimeAfterStart RealDwellTime EchoLinePosition EchoColumnPosition EchoPartitionPosition MeasuredFourierLines
  SequenceMask FlipAngle RepetitionTime RepetitionTimeEffective EchoTime NumberOfAverages VoxelThickness VoxelPhaseFOV
  VoxelReadoutFOV VoxelNormalSag VoxelNormalCor VoxelNormalTra VoxelInPlaneRot ImagePositionPatient
  ImageOrientationPatient PixelSpacing SliceLocation SliceThickness SlicePosition_PCS ImaRelTablePosition
  NonPlanarImage MoCoQMeasure MultistepIndex RBMoCoTrans RBMoCoRot FlowVenc FlowEncodingDirection
`;
/** Numbers of the series header. */
const SERIES_NUMBERS = `
  EchoTrainLength RFEchoTrainLength GradientEchoTrainLength MrProtocolVersion ReadoutOS SliceArrayConcatenations
  SliceResolution Isocentered RelTablePosition PhaseGradientAmplitude ReadoutGradientAmplitude
  SelectionGradientAmplitude NumberOfPrescans
`;
const CODES: Readonly<Record<string, RegExp>> = {
  DiffusionDirectionality: /^(?:DIRECTIONAL|ISOTROPIC|NONE|BMATRIX)?$/,
  AcquisitionMatrixText: /^(?:\d{1,4}[ps]?\*\d{1,4}[ps]?(?:\*\d{1,4}[ps]?)?)?$/,
  // tells phase images
  ImageHistory: /^(?:CC:(?:ComplexAdd|SumOfSquares|SENSE1|AdaptComb))?$/,
  PositivePCSDirections: /^(?:[-+][LRPAHF]{3})?$/,
  FlowCompensation: /^(?:Yes|No)?$/,
  PhaseSliceOversampling: /^(?:NONE|2D|3D|2D_3D)?$/,
};

const names = (list: string): string[] => list.split(/\s+/).filter(Boolean);

/** By name; what is not here goes. */
export const ALLOWED_ENTRIES: ReadonlyMap<string, RegExp> = new Map([
  ...[...names(IMAGE_NUMBERS), ...names(SERIES_NUMBERS)].map((name): [string, RegExp] => [name, NUMBER]),
  ...Object.entries(CODES),
]);

/** The scanner's whole protocol as text. */
export const PROTOCOL_ENTRIES: ReadonlySet<string> = new Set(["MrPhoenixProtocol", "MrProtocol"]);
