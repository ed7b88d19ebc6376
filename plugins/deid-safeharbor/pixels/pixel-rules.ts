// The site's table of pixel rules: which devices are known to write into their pictures, where, and which never do.
import { Permanent, Settings, type Static, Type } from "@thalamus/sdk";
import type { PictureFacts } from "./picture-facts.ts";

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
  default: [],
});
export type PixelRules = readonly PixelRule[];

const CRITERIA = [
  ...["modality", "manufacturer", "model", "softwareVersion", "sopClass", "imageType", "rows", "columns"],
] as readonly (keyof PixelRule)[];

/**
 * Checks what a schema cannot say; call it once, before the first study.
 * @throws Permanent `deid-safeharbor.pixel-rule`, naming the rule
 */
export function checkPixelRules(rules: PixelRules): void {
  for (const [index, rule] of rules.entries()) {
    const wrong = whatIsWrong(rule);
    if (wrong) throw new Permanent("deid-safeharbor.pixel-rule", `Pixel rule ${index + 1}: ${wrong}`);
  }
}

function whatIsWrong(rule: PixelRule): string | undefined {
  const { action, regions = [], rows = 65_535, columns = 65_535 } = rule;
  if (CRITERIA.every((name) => rule[name] === undefined)) return "it does not say for which pictures it is";
  if (action === "mask" && regions.length === 0) return "it masks, but has no regions";
  if ((action === "allow" || action === "hold") && regions.length > 0) {
    return `it has regions, but its action is ${action}`;
  }
  const outside = regions.findIndex((region) => !isInside(region, rows, columns));
  return outside < 0 ? undefined : `region ${outside + 1} reaches outside of ${columns} x ${rows} pixels`;
}

export const isInside = ({ x, y, width, height }: Region, rows: number, columns: number): boolean =>
  width > 0 && height > 0 && x + width <= columns && y + height <= rows;

/** A rule and how it is called: `pixel rule 2`. */
export interface FittingRule {
  readonly rule: PixelRule;
  readonly name: string;
}

/** @param needsSopClass only rules that name the SOP class count */
export function firstFittingRule(
  rules: PixelRules,
  facts: PictureFacts,
  needsSopClass: boolean,
): FittingRule | undefined {
  const index = rules.findIndex(
    (rule) => (!needsSopClass || rule.sopClass !== undefined) && fits(rule, facts),
  );
  return index < 0 ? undefined : { rule: rules[index]!, name: `pixel rule ${index + 1}` };
}

function fits(rule: PixelRule, facts: PictureFacts): boolean {
  return (
    matches(rule.modality, facts.modality) &&
    matches(rule.manufacturer, facts.manufacturer) &&
    matches(rule.model, facts.model) &&
    facts.softwareVersions.some((version) => matches(rule.softwareVersion, version)) &&
    matches(rule.sopClass, facts.sopClassUid) &&
    matches(rule.imageType, facts.imageType.join("\\")) &&
    (rule.rows === undefined || rule.rows === facts.rows) &&
    (rule.columns === undefined || rule.columns === facts.columns)
  );
}

function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.trim().toLowerCase().split("*");
  const text = value.trim().toLowerCase();
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
