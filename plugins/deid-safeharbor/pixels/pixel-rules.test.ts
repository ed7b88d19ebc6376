// The table of pixel rules: what its schema takes, what is wrong with a rule, and how patterns are compared.
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import type { PictureFacts } from "./picture-facts.ts";
import { type PixelRule, PixelRules } from "./pixel-rule-settings.ts";
import { checkPixelRules, firstFittingRule } from "./pixel-rules.ts";
import { sopClassOf } from "./sop-classes.ts";

const isValid = new Ajv({ strict: false }).compile(PixelRules);
const REGION = { x: 0, y: 0, width: 640, height: 40 };

describe("issue 4 pixel rules", () => {
  test("as a site writes them are taken", () => {
    const rules: PixelRule[] = [
      { modality: "US", manufacturer: "GE*", rows: 480, columns: 640, action: "mask", regions: [REGION] },
      { modality: "US", action: "mask-outside-regions" },
      { sopClass: "1.2.840.10008.5.1.4.1.1.88.67", action: "allow" },
      { imageType: "*\\SCREEN SAVE", action: "hold" },
    ];
    expect(isValid(rules), JSON.stringify(isValid.errors)).toBe(true);
    expect(() => checkPixelRules(rules)).not.toThrow();
  });

  test.each([
    ["an action that is not there", { modality: "US", action: "blur" }],
    ["a region without a size", { modality: "US", action: "mask", regions: [{ x: 0, y: 0 }] }],
    ["a region that begins outside", { modality: "US", action: "mask", regions: [{ ...REGION, x: -1 }] }],
    ["a word nobody knows", { modality: "US", action: "hold", station: "A" }],
  ])("with %s are refused by the schema", (_name, rule) => {
    expect(isValid([rule])).toBe(false);
  });

  test.each<[string, PixelRule, string]>([
    ["for no picture in particular", { action: "allow" }, "does not say for which pictures"],
    ["that masks nothing", { modality: "US", action: "mask" }, "has no regions"],
    ["that masks an empty list", { modality: "US", action: "mask", regions: [] }, "has no regions"],
    [
      "that allows and has regions",
      { modality: "US", action: "allow", regions: [REGION] },
      "its action is allow",
    ],
    [
      "whose region leaves the picture",
      { rows: 480, columns: 640, action: "mask", regions: [REGION, { ...REGION, y: 441 }] },
      "region 2 reaches outside of 640 x 480 pixels",
    ],
  ])("%s are refused with their number", (_name, rule, words) => {
    const check = () => checkPixelRules([{ modality: "MR", action: "allow" }, rule]);
    expect(check).toThrow(`Pixel rule 2: `);
    expect(check).toThrow(words);
    expect(check).toThrow(expect.objectContaining({ code: "deid-safeharbor.pixel-rule" }));
  });
});

describe("issue 4 a pixel rule fits", () => {
  const facts: PictureFacts = {
    ...{ sopClassUid: "1.2.840.10008.5.1.4.1.1.6.1", sopClass: sopClassOf("1.2.840.10008.5.1.4.1.1.6.1") },
    ...{ modality: "US", imageType: ["DERIVED", "SECONDARY", "SCREEN SAVE"], conversionType: "" },
    ...{ burnedIn: "", recognizable: "", hasCaptureDevice: false, hasDocument: false },
    ...{ manufacturer: "GE Healthcare Ultrasound ", model: "LOGIQ E9", softwareVersions: ["R4", "1.2"] },
    ...{ rows: 480, columns: 640, samples: 3, bitsAllocated: 8 },
  };
  test.each<[boolean, Omit<PixelRule, "action">]>([
    [true, { modality: "us" }],
    [true, { manufacturer: "ge healthcare ultrasound" }],
    [true, { manufacturer: "*health*ultra*" }],
    [true, { model: "LOGIQ*", softwareVersion: "1.*" }],
    [true, { imageType: "*\\screen save" }],
    [true, { sopClass: "1.2.840.10008.5.1.4.1.1.6.*", rows: 480, columns: 640 }],
    [false, { modality: "U" }],
    [false, { manufacturer: "GE" }],
    [false, { manufacturer: "*ultra*health*" }],
    [false, { model: "LOGIQ E9*E9" }],
    [false, { model: "LOGIQ.E9" }],
    [false, { softwareVersion: "R4\\1.2" }],
    [false, { modality: "US", rows: 481 }],
  ])("%s: %j", (fits, rule) => {
    expect(firstFittingRule([{ ...rule, action: "hold" }], facts, false) !== undefined).toBe(fits);
  });
});
