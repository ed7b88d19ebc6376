// The five DICOM checks over phantoms and hand-made files.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "@thalamus/sdk/dicom";
import { studyOfFiles, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QcSettings } from "./settings.ts";
import {
  check,
  checkStudy,
  folder,
  lines,
  linesOf,
  makeFolder,
  removeFolder,
  rules,
  series,
  weighted,
} from "./testing/made-series.ts";

beforeAll(makeFolder);
afterAll(removeFolder);

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
    expect(found[1]).toMatchObject({
      found: "series 3: 1 volume at b = 0, 12 at b = 1000 (12 directions)",
      series: ["series 3"],
    });
    expect(outcome).toMatchObject({ rules: { name: "general-dti", version: "1.0" } });
  });

  it("A-301 A-302 A-303 A-304 A-305 show no value that identifies the patient, whatever the verdict", async () => {
    const wrong = rules({
      directions: { min: 40, otherwise: "fail" },
      images: { min: 9999, otherwise: "fail" },
      seriesDescriptions: { anyOf: ["other"], otherwise: "fail" },
      age: { min: 99, otherwise: "fail" },
    });
    for (const settings of [{}, wrong]) {
      const text = JSON.stringify(await check(files, settings));
      for (const canary of canaries) expect(text).not.toContain(canary);
    }
  });

  it("A-301 A-302 A-303 A-304 A-305 A-154 A-156 can each be switched off, are shown as bypassed and count as passed", async () => {
    const off = await lines([], {
      mriSeries: false,
      diffusion: false,
      demographics: false,
      ifuCompliance: false,
      losslessCompression: false,
    });
    expect(Object.values(off).map(({ verdict }) => verdict)).toEqual(Array(5).fill("bypassed"));
    expect(off["A-301"]?.found).toBe("Switched off in the settings");
    expect((await check([], { mriSeries: true, diffusion: false })).kind).toBe("held");
  });
});

describe("the switches", () => {
  it("A-157 each say that switching off lets incomplete or non-compliant studies go on", () => {
    const switches = Object.values(QcSettings.properties).filter((one) => one.type === "boolean");
    expect(switches).toHaveLength(5);
    for (const one of switches) {
      const message = expect.stringContaining("non-compliant studies go on");
      expect(one).toHaveProperty("x-ui.warnWhen", [expect.objectContaining({ message })]);
    }
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
      PlanePositionSequence: [{ ImagePositionPatient: [0, 0, 5] }],
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
    expect(found["A-302"]).toMatchObject({
      verdict: "pass",
      found: "series 3: 1 volume at b = 0, 6 at b = 1000 (6 directions)",
    });
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
  const describedAs = (StudyDescription: string, SeriesDescription: string) =>
    series({ StudyDescription, SeriesDescription }, [{}]);
  const named = (anyOf: string[]) => rules({ seriesDescriptions: { anyOf, otherwise: "warn" } });

  it("A-304 warns by default and fails when the settings say so", async () => {
    const files = await describedAs("Kopf Routine", "ep2d_diff");
    expect((await lines(files))["A-304"]).toMatchObject({
      verdict: "warn",
      found: "Study description does not match; no series description matches",
    });
    const failing = rules({ studyDescriptions: { anyOf: ["MRI"], otherwise: "fail" } });
    expect((await lines(files, failing))["A-304"]?.verdict).toBe("fail");
  });

  it("A-304 compares without case and extra blanks, and * stands for any text", async () => {
    const files = await describedAs("mri brain  WITH dti non-contrast ", "NEUROPACS DTI 30 dir");
    expect((await lines(files))["A-304"]?.verdict).toBe("warn");
    const patterns = [["neuropacs*dir"], ["*DTI*"], ["neuro*dti*30*"], []];
    for (const seriesDescriptions of patterns) {
      expect((await lines(files, named(seriesDescriptions)))["A-304"]?.verdict).toBe("pass");
    }
    const never = [["neuropacs*30"], ["*neuropacs dti 30 dir*x"], ["dti*"], ["neuropacs dti 30 dir*dir"]];
    for (const seriesDescriptions of never) {
      expect((await lines(files, named(seriesDescriptions)))["A-304"]?.verdict).toBe("warn");
    }
  });
});

describe("A-305 lossless compression", () => {
  const withSyntax = async (transferSyntaxUid: string, dataset: Dataset = {}) => {
    const study = await studyOfFiles(await series(dataset, [{}]));
    const instances = (await study.instances()).map((instance) => ({ ...instance, transferSyntaxUid }));
    return linesOf(await checkStudy({ ...study, instances: async () => instances }))["A-305"];
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
  it("A-301 fails for a torn file, whose image may be the one that matters, and the step is tried again when a file is gone", async () => {
    const files = await series({});
    const study = await studyOfFiles([...files, ...(await series({}, [{}]))]);
    const instances = await study.instances();
    const last = instances.at(-1)!;
    await writeFile(last.path, (await readFile(last.path)).subarray(0, 300));
    const torn = await checkStudy(study);
    expect(torn).toMatchObject({ kind: "held", lines: [{ id: "A-301", verdict: "fail" }, {}, {}, {}, {}] });
    const [first] = instances;
    await writeFile(first!.path, (await readFile(first!.path)).subarray(0, -2));
    expect(linesOf(await checkStudy(study))["A-301"]?.found).toContain(
      "2 files could not be read or are cut off",
    );
    await rm(last.path);
    const gone = await checkStudy(study);
    expect(gone).toMatchObject({ kind: "retry", code: "qc-dicom.file-unreadable" });
  });
});
