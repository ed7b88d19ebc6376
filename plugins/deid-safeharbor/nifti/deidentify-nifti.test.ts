// A NIfTI study whole or not at all: pseudonyms, UIDs and the manifest, by the settings, and nothing left when it fails.
import { afterAll, describe, expect, it } from "vitest";
import { NiftiBench, unpacked } from "../testing/nifti-bench.ts";
import { plantedImage, voxelsOf } from "../testing/nifti-plants.ts";

const bench = new NiftiBench();
afterAll(() => bench.close());

const TABLES = { "a.bval": "0 1000 1000\n", "a.bvec": "0 1 0\n0 0 1\n0 0 0\n" };
const filesWith = (sidecar: object, image = plantedImage()) => ({
  ...TABLES,
  "a.nii": image,
  "a.json": JSON.stringify(sidecar),
});
const sidecarOf = async (sidecar: object, settings = {}, identity = {}) => {
  const { files } = await bench.run(await bench.study([filesWith(sidecar)], identity), settings);
  return JSON.parse(files.get("000001.json")!.toString()) as Record<string, unknown>;
};

describe("a NIfTI study", () => {
  it("A-072 A-076 A-077 becomes one copy with UIDs of its own, and a manifest of all its files", async () => {
    const bundles = [
      filesWith({ EchoTime: 0.08 }),
      filesWith({ EchoTime: 0.09 }, plantedImage({ bigEndian: true })),
    ];
    const study = await bench.study(bundles);
    const { copy, files, manifest } = await bench.run(study);
    expect([...files.keys()]).toEqual(
      ["000001", "000002"].flatMap((name) => [".bval", ".bvec", ".json", ".nii"].map((end) => name + end)),
    );
    expect(new Set(copy.files.map(({ seriesInstanceUid }) => seriesInstanceUid)).size).toBe(2);
    const old = (await study.instances()).map(({ sopInstanceUid }) => sopInstanceUid);
    for (const { sopInstanceUid } of copy.files) expect(old).not.toContain(sopInstanceUid);
    expect(copy.studyInstanceUid).toMatch(/^2\.25\./);
    const lines = manifest
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map(({ type }) => type)).toEqual(["header", ...Array<string>(8).fill("file"), "end"]);
    const again = await bench.run(study);
    expect(again.copy.patientPseudonym).toBe(copy.patientPseudonym);
    expect(again.files).toEqual(files);
  });

  it("keeps voxels and geometry of either byte order, packed or not", async () => {
    for (const bigEndian of [false, true]) {
      const image = plantedImage({
        bigEndian,
        fields: { descrip: "who knows" },
        extensions: [Buffer.alloc(40)],
      });
      const { files, copy } = await bench.run(await bench.study([filesWith({}, image)]));
      const copied = unpacked(files.get("000001.nii")!);
      expect(copied.subarray(352).equals(voxelsOf(image))).toBe(true);
      expect(copied.subarray(252, 328).equals(image.subarray(252, 328))).toBe(true);
      expect(copy.changes).toMatchObject({ "nifti.text": 1, "nifti.extension": 1 });
    }
  });

  it.each<[string, Record<string, Buffer | string>, string]>([
    [
      "a header that lies",
      { "a.nii": plantedImage().subarray(0, 500) },
      "it is shorter than its header says",
    ],
    ["an image that is none", { "a.nii": Buffer.alloc(400) }, "it has no NIfTI-1 header"],
    [
      "a packed image that is cut",
      { "a.nii": Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]) },
      "it cannot be unpacked",
    ],
    ["words in a table", { "a.bval": "0 Jane 1000" }, "its gradient table holds more than numbers"],
    ["a sidecar that is no JSON", { "a.json": "{PatientName: Jane" }, "it is no JSON object in UTF-8"],
  ])("A-075 with %s fails whole, and leaves nothing", async (_, broken, words) => {
    const before = bench.leftovers().length;
    const study = await bench.study([{ ...filesWith({}), ...broken }]);
    await expect(bench.run(study)).rejects.toMatchObject({
      code: "deid-safeharbor.unreadable",
      message: expect.stringMatching(new RegExp(`^File \\d of 4 cannot be read: ${words}\\.$`)),
    });
    expect(bench.leftovers()).toHaveLength(before);
  });
});

describe("the sidecar of a copy", () => {
  it("A-106 has the age, 90 for all that are older, in the spelling it came in", async () => {
    expect(await sidecarOf({ patient_age: 48, PatientSex: "male" })).toEqual({
      patient_age: 48,
      PatientSex: "M",
    });
    expect(await sidecarOf({ PatientAge: "91" })).toEqual({ PatientAge: "090Y" });
    expect(await sidecarOf({ PatientAge: ">89" })).toEqual({ PatientAge: "090Y" });
    const born = {
      PatientBirthDate: "1930-01-01",
      AcquisitionDateTime: "2024-04-12T01:02:03",
      PatientAge: "41Y",
    };
    expect(await sidecarOf(born)).toMatchObject({ PatientAge: "090Y" });
    expect(await sidecarOf({ PatientAge: "old", PatientSex: "Jane" })).toEqual({});
    // what was given with the upload counts
    expect(await sidecarOf({ PatientAge: "41Y" }, {}, { patientAge: "092Y" })).toEqual({
      PatientAge: "090Y",
    });
  });

  it("A-089 A-097 follows the settings of DICOM", async () => {
    const sidecar = {
      ...{ SoftwareVersions: "syngo MR E11", SeriesDescription: "ep2d MyoQuest Jones" },
      ...{ PatientName: "Jones^Ann", ReferringPhysicianName: "Weatherwax" },
    };
    expect(await sidecarOf(sidecar)).toEqual({
      SoftwareVersions: "syngo MR E11",
      SeriesDescription: "ep2d [NAME_REMOVED]",
    });
    const settings = { removeSoftwareVersions: true, descriptions: "patterns" as const };
    expect(await sidecarOf(sidecar, settings)).toEqual({ SeriesDescription: "ep2d MyoQuest [NAME_REMOVED]" });
    const words = await sidecarOf(sidecar, { descriptionWords: ["MyoQuest"] });
    expect(words["SeriesDescription"]).toBe("ep2d MyoQuest [NAME_REMOVED]");
  });

  it("keeps codes and makers as converters write them, also when a patient is called like one", async () => {
    const sidecar = {
      ...{
        Manufacturer: "Philips",
        ManufacturersModelName: "Ingenia Elition X",
        ImageType: ["ORIGINAL", "PRIMARY", "M", "SE"],
      },
      ...{
        ScanningSequence: "SE",
        SequenceVariant: "SK\\SS",
        ScanOptions: "FS",
        PhaseEncodingDirection: "j-",
        Modality: "MR",
      },
      ...{
        SliceTiming: [0, 1.5],
        ShimSetting: [[1, -2], [3]],
        SoftwareVersions: "5.3.1\\5.3.1.2",
        ReceiveCoilName: "HeadNeck_20",
      },
      ...{
        ImageOrientationText: "Tra>Cor(-12.3)",
        ConversionSoftwareVersion: "v1.0.20220720",
        PartialFourierEnabled: true,
      },
    };
    expect(await sidecarOf({ ...sidecar, PatientName: "PHILIPS^ANN" })).toEqual(sidecar);
  });
});
