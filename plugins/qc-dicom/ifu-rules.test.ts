// The rule sets: what they accept of an acquisition and an age, and how a site brings its own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "@thalamus/sdk/dicom";
import { BUILT_IN_PROFILES, openProfile } from "@thalamus/sdk/quality";
import { studyOfFiles, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  check,
  checkStudy,
  directions,
  folder,
  lines,
  linesOf,
  makeFolder,
  removeFolder,
  rules,
  series,
} from "./testing/made-series.ts";

beforeAll(makeFolder);
afterAll(removeFolder);

/** As the input specification of May 2026 wants it: 64 slices, two volumes at b = 0, 30 directions. */
const ACQUIRED: Dataset = {
  StudyDescription: "MRI Brain with DTI Non-Contrast",
  SeriesDescription: "neuropacs DTI",
  MagneticFieldStrength: 3,
  RepetitionTime: 9000,
  EchoTime: 90,
  FlipAngle: 90,
  SliceThickness: 2,
  SpacingBetweenSlices: 2,
  ImageType: ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "ND", "MOSAIC"],
};
const SIEMENS = { group: 0x19, creator: "SIEMENS MR HEADER" };
const mosaic = (slices: number, b: number, direction?: number[]): Dataset => ({
  privateBlocks: [
    {
      ...SIEMENS,
      elements: { 10: ["US", slices], 12: ["IS", b], ...(direction ? { 14: ["FD", direction] } : {}) },
    },
  ],
});
const thirty = Array.from({ length: 30 }, (_, i) => [Math.cos(i / 10), Math.sin(i / 10), 0.5]);
const volumes = (slices: number): Dataset[] => [
  mosaic(slices, 0),
  mosaic(slices, 0),
  ...thirty.map((direction) => mosaic(slices, 1000, direction)),
];
const specification = { profile: "neuropacs-2026-05" };

describe("A-304 the acquisition", () => {
  it("A-304 passes a series within every range of the rule set, which the outcome names", async () => {
    const files = await series(ACQUIRED, volumes(70));
    const outcome = await check(files, specification);
    expect(outcome).toMatchObject({
      kind: "passed",
      rules: { name: "neuropacs-2026-05", version: "2026-05" },
    });
    const found = Object.values(linesOf(outcome)).filter(({ id }) => id.startsWith("A-304."));
    expect(found.map(({ id, verdict, found: text }) => [id, verdict, text])).toEqual([
      ["A-304.field-strength", "pass", "3 T"],
      ["A-304.tr", "pass", "9000 ms"],
      ["A-304.te", "pass", "90 ms"],
      ["A-304.flip-angle", "pass", "90 degrees"],
      ["A-304.in-plane", "pass", "2 mm"],
      ["A-304.slice-thickness", "pass", "2 mm"],
      ["A-304.slice-gap", "pass", "0 mm"],
      ["A-304.slices", "pass", "70 slices"],
    ]);
  });

  it("A-304 says of each rule what is wanted and found, in which series, and how to mend it", async () => {
    const wrong = { MagneticFieldStrength: 15000, EchoTime: 120, SpacingBetweenSlices: 2.6, SeriesNumber: 8 };
    const found = await lines(await series({ ...ACQUIRED, ...wrong }, volumes(40)), specification);
    expect(found["A-304.field-strength"]).toMatchObject({
      verdict: "fail",
      found: "1.5 T",
      series: ["series 8"],
    });
    expect(found["A-304.te"]).toMatchObject({ found: "120 ms", wanted: "55 to 104 ms", verdict: "fail" });
    expect(found["A-304.slice-gap"]).toMatchObject({ found: "0.6 mm", verdict: "fail" });
    expect(found["A-304.slices"]).toMatchObject({ found: "40 slices", wanted: "64 to 86 slices" });
    expect(found["A-304.te"]?.howToFix).toBeTruthy();
    expect(found["A-304.tr"]?.verdict).toBe("pass");
  });

  it("A-304 warns when the images do not say it, and only warns where the rule says so", async () => {
    const found = await lines(
      await series({ ...ACQUIRED, EchoTime: undefined, FlipAngle: 60 } as Dataset, volumes(70)),
      specification,
    );
    expect(found["A-304.te"]).toMatchObject({ verdict: "warn", found: "The images do not say it" });
    expect(found["A-304.flip-angle"]?.verdict).toBe("warn");
  });

  it("A-304 judges the diffusion series that fits best, not the one beside it", async () => {
    const bad = await series({ ...ACQUIRED, SeriesNumber: 2, EchoTime: 200 }, volumes(70));
    const good = await series({ ...ACQUIRED, SeriesNumber: 9 }, volumes(70));
    const found = await lines([...bad, ...good], specification);
    expect(found["A-304.te"]).toMatchObject({ verdict: "pass", series: ["series 9"] });
  });

  it("A-304 reads timing and echo of an enhanced image from its functional groups", async () => {
    const shared: Dataset = {
      PixelMeasuresSequence: [{ PixelSpacing: [2, 2], SliceThickness: 2 }],
      MRTimingAndRelatedParametersSequence: [{ RepetitionTime: 12000, FlipAngle: 90 }],
      MREchoSequence: [{ EffectiveEchoTime: 81.5 }],
    };
    const frame = (b: number, z: number, direction?: number[]): Dataset => ({
      PlanePositionSequence: [{ ImagePositionPatient: [0, 0, z] }],
      MRDiffusionSequence: [
        {
          DiffusionBValue: b,
          ...(direction
            ? { DiffusionGradientDirectionSequence: [{ DiffusionGradientOrientation: direction }] }
            : {}),
        },
      ],
    });
    const frames = [0, 2.5].flatMap((z) => [
      frame(0, z),
      ...directions.map((direction) => frame(1000, z, direction)),
    ]);
    const files = await series(
      {
        SOPClassUID: "1.2.840.10008.5.1.4.1.1.4.1",
        NumberOfFrames: frames.length,
        PixelData: new Uint8Array(8 * frames.length),
        SharedFunctionalGroupsSequence: [shared],
        PerFrameFunctionalGroupsSequence: frames,
      },
      [{}],
    );
    const acquisition = {
      slices: { min: 2, max: 2, otherwise: "fail" },
      sliceGap: { min: 0.4, max: 0.6, otherwise: "fail" },
      inPlane: { max: 2, otherwise: "fail" },
      repetitionTime: { min: 12000, max: 12000, otherwise: "fail" },
      echoTime: { min: 81, max: 82, otherwise: "fail" },
    } as const;
    const found = await lines(files, rules({ acquisition }));
    expect(found["A-302"]?.found).toBe("series 3: 1 volume at b = 0, 6 at b = 1000 (6 directions)");
    for (const id of ["A-304.slices", "A-304.slice-gap", "A-304.in-plane", "A-304.tr", "A-304.te"])
      expect(found[id]?.verdict, id).toBe("pass");
  });
});

describe("X-036 A-303 the age of the rule set", () => {
  const ageRule = rules({ age: { min: 40, otherwise: "fail" } });

  it("A-303 is compared and never shown, whether the images say it or a person", async () => {
    const young = await lines(await series({ PatientAge: "039Y" }), ageRule);
    expect(young["A-303"]).toMatchObject({ verdict: "fail" });
    expect(JSON.stringify(young)).not.toContain("39");
    expect((await lines(await series({ PatientAge: "040Y" }), ageRule))["A-303"]?.verdict).toBe("pass");
    expect((await lines(await series({ PatientAge: "90+" }), ageRule))["A-303"]?.verdict).toBe("pass");
    const study = await studyOfFiles(await series({ PatientAge: "***" }), { patientAge: "041Y" });
    const given = linesOf(await checkStudy({ ...study, supplied: ["patientAge"] }, ageRule));
    expect(given["A-303"]).toMatchObject({ verdict: "pass" });
    expect(given["A-303"]?.found).toContain("Age was given beside the images");
  });
});

describe("a rule set of the site's own", () => {
  it("comes from a file, and stands in the outcome with its version", async () => {
    const path = join(folder, "own.json");
    const own = { ...BUILT_IN_PROFILES.get("general-dti")!, name: "trial-7", version: "3" };
    writeFileSync(path, JSON.stringify(own));
    const { files } = await writeDwiPhantom(join(folder, "phantom"), { matrix: 16, slices: 2 });
    expect(await check(files, { profile: path })).toMatchObject({ rules: { name: "trial-7", version: "3" } });
  });

  it("is refused in words: each wrong rule with its path", () => {
    const path = join(folder, "wrong.json");
    const open = (given: unknown) => {
      writeFileSync(path, typeof given === "string" ? given : JSON.stringify(given));
      return () => openProfile({ profile: path });
    };
    const rule = (min: unknown) => ({
      name: "a",
      version: "1",
      title: "A",
      directions: { min, otherwise: "stop" },
    });
    expect(open(rule("6"))).toThrow(
      /directions\.min must be number; directions\.otherwise must be "warn" or "fail"/,
    );
    expect(open({ name: "a", version: "1", title: "A", directons: {} })).toThrow(
      "directons is not a known rule",
    );
    expect(open({ name: "a" })).toThrow(/the rule set needs "version"; the rule set needs "title"/);
    const turned = { min: 3, max: 2, otherwise: "warn" };
    expect(open({ name: "a", version: "1", title: "A", acquisition: { slices: turned } })).toThrow(
      "slices: min is larger than max",
    );
    expect(open("{")).toThrow(/finds no JSON in the rule set/);
    expect(() => openProfile({ profile: join(folder, "none.json") })).toThrow(/cannot read .*ENOENT/);
    expect(() => openProfile({ profile: "neuropax" })).toThrow(/give general-dti, neuropacs-2026-05/);
  });

  it("every rule set that comes with the hub can be opened by its name", () => {
    expect([...BUILT_IN_PROFILES.keys()]).toEqual(["general-dti", "neuropacs-2026-05", "neuropacs-ifu-1.7"]);
    for (const [name, profile] of BUILT_IN_PROFILES) expect(openProfile({ profile: name })).toBe(profile);
  });
});
