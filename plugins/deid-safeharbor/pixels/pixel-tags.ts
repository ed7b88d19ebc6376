// Attributes that tell what is in a picture, beside those of the SDK (PS3.6 section 6).
import type { FileHeader } from "@thalamus/sdk/dicom";

/** What is needed of a file to judge its picture and to plan a mask. */
export type PixelHeader = Pick<FileHeader, "dataset" | "transferSyntax" | "passedBy">;

/** Whether an element of the top level is there; long values were not read. */
export const isPresent = ({ dataset, passedBy }: PixelHeader, tag: number): boolean =>
  dataset.has(tag) || passedBy.some((passed) => passed.tag === tag);

export const PixelTag = {
  /** PS3.3 C.8.6.1, SC Equipment. */
  SecondaryCaptureDeviceID: 0x00181010,
  HardcopyCreationDeviceID: 0x00181011,
  SecondaryCaptureDeviceManufacturer: 0x00181016,
  SecondaryCaptureDeviceManufacturerModelName: 0x00181018,
  /** PS3.3 C.8.5.5, US Region Calibration. */
  SequenceOfUltrasoundRegions: 0x00186011,
  RegionLocationMinX0: 0x00186018,
  RegionLocationMinY0: 0x0018601a,
  RegionLocationMaxX1: 0x0018601c,
  RegionLocationMaxY1: 0x0018601e,
  /** PS3.3 C.7.6.3, Image Pixel. */
  PlanarConfiguration: 0x00280006,
  RedPaletteColorLookupTableDescriptor: 0x00281101,
  RedPaletteColorLookupTableData: 0x00281201,
  GreenPaletteColorLookupTableData: 0x00281202,
  BluePaletteColorLookupTableData: 0x00281203,
} as const;

/** Element numbers of an overlay's group, 6000 to 60FE, even ones (PS3.3 C.9.2, PS3.5 8.1.2). */
export const OVERLAY = {
  firstGroup: 0x6000,
  lastGroup: 0x60fe,
  /** OverlayRows (60xx,0010) */
  rows: 0x0010,
  /** OverlayBitsAllocated (60xx,0100) */
  bitsAllocated: 0x0100,
  /** OverlayBitPosition (60xx,0102) */
  bitPosition: 0x0102,
  /** OverlayData (60xx,3000) */
  plane: 0x3000,
} as const;
