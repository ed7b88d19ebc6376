// The checks of NIfTI studies over made files and a real series.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { BUILT_IN_PROFILES } from "@thalamus/sdk/quality";
import { realData, studyOfNifti } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import {
  BVAL,
  BVEC_ROWS,
  bundle,
  checkStudy,
  lines,
  linesOf,
  niftiBytes,
  removeFolder,
  VOLUMES,
} from "./testing/made-images.ts";

afterAll(removeFolder);

const verdicts = (found: Awaited<ReturnType<typeof lines>>) =>
  Object.fromEntries(Object.values(found).map(({ id, verdict }) => [id, verdict]));

describe("a complete NIfTI study", () => {
  it("A-306 A-307 A-308 A-302 pass it, packed or not, in both byte orders and both layouts of the table", async () => {
    const extent = [4, 4, 3, VOLUMES];
    const studies = [
      bundle(),
      bundle({ packed: false }),
      bundle({ image: niftiBytes(extent, [2, 2, 2], false) }),
      bundle({ bvec: BVEC_ROWS }),
      bundle({ bvec: BVEC_ROWS.replace("0 0 0", "nan NaN -nan") }),
    ];
    for (const study of studies) {
      const found = await lines([study]);
      expect(verdicts(found)).toEqual({
        "A-306": "pass",
        "A-306.geometry": "pass",
        "A-307": "pass",
        "A-307.gradients": "pass",
        "A-308": "pass",
        "A-302": "pass",
      });
      expect(found["A-302"]?.found).toBe("image 1: 1 volume at b = 0, 6 at b = 1000 (6 directions)");
      expect(found["A-306.geometry"]?.found).toBe("image 1: 4 x 4 x 3 x 7 of 2 x 2 x 2 mm");
    }
  });

  it("A-155 A-156 is not held by a check that is switched off, which is shown as bypassed", async () => {
    const settings = { requiredFiles: false, diffusion: false };
    const outcome = await checkStudy(await studyOfNifti([bundle({ bval: null })]), settings);
    expect(outcome.kind).toBe("passed");
    const found = verdicts(linesOf(outcome));
    expect([found["A-307"], found["A-307.gradients"], found["A-302"]]).toEqual(Array(3).fill("bypassed"));
  });

  it("shows neither file names nor values of the patient, whatever the verdict", async () => {
    const sidecar = { PatientAge: "049Y", PatientSex: "male", InstitutionName: "KANARIENVOGEL CLINIC" };
    const own = { ...BUILT_IN_PROFILES.get("general-dti")!, age: { min: 60, otherwise: "fail" as const } };
    const broken = [bundle({ sidecar, bval: null }), bundle({ sidecar, image: Buffer.alloc(400) })];
    const text = JSON.stringify(await checkStudy(await studyOfNifti(broken), { ownProfile: own }));
    for (const canary of ["KANARIENVOGEL", "049", "49Y", "male"]) expect(text).not.toContain(canary);
  });
});

describe("A-306 NIfTI file detection", () => {
  it("A-306 holds a study without an image, and names what is wrong with one", async () => {
    expect((await lines([bundle({ image: null })]))["A-306"]).toMatchObject({
      verdict: "fail",
      found: "No NIfTI image",
    });
    const cases: [string, Parameters<typeof bundle>[0]][] = [
      ["image 1 has no NIfTI header", { image: Buffer.alloc(400) }],
      ["image 1 is shorter than a NIfTI header", { image: Buffer.alloc(20) }],
      [
        "image 1 is shorter than its header says",
        { image: niftiBytes([4, 4, 3, 7]).subarray(0, 500), packed: false },
      ],
      ["image 1 has a dimension of zero or less", { image: niftiBytes([4, 0, 3, 7]) }],
    ];
    for (const [found, parts] of cases) {
      const line = (await lines([bundle(), bundle(parts)].slice(1)))["A-306"];
      expect(line).toMatchObject({ verdict: "fail", found, series: ["image 1"] });
    }
  });

  it("A-306 unpacks no more than the header of a packed image", async () => {
    const bomb = Buffer.concat([niftiBytes([4, 4, 3, 7]), Buffer.alloc(300_000_000)]);
    const study = bundle({ image: bomb });
    const before = process.memoryUsage().arrayBuffers;
    expect((await lines([study]))["A-306"]?.verdict).toBe("pass");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it("A-306 wants four dimensions and voxels of a size", async () => {
    const flat = await lines([bundle({ image: niftiBytes([4, 4, 3]) })]);
    expect(flat["A-306.geometry"]).toMatchObject({ verdict: "fail" });
    expect(flat["A-306.geometry"]?.found).toContain("has 3 dimensions");
    const sizeless = await lines([bundle({ image: niftiBytes([4, 4, 3, 7], [2, 0, 2]) })]);
    expect(sizeless["A-306.geometry"]?.found).toBe("image 1 has voxels without a size");
  });
});

describe("A-307 required files", () => {
  it("A-307 names what is missing, image by image", async () => {
    const found = await lines([bundle(), bundle({ bvec: null, sidecar: null })]);
    expect(found["A-307"]).toMatchObject({
      verdict: "fail",
      found: "image 2 lacks .bvec, .json",
      series: ["image 2"],
    });
  });

  it("A-307 compares volumes, b values and directions", async () => {
    const line = async (parts: object) => (await lines([bundle(parts)]))["A-307.gradients"];
    expect(await line({ bval: "0 1000\n" })).toMatchObject({
      verdict: "fail",
      found: "image 1: 7 volumes, 2 b values, .bvec with 3 rows of 7 numbers",
    });
    expect(await line({ bvec: "1 0 0\n0 1 0\n" })).toMatchObject({ verdict: "fail" });
    expect((await line({ bval: "0 x 1000" }))?.found).toContain(".bval holds something that is no number");
    expect((await line({ bval: BVAL.replace("1000", "-5") }))?.found).toBe("image 1: a b value is negative");
    const zero = BVEC_ROWS.split("\n").with(3, "0 0 0").join("\n");
    expect(await line({ bvec: zero })).toMatchObject({
      verdict: "warn",
      found: "image 1: 1 weighted volumes have no direction",
    });
    const long = BVEC_ROWS.split("\n").with(3, "2 0 0").join("\n");
    expect((await line({ bvec: long }))?.verdict).toBe("warn");
  });
});

describe("A-308 metadata sidecar", () => {
  const line = async (sidecar: object | string | null, given = {}) =>
    (await lines([bundle({ sidecar })], {}, given))["A-308"];

  it("A-308 X-036 X-037 takes every spelling and form that is in use, and no other", async () => {
    const good = [
      { PatientAge: "048Y", PatientSex: "F" },
      { patientAge: 48, patientSex: "Male" },
      { patient_age: "90+", patient_sex: "female" },
    ];
    for (const sidecar of good) expect((await line(sidecar))?.verdict).toBe("pass");
    expect(await line({ PatientAge: "old", PatientSex: "F" })).toMatchObject({
      verdict: "fail",
      found: "Age is not in a form that is taken; Sex stands in the sidecar",
    });
    expect((await line({ PatientAge: "48", PatientSex: "X" }))?.verdict).toBe("fail");
    expect((await line({ PatientSex: "F" }))?.found).toContain("Age is absent");
    expect((await line("[1]"))?.found).toBe("Age is absent; Sex is absent");
  });

  it("A-308 takes what was given beside the sidecar, and compares it with the rule set", async () => {
    const given = { patientAge: "048Y", patientSex: "F" };
    expect(await line({}, given)).toMatchObject({ verdict: "pass" });
    const own = { ...BUILT_IN_PROFILES.get("general-dti")!, age: { min: 60, otherwise: "fail" as const } };
    const found = await lines([bundle()], { ownProfile: own }, given);
    expect(found["A-308"]).toMatchObject({ verdict: "fail" });
  });
});

describe("A-304 the acquisition of a NIfTI study", () => {
  it("A-304 comes from header and sidecar; what neither says is a warning", async () => {
    const sidecar = {
      ...{ PatientAge: "48", PatientSex: "F" },
      ...{ MagneticFieldStrength: 3, RepetitionTime: 9, EchoTime: 0.09, SliceThickness: 1.7 },
    };
    const found = await lines([bundle({ sidecar })], { profile: "neuropacs-2026-05" });
    expect(found["A-304.tr"]).toMatchObject({ verdict: "pass", found: "9000 ms" });
    expect(found["A-304.te"]).toMatchObject({ verdict: "pass", found: "90 ms" });
    expect(found["A-304.slice-gap"]).toMatchObject({ verdict: "fail", found: "0.3 mm" });
    expect(found["A-304.slices"]).toMatchObject({ verdict: "fail", found: "3 slices" });
    expect(found["A-304.flip-angle"]).toMatchObject({ verdict: "warn" });
    expect(found["A-302"]).toMatchObject({ verdict: "fail" });
  });
});

describe("files that are gone", () => {
  it("make the step be tried again", async () => {
    const study = bundle();
    const whole = await studyOfNifti([study]);
    rmSync(study.bval!);
    expect(await checkStudy(whole)).toMatchObject({ kind: "retry", code: "qc-nifti.file-unreadable" });
  });
});

const real = realData("nifti");

describe.skipIf(!real)(`a real series${real ? "" : " (skipped: the real data is not there)"}`, () => {
  it("A-302 A-306 A-307 of 64 directions passes, NaN at b = 0 and all", async () => {
    const name = (ending: string) => join(real!, `small_64D${ending}`);
    const files = { image: name(".nii"), bval: name(".bval"), bvec: name(".bvec") };
    const found = await lines([files], {}, { patientAge: "030Y", patientSex: "M" });
    expect(found["A-302"]?.found).toBe("image 1: 1 volume at b = 0, 64 at b = 994 (64 directions)");
    expect(found["A-307"]).toMatchObject({ verdict: "fail", found: "image 1 lacks .json" });
    expect(found["A-307.gradients"]?.verdict).toBe("pass");
    expect(found["A-308"]?.verdict).toBe("pass");
  });
});
