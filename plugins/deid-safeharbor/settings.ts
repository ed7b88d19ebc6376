// What a site can set about de-identification.
import { Settings, type Static, Type } from "@thalamus/sdk";
import { DEFAULT_SETTINGS } from "./default-settings.ts";
import { PixelRules } from "./pixels/pixel-rule-settings.ts";

const KeptPrivateElement = Settings({
  creator: Type.String({
    title: "Private creator",
    description: "Who reserved the block, as it stands in the files: SIEMENS MR HEADER.",
    minLength: 1,
    maxLength: 64,
  }),
  element: Type.String({
    title: "Element",
    description: "Group and low byte of the element: 0019,xx0C.",
    pattern: "^[0-9a-fA-F]{3}[13579bdfBDF],[xX]{2}[0-9a-fA-F]{2}$",
  }),
});

export const DeidSettings = Settings({
  shiftDates: Type.Boolean({
    title: "Shift dates",
    description:
      "Moves all dates of a patient by one secret number of days, so that the time between examinations stays " +
      "(recommended); off removes all dates and times.",
    default: DEFAULT_SETTINGS.shiftDates,
  }),
  dateShiftRangeDays: Type.Integer({
    title: "Shift range in days",
    description: "A patient's dates are moved by 1 to this many days, back or forth.",
    minimum: 1,
    maximum: 36_500,
    default: DEFAULT_SETTINGS.dateShiftRangeDays,
  }),
  maskZipCodes: Type.Boolean({
    title: "Mask ZIP codes",
    description:
      "Of PatientAddress (0010,1040) the first three digits of the ZIP code stay and the last two become zero " +
      "(recommended); off removes the whole address.",
    default: DEFAULT_SETTINGS.maskZipCodes,
  }),
  removeSoftwareVersions: Type.Boolean({
    title: "Remove software versions",
    description: "Removes SoftwareVersions (0018,1020), which some converters need.",
    default: DEFAULT_SETTINGS.removeSoftwareVersions,
  }),
  descriptions: Type.Union([Type.Literal("words"), Type.Literal("patterns")], {
    title: "Descriptions and comments",
    description:
      "words: of descriptions and comments only known words of imaging and short numbers stay. " +
      "patterns: everything stays but what looks like an identifier or is one of this patient's; a name of somebody " +
      "else stays as well.",
    default: DEFAULT_SETTINGS.descriptions,
  }),
  descriptionWords: Type.Array(Type.String({ minLength: 2, maxLength: 32, pattern: "^[A-Za-z]+$" }), {
    title: "More words",
    description: "Words of the site's own protocol names that may stay in descriptions.",
    default: DEFAULT_SETTINGS.descriptionWords,
  }),
  keepPrivateElements: Type.Array(KeptPrivateElement, {
    title: "More private elements to keep",
    description: "Beside those that a converter of diffusion images needs. Text in them is still searched.",
    default: DEFAULT_SETTINGS.keepPrivateElements,
  }),
  removeElements: Type.Array(Type.String({ pattern: "^[0-9a-fA-F]{4},[0-9a-fA-F]{4}$" }), {
    title: "More elements to remove",
    description: "By tag, for example 0008,1090; wherever they stand.",
    default: DEFAULT_SETTINGS.removeElements,
  }),
  pixelRules: PixelRules,
  filesAtOnce: Type.Integer({
    title: "Files at once",
    description: "So many files of one study are worked on at the same time.",
    minimum: 1,
    maximum: 32,
    default: DEFAULT_SETTINGS.filesAtOnce,
  }),
  flush: Type.Boolean({
    title: "Flush files",
    description:
      "Waits until the disk has each file; off is faster, and a power cut then means doing a study again.",
    default: DEFAULT_SETTINGS.flush,
  }),
});

export type DeidSettings = Static<typeof DeidSettings>;
