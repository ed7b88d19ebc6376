// Enhanced MR objects (PS3.3 A.36.2): the slices of a volume as frames of one file, as Siemens XA writes them.
import { type Dataset, derivedUid, type FileDataset } from "../../dicom/index.ts";
import type { Scanner } from "./scanner.ts";
import { SIEMENS } from "./siemens.ts";

const ENHANCED_MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4.1";

export const SIEMENS_ENHANCED: Scanner = {
  equipment: { ...SIEMENS.equipment, Manufacturer: "SIEMENS", SoftwareVersions: "syngo MR XA30" },
  diffusion: ({ weighting: { b, direction } }) => ({
    DiffusionBValue: b,
    DiffusionGradientOrientation: direction,
    DiffusionDirectionality: direction ? "DIRECTIONAL" : "NONE",
  }),
  pack: (slices, volume) => [enhanced(slices, volume)],
};

/** What differs from frame to frame, or belongs into a group of its own, and does not stand at the top. */
const IN_FRAMES = [
  "DiffusionBValue",
  "DiffusionGradientOrientation",
  "DiffusionDirectionality",
  "ImagePositionPatient",
  "ImageOrientationPatient",
  "SliceLocation",
  "AcquisitionNumber",
  "PixelSpacing",
  "SliceThickness",
  "SpacingBetweenSlices",
  "EchoTime",
  "RepetitionTime",
  "FlipAngle",
  "WindowCenter",
  "WindowWidth",
] as const;

function enhanced(slices: readonly FileDataset[], volume: number): FileDataset {
  const top: FileDataset = { ...slices[0]! };
  for (const keyword of IN_FRAMES) Object.assign(top, { [keyword]: undefined });
  const { RepetitionTime, FlipAngle, EchoTime } = slices[0]!;
  return {
    ...top,
    SOPClassUID: ENHANCED_MR_IMAGE_STORAGE,
    SOPInstanceUID: derivedUid("dwi-phantom enhanced", `${top.SOPInstanceUID} ${volume}`),
    InstanceNumber: volume + 1,
    AcquisitionDateTime: `${top.AcquisitionDate}${top.AcquisitionTime}`,
    NumberOfFrames: slices.length,
    PixelPresentation: "MONOCHROME",
    VolumetricProperties: "VOLUME",
    VolumeBasedCalculationTechnique: "NONE",
    ComplexImageComponent: "MAGNITUDE",
    AcquisitionContrast: "DIFFUSION",
    ResonantNucleus: "1H",
    SharedFunctionalGroupsSequence: [
      {
        MRTimingAndRelatedParametersSequence: [{ RepetitionTime, FlipAngle }],
        MRFOVGeometrySequence: [{ InPlanePhaseEncodingDirection: "COLUMN" }],
        MREchoSequence: [{ EffectiveEchoTime: Number(EchoTime) }],
        PixelValueTransformationSequence: [{ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: "US" }],
      },
    ],
    PerFrameFunctionalGroupsSequence: slices.map((slice, index) => frameGroups(slice, index, volume)),
    PixelData: Buffer.concat(slices.map(({ PixelData }) => PixelData!)),
  };
}

function frameGroups(slice: FileDataset, index: number, volume: number): Dataset {
  const { DiffusionBValue, DiffusionGradientOrientation, DiffusionDirectionality, SliceThickness } = slice;
  return {
    MRDiffusionSequence: [
      {
        DiffusionBValue,
        DiffusionDirectionality,
        ...(DiffusionGradientOrientation
          ? { DiffusionGradientDirectionSequence: [{ DiffusionGradientOrientation }] }
          : {}),
      },
    ],
    FrameContentSequence: [
      {
        StackID: "1",
        InStackPositionNumber: index + 1,
        TemporalPositionIndex: volume + 1,
        DimensionIndexValues: [1, index + 1, volume + 1],
        FrameAcquisitionDateTime: `${slice.AcquisitionDate}${slice.AcquisitionTime}`,
      },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: slice.ImagePositionPatient }],
    // dcm2niix stacks such files only when the orientation is not shared, as the scanner writes it
    PlaneOrientationSequence: [{ ImageOrientationPatient: slice.ImageOrientationPatient }],
    PixelMeasuresSequence: [
      { PixelSpacing: slice.PixelSpacing, SliceThickness, SpacingBetweenSlices: SliceThickness },
    ],
  };
}
