// The five DICOM checks over phantoms, hand-made files and real scanners' files.
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckLine, Outcome } from "@thalamus/sdk";
import {
  type Dataset,
  derivedUid,
  encodeFile,
  type FileDataset,
  readFileHeader,
  Tag,
} from "@thalamus/sdk/dicom";
import { checkStepOf, outcomeOf, realData, studyOfFiles, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import plugin from "./plugin.ts";
import { QcSettings } from "./settings.ts";
import { readCsaDiffusion } from "./siemens-csa.ts";

const MR = "1.2.840.10008.5.1.4.1.1.4";
const properties = Object.entries(QcSettings.properties as Record<string, { default?: unknown }>);
const defaults = Object.fromEntries(properties.map(([key, schema]) => [key, schema.default])) as QcSettings;

let folder: string;
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "qc-dicom-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(files: readonly string[], settings: Partial<QcSettings> = {}): Promise<Outcome> {
  const step = checkStepOf(await studyOfFiles(files));
  return outcomeOf(plugin.check, step, { settings: { ...defaults, ...settings } });
}

async function lines(files: readonly string[], settings: Partial<QcSettings> = {}) {
  const outcome = await check(files, settings);
  if (outcome.kind !== "passed" && outcome.kind !== "held")
    throw new Error(`the check ended as ${outcome.kind}`);
  return Object.fromEntries(outcome.lines.map((line) => [line.id, line])) as Record<string, CheckLine>;
}

/** Seven MR images, each with the attributes of `common` and of its place in `each`. */
async function series(common: Dataset, each: readonly Dataset[] = Array.from({ length: 7 }, () => ({}))) {
  made += 1;
  const prefix = `${made}`;
  return Promise.all(
    each.map(async (own, index) => {
      const file = join(folder, `${prefix}-${index}.dcm`);
      const dataset = {
        SOPClassUID: MR,
        SOPInstanceUID: derivedUid("qc-dicom test", `${prefix} ${index}`),
        StudyInstanceUID: "1.2.3",
        SeriesInstanceUID: derivedUid("qc-dicom test", prefix),
        SeriesNumber: 3,
        StudyDate: "20240312",
        PatientAge: "066Y",
        PatientSex: "F",
        Rows: 2,
        Columns: 2,
        BitsAllocated: 16,
        PixelSpacing: [2, 2],
        ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
        PixelData: new Uint8Array(8),
        ...common,
        ...own,
      };
      await writeFile(file, encodeFile(dataset as FileDataset));
      return file;
    }),
  );
}

const directions = Array.from({ length: 6 }, (_, i) => [Math.cos(i / 2), Math.sin(i / 2), 0.5]);
const weighted = (of: (b: number, direction?: number[]) => Dataset): Dataset[] => [
  of(0),
  ...directions.map((direction) => of(1000, direction)),
];

describe("the checks of a complete diffusion study", () => {
  let files: string[];
  let canaries: readonly string[];
  beforeAll(async () => {
    const phantom = await writeDwiPhantom(join(folder, "phantom"), { matrix: 32, slices: 4 });
    files = phantom.files;
    canaries = [...phantom.truth.canaries, "MRI Brain", "neuropacs DTI", "19580317", "066Y"];
  });

  it("A-301 A-302 A-303 A-304 A-305 pass it", async () => {
    const outcome = await check(files);
    expect(outcome.kind).toBe("passed");
    const found = Object.values(await lines(files));
    expect(found.map(({ id }) => id)).toEqual(["A-301", "A-302", "A-303", "A-304", "A-305"]);
    expect(found.map(({ verdict }) => verdict)).toEqual(Array(5).fill("pass"));
    expect(found[1]?.found).toBe("series 3: b = 0, 12 directions");
  });

  it("A-301 A-302 A-303 A-304 A-305 show no value that identifies the patient, whatever the verdict", async () => {
    const wrong = { minDirections: 40, minImages: 9999, seriesDescriptions: ["other"] };
    for (const settings of [{}, wrong]) {
      const text = JSON.stringify(await check(files, settings));
      for (const canary of canaries) expect(text).not.toContain(canary);
    }
  });

  it("A-301 A-302 A-303 A-304 A-305 can each be switched off", async () => {
    const off = await lines([], {
      mriSeries: false,
      diffusion: false,
      demographics: false,
      ifuCompliance: false,
      losslessCompression: false,
    });
    expect(Object.values(off).map(({ verdict }) => verdict)).toEqual(Array(5).fill("off"));
    expect((await check([], { mriSeries: true, diffusion: false })).kind).toBe("held");
  });
});

describe("A-301 MRI series validation", () => {
  it("A-301 holds a study without MR images", async () => {
    const files = await series({ SOPClassUID: "1.2.840.10008.5.1.4.1.1.2" });
    const line = (await lines(files))["A-301"];
    expect(line).toMatchObject({ verdict: "fail", found: "1 series, none of MR images" });
    expect(line?.howToFix).toBeTruthy();
  });

  it("A-301 holds a series that is too short or of several geometries, and accepts one good series", async () => {
    const short = await series({}, [{}, {}]);
    const tilted = { ImageOrientationPatient: [0, 1, 0, 0, 0, -1] };
    const mixed = await series({ SeriesNumber: 1 }, [{}, {}, {}, {}, {}, {}, tilted]);
    expect((await lines(short))["A-301"]?.found).toBe("1 MR series, the largest with 2 images");
    expect((await lines(mixed))["A-301"]?.found).toContain("series 1: images differ");
    const good = await series({ SeriesNumber: 5 });
    const line = (await lines([...mixed, ...good]))["A-301"];
    expect(line).toMatchObject({ verdict: "pass", found: "series 5; up to 7 images" });
  });

  it("A-301 counts the frames of an enhanced MR image and reads its functional groups", async () => {
    const frame = (b: number, direction?: number[]): Dataset => ({
      PlanePositionSequence: [{ ImagePositionPatient: [0, 0, b] }],
      MRDiffusionSequence: [
        {
          DiffusionBValue: b,
          DiffusionDirectionality: direction ? "DIRECTIONAL" : "NONE",
          ...(direction
            ? { DiffusionGradientDirectionSequence: [{ DiffusionGradientOrientation: direction }] }
            : {}),
        },
      ],
    });
    const enhanced = await series(
      {
        SOPClassUID: "1.2.840.10008.5.1.4.1.1.4.1",
        NumberOfFrames: 7,
        PixelData: new Uint8Array(56),
        PerFrameFunctionalGroupsSequence: weighted(frame),
      },
      [{}],
    );
    const found = await lines(enhanced);
    expect(found["A-301"]?.verdict).toBe("pass");
    expect(found["A-302"]).toMatchObject({ verdict: "pass", found: "series 3: b = 0, 6 directions" });
  });
});

describe("A-302 diffusion detection", () => {
  const privateBlock = (group: number, creator: string, elements: object) =>
    ({ group, creator, elements }) as NonNullable<Dataset["privateBlocks"]>[number];
  const vendors: Record<string, (b: number, direction?: number[]) => Dataset> = {
    "the standard attributes": (b, direction) => ({
      DiffusionBValue: b,
      DiffusionGradientOrientation: direction,
    }),
    "Siemens' private attributes": (b, direction) => ({
      privateBlocks: [
        privateBlock(0x19, "SIEMENS MR HEADER", {
          12: ["IS", b],
          ...(direction ? { 14: ["FD", direction] } : {}),
        }),
      ],
    }),
    "GE's private attributes": (b, [x, y, z] = [0, 0, 0]) => ({
      privateBlocks: [
        privateBlock(0x19, "GEMS_ACQU_01", { 187: ["DS", x], 188: ["DS", y], 189: ["DS", z] }),
        privateBlock(0x43, "GEMS_PARM_01", { 57: ["IS", [b === 0 ? 0 : 1e9 + b, 8, 0, 0]] }),
      ],
    }),
    "Toshiba's comment": (b, direction) => ({
      ImageComments: `b=${b}${direction ? `(${direction.map((x) => x.toFixed(3)).join()})` : ""}`,
    }),
  };

  it.each(Object.keys(vendors))("A-302 counts b = 0 and directions by %s", async (vendor) => {
    const files = await series({}, weighted(vendors[vendor]!));
    const line = (await lines(files))["A-302"];
    expect(line).toMatchObject({ verdict: "pass", found: "series 3: b = 0, 6 directions" });
  });

  it("A-302 counts opposite and repeated directions once", async () => {
    const opposite = directions.slice(0, 3).flatMap((one) => [one, one.map((x) => -x)]);
    const files = await series({}, [
      { DiffusionBValue: 0 },
      ...opposite.map((direction) => ({ DiffusionBValue: 1000, DiffusionGradientOrientation: direction })),
    ]);
    expect((await lines(files))["A-302"]).toMatchObject({
      verdict: "fail",
      found: "series 3: b = 0, 3 directions",
    });
  });

  it("A-302 wants a volume at b = 0", async () => {
    const files = await series({}, weighted(vendors["the standard attributes"]!).slice(1));
    expect((await lines(files))["A-302"]?.found).toBe("series 3: no b = 0, 6 directions");
  });

  it("A-302 says that a study has no diffusion series", async () => {
    const line = (await lines(await series({})))["A-302"];
    expect(line).toMatchObject({ verdict: "fail", found: "No image with a diffusion weighting" });
  });
});

describe("A-303 patient demographics", () => {
  const verdict = async (dataset: Dataset) => (await lines(await series(dataset, [{}])))["A-303"];

  it("A-303 accepts a birth date instead of an age, and every accepted word for sex", async () => {
    const computed = await verdict({ PatientAge: null, PatientBirthDate: "19580317" });
    expect(computed).toMatchObject({ verdict: "pass", found: "Age follows from birth date; Sex is present" });
    for (const sex of ["M", "MALE", "F", "FEMALE", "female"]) {
      expect((await verdict({ PatientSex: sex }))?.verdict).toBe("pass");
    }
  });

  it("A-303 fails without age or sex, with a wrong form, and when images differ", async () => {
    const failing: [Dataset, string][] = [
      [{ PatientAge: null }, "Age is absent and cannot be computed"],
      [{ PatientAge: "***", PatientBirthDate: "19580317" }, "Age is not in standard form"],
      [{ PatientSex: "O" }, "Sex is neither M nor F"],
      [{ PatientSex: null }, "Sex is absent"],
    ];
    for (const [dataset, text] of failing) {
      const line = await verdict(dataset);
      expect(line?.verdict).toBe("fail");
      expect(line?.found).toContain(text);
    }
    const mixed = await series({}, [{ PatientSex: "M" }, { PatientSex: "F" }]);
    expect((await lines(mixed))["A-303"]?.found).toContain("Images differ in sex");
  });
});

describe("A-304 IFU compliance", () => {
  const named = (StudyDescription: string, SeriesDescription: string) =>
    series({ StudyDescription, SeriesDescription }, [{}]);

  it("A-304 warns by default and fails when the settings say so", async () => {
    const files = await named("Kopf Routine", "ep2d_diff");
    expect((await lines(files))["A-304"]).toMatchObject({
      verdict: "warn",
      found: "Study description does not match; no series description matches",
    });
    expect((await lines(files, { ifuMismatch: "fail" }))["A-304"]?.verdict).toBe("fail");
  });

  it("A-304 compares without case and extra blanks, and * stands for any text", async () => {
    const files = await named("mri brain  WITH dti non-contrast ", "NEUROPACS DTI 30 dir");
    expect((await lines(files))["A-304"]?.verdict).toBe("warn");
    const patterns = [["neuropacs*dir"], ["*DTI*"], ["neuro*dti*30*"], []];
    for (const seriesDescriptions of patterns) {
      expect((await lines(files, { seriesDescriptions }))["A-304"]?.verdict).toBe("pass");
    }
    const never = [["neuropacs*30"], ["*neuropacs dti 30 dir*x"], ["dti*"], ["neuropacs dti 30 dir*dir"]];
    for (const seriesDescriptions of never) {
      expect((await lines(files, { seriesDescriptions }))["A-304"]?.verdict).toBe("warn");
    }
  });
});

describe("A-305 lossless compression", () => {
  const withSyntax = async (transferSyntaxUid: string, dataset: Dataset = {}) => {
    const study = await studyOfFiles(await series(dataset, [{}]));
    const instances = (await study.instances()).map((instance) => ({ ...instance, transferSyntaxUid }));
    const step = checkStepOf({ ...study, instances: async () => instances });
    const outcome = await outcomeOf(plugin.check, step, { settings: defaults });
    return "lines" in outcome ? outcome.lines.find(({ id }) => id === "A-305") : undefined;
  };

  it("A-305 accepts JPEG 2000 only without a lossy history", async () => {
    const jpeg2000 = "1.2.840.10008.1.2.4.91";
    expect((await withSyntax(jpeg2000))?.verdict).toBe("pass");
    expect((await withSyntax(jpeg2000, { LossyImageCompression: "00" }))?.verdict).toBe("pass");
    expect((await withSyntax(jpeg2000, { LossyImageCompression: "01" }))?.verdict).toBe("fail");
  });

  it("A-305 refuses lossy syntaxes, a lossy history and syntaxes the processing does not take", async () => {
    expect((await withSyntax("1.2.840.10008.1.2.4.50"))?.found).toBe(
      "1 of 1 images are in JPEG Baseline, which is lossy",
    );
    expect((await withSyntax("1.2.840.10008.1.2.1", { LossyImageCompression: "01" }))?.verdict).toBe("fail");
    expect((await withSyntax("1.2.840.10008.1.2.4.201"))?.found).toContain("not accepted");
    expect((await withSyntax("1.2.840.10008.1.2.5"))?.verdict).toBe("pass");
  });
});

describe("a study with screen captures", () => {
  it("A-303 A-305 look at its MR images only", async () => {
    const captures = await series({
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.7",
      PatientAge: null,
      LossyImageCompression: "01",
      SeriesNumber: 99,
    });
    const found = await lines([...(await series({})), ...captures]);
    expect([found["A-303"]?.verdict, found["A-305"]?.verdict]).toEqual(["pass", "pass"]);
    expect((await lines(captures))["A-305"]?.verdict).toBe("fail");
  });
});

describe("files that cannot be read", () => {
  it("A-301 warns of a torn file and the step is tried again when a file is gone", async () => {
    const files = await series({});
    const study = await studyOfFiles([...files, ...(await series({}, [{}]))]);
    const instances = await study.instances();
    const last = instances.at(-1)!;
    const settings = { settings: defaults };
    await writeFile(last.path, (await readFile(last.path)).subarray(0, 300));
    const torn = await outcomeOf(plugin.check, checkStepOf(study), settings);
    expect(torn).toMatchObject({ kind: "held", lines: [{ id: "A-301", verdict: "warn" }, {}, {}, {}, {}] });
    await rm(last.path);
    const gone = await outcomeOf(plugin.check, checkStepOf(study), settings);
    expect(gone).toMatchObject({ kind: "retry", code: "qc-dicom.file-unreadable" });
  });
});

const uih = realData("dwi/uih");
const mosaic = realData("dwi/siemens-mosaic");
const filesIn = (path: string) =>
  readdirSync(path)
    .filter((name) => name.endsWith(".dcm"))
    .map((name) => join(path, name));

describe.skipIf(!uih || !mosaic)("the checks of real scanners' files", () => {
  it("A-302 A-303 hold the United Imaging series: its diffusion is fine, its demographics are not", async () => {
    const files = filesIn(uih!);
    expect((await check(files)).kind).toBe("held");
    const found = await lines(files);
    expect(found["A-301"]?.verdict).toBe("pass");
    expect(found["A-302"]?.found).toMatch(/b = 0, 16 directions$/);
    expect(found["A-303"]?.verdict).toBe("fail");
  });

  it("A-302 finds the same weighting in the CSA header of the mosaics as in the plain attributes", async () => {
    for (const file of filesIn(mosaic!)) {
      const { dataset } = await readFileHeader(file);
      const [b] = dataset.numbers(0x0019100c, "IS");
      const direction = dataset.numbers(0x0019100e, "FD");
      const found = readCsaDiffusion(dataset);
      expect(found?.b).toBe(b);
      for (const [axis, value] of direction.entries()) expect(found?.direction?.[axis]).toBeCloseTo(value, 5);
      expect(dataset.has(Tag.PixelData)).toBe(false);
    }
  });

  it("A-301 A-302 A-303 A-305 pass the Siemens mosaics and A-304 only warns", async () => {
    const files = filesIn(mosaic!);
    const found = await lines(files);
    expect(Object.values(found).map(({ verdict }) => verdict)).toEqual([
      "pass",
      "pass",
      "pass",
      "warn",
      "pass",
    ]);
    expect(found["A-302"]?.found).toMatch(/b = 0, 20 directions$/);
    expect((await check(files)).kind).toBe("passed");
  });
});
