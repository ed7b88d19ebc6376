// What a site may say in its table of pixel rules; apart from their use, so that threads need not load its declaration.
import { Settings, type Static, Type } from "@thalamus/sdk";
import { DEFAULT_SETTINGS } from "../default-settings.ts";

const criterion = (title: string, description: string) =>
  Type.Optional(
    Type.String({
      title,
      description: `${description} Upper and lower case are the same; * stands for any text.`,
      minLength: 1,
      maxLength: 128,
    }),
  );
const side = (title: string) =>
  Type.Optional(
    Type.Integer({ title, description: "Pictures of exactly this size.", minimum: 1, maximum: 65_535 }),
  );

const Region = Settings({
  x: Type.Integer({ title: "Left", description: "Column of its left edge; the first is 0.", minimum: 0 }),
  y: Type.Integer({ title: "Top", description: "Row of its upper edge; the first is 0.", minimum: 0 }),
  width: Type.Integer({ title: "Width", description: "Pixels.", minimum: 1, maximum: 65_535 }),
  height: Type.Integer({ title: "Height", description: "Pixels.", minimum: 1, maximum: 65_535 }),
});
/** A rectangle of pixels: x and width count columns, y and height rows. */
export type Region = Static<typeof Region>;

export const PixelRule = Settings({
  modality: criterion("Modality", "Modality (0008,0060), for example US."),
  manufacturer: criterion("Manufacturer", "Manufacturer (0008,0070), for example GE*."),
  model: criterion("Model", "ManufacturerModelName (0008,1090)."),
  softwareVersion: criterion(
    "Software version",
    "SoftwareVersions (0018,1020); one of its values must match. Layouts change with updates.",
  ),
  sopClass: criterion(
    "SOP class",
    "UID of the SOP class. Documents, reports, raw data and unknown classes are allowed only by a rule that has it.",
  ),
  imageType: criterion("Image type", "ImageType (0008,0008) as one text, for example *\\SCREEN SAVE."),
  rows: side("Rows"),
  columns: side("Columns"),
  action: Type.Union(
    [Type.Literal("allow"), Type.Literal("hold"), Type.Literal("mask"), Type.Literal("mask-outside-regions")],
    {
      title: "Action",
      description:
        "allow: the pictures are known to name nobody. hold: a person looks at each study. mask: the regions are made " +
        "black. mask-outside-regions: all but the regions is made black; without regions those that ultrasound devices " +
        "give in SequenceOfUltrasoundRegions (0018,6011).",
    },
  ),
  regions: Type.Optional(
    Type.Array(Region, {
      title: "Regions",
      description: "Rectangles in pixels, counted from the upper left corner of the stored picture.",
      maxItems: 100,
    }),
  ),
});
export type PixelRule = Static<typeof PixelRule>;

export const PixelRules = Type.Array(PixelRule, {
  title: "Pixel rules",
  description:
    "What to do with pictures by device; the first rule that fits counts. Without one, pictures that may show text or " +
    "faces are held for a person.",
  default: DEFAULT_SETTINGS.pixelRules,
});
export type PixelRules = readonly PixelRule[];
