// What a header says about its picture: who made it, how, and what the maker declares about text in it.
import { Tag } from "@thalamus/sdk/dicom";
import { isPresent, type PixelHeader, PixelTag } from "./pixel-tags.ts";
import { type SopClass, sopClassOf } from "./sop-classes.ts";

export interface PictureFacts {
  readonly sopClassUid: string;
  readonly sopClass: SopClass;
  /** Upper case, as are all codes here; empty when absent. */
  readonly modality: string;
  /** Values of ImageType (0008,0008). */
  readonly imageType: readonly string[];
  readonly conversionType: string;
  readonly burnedIn: string;
  readonly recognizable: string;
  /** A device for captures, prints or digitised film is named. */
  readonly hasCaptureDevice: boolean;
  /** An EncapsulatedDocument (0042,0011) is there, whatever the class is. */
  readonly hasDocument: boolean;
  readonly manufacturer: string;
  readonly model: string;
  readonly softwareVersions: readonly string[];
  /** 0 when the object has no picture. */
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
}

const CAPTURE_DEVICE = [
  PixelTag.SecondaryCaptureDeviceID,
  PixelTag.HardcopyCreationDeviceID,
  PixelTag.SecondaryCaptureDeviceManufacturer,
  PixelTag.SecondaryCaptureDeviceManufacturerModelName,
];

/** @param sopClassUid of the file meta information; a data set that says otherwise is of an unknown class */
export function pictureFacts(header: PixelHeader, sopClassUid: string): PictureFacts {
  const { dataset } = header;
  const code = (tag: number) => (dataset.ascii(tag) ?? "").trim().toUpperCase();
  const number = (tag: number) => dataset.numbers(tag, "US")[0] ?? 0;
  const own = dataset.ascii(Tag.SOPClassUID);
  return {
    sopClassUid,
    sopClass: sopClassOf(own === undefined || own === sopClassUid ? sopClassUid : ""),
    modality: code(Tag.Modality),
    imageType: code(Tag.ImageType)
      .split("\\")
      .map((value) => value.trim()),
    conversionType: code(Tag.ConversionType),
    burnedIn: code(Tag.BurnedInAnnotation),
    recognizable: code(Tag.RecognizableVisualFeatures),
    hasCaptureDevice: CAPTURE_DEVICE.some((tag) => code(tag) !== ""),
    hasDocument: isPresent(header, Tag.EncapsulatedDocument),
    manufacturer: dataset.text(Tag.Manufacturer) ?? "",
    model: dataset.text(Tag.ManufacturerModelName) ?? "",
    softwareVersions: (dataset.text(Tag.SoftwareVersions) ?? "").split("\\"),
    rows: number(Tag.Rows),
    columns: number(Tag.Columns),
    samples: number(Tag.SamplesPerPixel) || 1,
    bitsAllocated: number(Tag.BitsAllocated),
  };
}
