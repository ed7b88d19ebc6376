// Which objects pass, which wait for a person, and what rules and people can do about it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dataset, encodeFile, readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { dcmodify, hasTool, realData, runTool } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { judgePixels, type PixelCircumstances, type PixelVerdict } from "./judge-pixels.ts";
import type { PixelRules } from "./pixel-rule-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "judge-pixels-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROOT = "1.2.840.10008.5.1.4.1.1.";
const MR: Dataset = {
  ...{ SOPClassUID: `${ROOT}4`, Modality: "MR", ImageType: ["ORIGINAL", "PRIMARY", "M", "ND"] },
  ...{ Manufacturer: "SIEMENS", ManufacturerModelName: "Prisma", Rows: 64, Columns: 64 },
  ...{
    SamplesPerPixel: 1,
    PixelRepresentation: 0,
    PhotometricInterpretation: "MONOCHROME2",
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
  },
};
const ULTRASOUND: Dataset = { ...MR, SOPClassUID: `${ROOT}6.1`, Modality: "US" };
const CAPTURE: Dataset = { ...MR, SOPClassUID: `${ROOT}7`, Modality: "OT" };
const REPORT: Dataset = { SOPClassUID: `${ROOT}88.11`, Modality: "SR" };

let files = 0;
function write(dataset: Dataset): string {
  files += 1;
  const path = join(folder, `${files}.dcm`);
  const SOPClassUID = String(dataset.SOPClassUID);
  writeFileSync(path, encodeFile({ ...dataset, SOPClassUID, SOPInstanceUID: `1.2.${files}` }));
  return path;
}

async function judgeFile(
  path: string,
  rules: PixelRules = [],
  known: PixelCircumstances = {},
): Promise<PixelVerdict> {
  const header = await readFileHeader(path);
  return judgePixels(header, header.meta.ascii(Tag.MediaStorageSOPClassUID) ?? "", rules, known);
}
const judge = (dataset: Dataset, rules: PixelRules = [], known: PixelCircumstances = {}) =>
  judgeFile(write(dataset), rules, known);
const idsOf = ({ lines }: PixelVerdict) => lines.map(({ id, verdict }) => `${id} ${verdict}`);

describe("issue 4 a picture passes unseen", () => {
  test("when it is one that a scanner measured or computed", async () => {
    expect(await judge(MR)).toEqual({ kind: "pass", lines: [] });
    expect(await judge({ ...MR, BurnedInAnnotation: "NO" })).toEqual({ kind: "pass", lines: [] });
    expect(await judge({ ...MR, ImageType: ["DERIVED", "SECONDARY", "ADC"] })).toMatchObject({
      kind: "pass",
    });
    const map = {
      SamplesPerPixel: 3,
      PhotometricInterpretation: "RGB",
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
    };
    const colourMap = { ...MR, ...map, ImageType: ["DERIVED", "PRIMARY", "DIFFUSION", "FA"] };
    expect(await judge(colourMap)).toMatchObject({ kind: "pass" });
  });

  for (const name of ["dwi/siemens-mosaic", "dwi/uih"]) {
    const real = realData(name);
    test.skipIf(!real)(`as all of ${name} do`, async () => {
      const found = readdirSync(real ?? "", { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      );
      const verdicts = await Promise.all(found.map((one) => judgeFile(join(one.parentPath, one.name))));
      expect(verdicts.length).toBeGreaterThan(10);
      expect(verdicts.filter(({ kind }) => kind !== "pass")).toEqual([]);
    });
  }

  test("of a class that is often written on only when its device says that nothing is", async () => {
    const xray = { ...MR, SOPClassUID: `${ROOT}1.1`, Modality: "DX" };
    expect(idsOf(await judge(xray))).toEqual(["deid.undeclared-annotation fail"]);
    expect(await judge({ ...xray, BurnedInAnnotation: "NO" })).toEqual({ kind: "pass", lines: [] });
    expect(idsOf(await judge({ ...xray, BurnedInAnnotation: "YES" }))).toEqual(["deid.burned-in fail"]);
  });
});

describe("issue 4 a person looks at", () => {
  test.each<[string, Dataset, string]>([
    ["text that the device declares", { ...MR, BurnedInAnnotation: "YES" }, "deid.burned-in"],
    ["a declaration that nobody understands", { ...MR, BurnedInAnnotation: "MAYBE" }, "deid.burned-in"],
    [
      "features that can be recognised",
      { ...MR, RecognizableVisualFeatures: "YES" },
      "deid.recognizable-features",
    ],
    ["a secondary capture", CAPTURE, "deid.secondary-capture"],
    [
      "a screen that is called an MR image",
      { ...MR, ImageType: ["DERIVED", "SECONDARY", "SCREEN SAVE"] },
      "deid.secondary-capture",
    ],
    [
      "a report page of a scanner",
      { ...MR, ImageType: ["DERIVED", "SECONDARY", "OTHER", "CSA REPORT"] },
      "deid.secondary-capture",
    ],
    ["a picture that a workstation converted", { ...MR, ConversionType: "WSD" }, "deid.secondary-capture"],
    ["an MR image of another modality", { ...MR, Modality: "OT" }, "deid.secondary-capture"],
    [
      "an MR image of 8 bits",
      { ...MR, BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
      "deid.secondary-capture",
    ],
    [
      "an MR image in colour",
      { ...MR, SamplesPerPixel: 3, PhotometricInterpretation: "RGB" },
      "deid.secondary-capture",
    ],
    ["a scanned document", { ...CAPTURE, ConversionType: "SD" }, "deid.scanned-document"],
    ["a capture of modality DOC", { ...CAPTURE, Modality: "DOC" }, "deid.scanned-document"],
    ["ultrasound", ULTRASOUND, "deid.ultrasound"],
    ["ultrasound that is called an MR image", { ...MR, Modality: "US" }, "deid.ultrasound"],
    ["a photograph", { ...MR, SOPClassUID: `${ROOT}77.1.4`, Modality: "XC" }, "deid.visible-light"],
    ["a structured report", REPORT, "deid.text-object"],
    ["a presentation state", { SOPClassUID: `${ROOT}11.1`, Modality: "PR" }, "deid.text-object"],
    ["an encapsulated PDF", { SOPClassUID: `${ROOT}104.1`, Modality: "DOC" }, "deid.document"],
    ["a document in an MR image", { ...MR, EncapsulatedDocument: Buffer.from("%PDF") }, "deid.document"],
    [
      "a long document in an MR image",
      { ...MR, EncapsulatedDocument: Buffer.alloc(100_000) },
      "deid.document",
    ],
    ["raw data", { SOPClassUID: `${ROOT}66`, Modality: "MR" }, "deid.not-a-picture"],
    ["recorded voice", { SOPClassUID: `${ROOT}9.4.1`, Modality: "AU" }, "deid.not-a-picture"],
    ["a private class", { SOPClassUID: "1.3.46.670589.11.0.0.12.1", Modality: "MR" }, "deid.unknown-class"],
  ])("%s", async (_name, dataset, id) => {
    const verdict = await judge(dataset);
    expect(verdict.kind).toBe("hold");
    expect(idsOf(verdict)).toContain(`${id} fail`);
    expect(verdict.lines.every(({ howToFix }) => howToFix)).toBe(true);
  });

  test("an object whose data set and file meta information name different classes", async () => {
    const path = write(MR);
    const header = await readFileHeader(path);
    expect(idsOf(judgePixels(header, `${ROOT}2`, []))).toEqual(["deid.unknown-class fail"]);
  });

  test.skipIf(!hasTool("img2dcm") || !hasTool("dcmj2pnm"))(
    "what img2dcm makes of a photograph or a page",
    async () => {
      const jpeg = join(folder, "picture.jpg");
      const source = write({ ...MR, PixelData: Buffer.alloc(64 * 64 * 2, 7) });
      expect(runTool("dcmj2pnm", "+oj", source, jpeg)).toMatchObject({ status: 0 });
      const [page, photo] = [join(folder, "page.dcm"), join(folder, "photo.dcm")];
      expect(runTool("img2dcm", jpeg, page)).toMatchObject({ status: 0 });
      expect(runTool("img2dcm", "-vlp", jpeg, photo)).toMatchObject({ status: 0 });
      expect(idsOf(await judgeFile(page))).toContain("deid.secondary-capture fail");
      expect(idsOf(await judgeFile(photo))).toContain("deid.visible-light fail");
    },
  );

  test("bytes that no frame claims, whatever the rules say", async () => {
    const rules: PixelRules = [{ modality: "MR", action: "allow" }];
    const frame = 64 * 64 * 2;
    expect(await judge(MR, rules, { pixelBytes: frame })).toMatchObject({ kind: "pass" });
    const more = { pixelBytes: frame + 10 };
    expect(idsOf(await judge(MR, rules, more))).toEqual(["deid.unclaimed-bytes fail"]);
    const released = ["deid.unclaimed-bytes"];
    expect(await judge(MR, rules, { ...more, released })).toMatchObject({ kind: "pass" });
  });

  test("and no line shows a value that the sender wrote", async () => {
    const name = "KANARIENVOGEL";
    const texts = { Modality: name, Manufacturer: name, ImageType: [name, "SCREEN"], ConversionType: "SD" };
    for (const SOPClassUID of [`${ROOT}4`, `${ROOT}7`, "1.2.3.4"]) {
      const verdict = await judge({ ...MR, ...texts, SOPClassUID, BurnedInAnnotation: name });
      expect(verdict.kind).toBe("hold");
      expect(JSON.stringify(verdict)).not.toContain(name);
    }
  });
});

describe("issue 4 what was found is answered", () => {
  test("by a person, line by line", async () => {
    const both = { ...CAPTURE, BurnedInAnnotation: "YES" };
    expect(idsOf(await judge(both, [], { released: ["deid.burned-in"] }))).toEqual([
      ...["deid.burned-in bypassed", "deid.secondary-capture fail"],
    ]);
    const verdict = await judge(both, [], { released: ["deid.burned-in", "deid.secondary-capture"] });
    expect(verdict.kind).toBe("pass");
    expect(verdict.lines.map(({ found }) => found).join()).toMatch(
      /released by a person.*released by a person/,
    );
  });

  test("by a rule that allows the device, the first one that fits", async () => {
    const rules: PixelRules = [
      { modality: "US", manufacturer: "ge*", action: "hold" },
      { modality: "us", model: "pris*", action: "allow" },
      { modality: "*", action: "hold" },
    ];
    const verdict = await judge({ ...ULTRASOUND, BurnedInAnnotation: "YES" }, rules);
    expect(verdict.kind).toBe("pass");
    expect(idsOf(verdict)).toEqual(["deid.burned-in bypassed", "deid.ultrasound bypassed"]);
    expect(verdict.lines[0]?.found).toContain("allowed by pixel rule 2");
    expect(idsOf(await judge(MR, rules))).toEqual(["deid.rule-hold fail"]);
    expect(idsOf(await judge({ ...ULTRASOUND, Manufacturer: "GE Healthcare" }, rules))).toContain(
      "deid.rule-hold fail",
    );
  });

  test("of an object without a picture only by a rule that names its SOP class", async () => {
    expect(await judge(REPORT, [{ modality: "*", action: "allow" }])).toMatchObject({ kind: "hold" });
    expect(await judge(REPORT, [{ sopClass: `${ROOT}88.*`, action: "allow" }])).toMatchObject({
      kind: "pass",
    });
  });

  test("by a mask, but not what a mask cannot hide", async () => {
    const regions = [{ x: 0, y: 0, width: 64, height: 8 }];
    const rules: PixelRules = [{ modality: "US", rows: 64, columns: 64, action: "mask", regions }];
    const verdict = await judge(ULTRASOUND, rules);
    expect(verdict).toMatchObject({
      kind: "mask",
      mask: { regions, emptiesUnusedBits: false },
      rule: "pixel rule 1",
    });
    expect(idsOf(verdict)).toEqual(["deid.ultrasound bypassed"]);
    expect(await judge({ ...ULTRASOUND, Rows: 65 }, rules)).toMatchObject({ kind: "hold" });
    const face = await judge({ ...ULTRASOUND, RecognizableVisualFeatures: "YES" }, rules);
    expect(idsOf(face)).toEqual(["deid.ultrasound bypassed", "deid.recognizable-features fail"]);
  });

  test("by a mask only where the regions lie inside and the pixels can be written anew", async () => {
    const rules: PixelRules = [
      { modality: "US", action: "mask", regions: [{ x: 60, y: 0, width: 5, height: 5 }] },
    ];
    const outside = await judge(ULTRASOUND, rules);
    expect(idsOf(outside)).toEqual(["deid.mask-impossible fail", "deid.ultrasound fail"]);
    expect(outside.lines[0]?.found).toContain("reaches outside of its 64 x 64 pixels");
    const odd = { ...ULTRASOUND, Columns: 128, PhotometricInterpretation: "HSV", SamplesPerPixel: 3 };
    expect(idsOf(await judge(odd, rules))).toContain("deid.mask-impossible fail");
  });

  test.skipIf(!hasTool("dcmodify"))("by masking all but the regions an ultrasound device gives", async () => {
    const path = write(ULTRASOUND);
    const rules: PixelRules = [{ modality: "US", action: "mask-outside-regions" }];
    expect(idsOf(await judgeFile(path, rules))).toContain("deid.mask-impossible fail");
    const edges = { 6018: 10, "601a": 20, "601c": 49, "601e": 63 };
    for (const [element, value] of Object.entries(edges)) {
      dcmodify(path, "-i", `(0018,6011)[0].(0018,${element})=${value}`);
    }
    const black = [
      { x: 0, y: 0, width: 64, height: 20 },
      { x: 0, y: 20, width: 10, height: 44 },
      { x: 50, y: 20, width: 14, height: 44 },
    ];
    expect(await judgeFile(path, rules)).toMatchObject({ kind: "mask", mask: { regions: black } });
  });
});
