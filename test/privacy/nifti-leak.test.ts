// Nothing planted in a NIfTI study survives: header, extensions, gzip header, comments, sidecar, file names, values beside.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SIDECAR_RULES } from "../../plugins/deid-safeharbor/nifti/sidecar-rules.ts";
import {
  type DeidentifiedNifti,
  NiftiBench,
  unpacked,
} from "../../plugins/deid-safeharbor/testing/nifti-bench.ts";
import {
  gzipWithNames,
  plantedImage,
  TEXT_FIELDS,
  voxelsOf,
} from "../../plugins/deid-safeharbor/testing/nifti-plants.ts";

const bench = new NiftiBench();
afterAll(() => bench.close());

/** Each is there once, with letters and digits that no rule takes for a term; some are names, dates and numbers. */
class Plants {
  readonly all: { readonly needle: string; readonly place: string }[] = [];

  word(place: string): string {
    return this.#add(`Qzx${String(this.all.length + 1000)}vkw`, place);
  }

  name(place: string): string {
    const letters = [...String(this.all.length + 1000)].map((digit) => "abcdefghij"[Number(digit)]).join("");
    return this.#add(`Zq${letters}vük`, place);
  }

  number(place: string): number {
    return Number(this.#add(String(84_110_000 + this.all.length), place));
  }

  #add(needle: string, place: string): string {
    this.all.push({ needle, place });
    return needle;
  }
}

/** Every field of the list with text where a number, a code or a description should be, and fields of all other kinds. */
function plantedSidecar(plants: Plants): string {
  const listed = [...SIDECAR_RULES.keys()].map((key) => [key, plants.word(key)]);
  const inLists = [...SIDECAR_RULES.keys()].map((key) => [
    key,
    [plants.word(`${key}[]`), { [plants.word(`${key}[].key`)]: 1 }],
  ]);
  const others = {
    PatientName: `${plants.name("PatientName")}^${plants.name("PatientName")}`,
    PatientID: plants.word("PatientID"),
    AccessionNumber: plants.number("AccessionNumber"),
    InstitutionName: plants.word("InstitutionName"),
    InstitutionAddress: `${plants.word("InstitutionAddress")} 5\n12345 ${plants.word("InstitutionAddress")}`,
    StationName: plants.word("StationName"),
    DeviceSerialNumber: plants.word("DeviceSerialNumber"),
    ReferringPhysicianName: plants.name("ReferringPhysicianName"),
    SeriesInstanceUID: `1.2.826.0.1.99.${plants.number("SeriesInstanceUID")}`,
    WipMemBlock: plants.word("WipMemBlock"),
    ConversionComments: plants.word("ConversionComments"),
    [plants.word("a key")]: plants.word("under an odd key"),
    [plants.word("a key of numbers")]: [plants.number("numbers"), 1.5],
    global: { const: { [plants.word("a nested key")]: [[{ deep: plants.word("deep") }]] } },
    dcmmeta_shim: [plants.word("dcmmeta")],
    nothing: null,
  };
  // fields that stand twice: JSON readers take the last, searchers see both
  const written = [...listed, ...inLists, ...Object.entries(others)].map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `\uFEFF{${written.join(",\n")}}`;
}

function descriptions(plants: Plants): object {
  const name = plants.name("SeriesDescription");
  return {
    PatientName: `${name}^X`,
    PatientAge: "094Y",
    PatientSex: "Female",
    PatientBirthDate: "1930-02-03",
    AcquisitionDateTime: "2024-04-12T13:45:2.837500",
    SeriesDescription: `ep2d diff ${name} ${plants.word("SeriesDescription")} 64 dir`,
    ProtocolName: `dti_${plants.word("ProtocolName")}`,
    ImageComments: `call 555 123 4567 ${plants.word("ImageComments")}`,
    Manufacturer: "Siemens",
    ImageType: ["ORIGINAL", "PRIMARY", plants.word("ImageType"), "DIFFUSION"],
    ScanOptions: `FS\\${plants.word("ScanOptions")}`,
    EchoTime: 0.064,
  };
}

function plantedBundle(plants: Plants, sidecar: string, bigEndian: boolean) {
  const fields = Object.fromEntries(TEXT_FIELDS.map(([name]) => [name, plants.word(name)]));
  const wide = Buffer.from(plants.word("extension in UTF-16"), "utf16le");
  const image = plantedImage({
    fields,
    bigEndian,
    extensions: [Buffer.from(`a comment of ${plants.word("extension")}`), wide],
    behind: Buffer.from(plants.word("behind the voxels")),
  });
  const base = `${plants.word("file name")}_1930-02-03`;
  const names = {
    name: plants.word("gzip name"),
    comment: plants.word("gzip comment"),
    extra: plants.word("gzip extra"),
  };
  return {
    image,
    files: {
      [`${base}.nii.gz`]: gzipWithNames(image, names),
      [`${base}.bval`]: `# ${plants.word("bval comment")}\n0 1000.0 1000 # ${plants.word("bval comment")}\n`,
      [`${base}.bvec`]: `0 1 .5\r\n-0 0 ${plants.all.length / 1e4}\r\nNaN 0 0 # ${plants.name("bvec comment")}\r\n`,
      [`${base}.json`]: sidecar,
    },
  };
}

/** With letters of two bytes as one. */
const readable = (content: Buffer | string): string =>
  `${content.toString()}\n${Buffer.from(content).toString("latin1").replaceAll("\0", "")}`;

describe.each([
  { shiftDates: true, name: "shifted" },
  { shiftDates: false, name: "removed" },
])("A-070 a NIfTI study full of canaries, its dates $name", ({ shiftDates }) => {
  const plants = new Plants();
  const bundles = [
    plantedBundle(plants, plantedSidecar(plants), false),
    plantedBundle(plants, JSON.stringify(descriptions(plants)), true),
  ];
  let made: DeidentifiedNifti;
  const sidecarOf = (name: string) => JSON.parse(made.files.get(name)!.toString()) as Record<string, unknown>;

  beforeAll(async () => {
    const accessionNumber = plants.word("the form");
    const study = await bench.study(
      bundles.map(({ files }) => files),
      { accessionNumber },
    );
    made = await bench.run(study, { shiftDates });
  });

  test("holds more than four hundred of them, and all can be found in the sources", () => {
    expect(plants.all.length).toBeGreaterThan(400);
    const sources = bundles.flatMap(({ files }) =>
      Object.entries(files).flatMap(([name, content]) => [
        name,
        readable(content),
        readable(unpacked(Buffer.from(content))),
      ]),
    );
    const missing = plants.all.filter(({ needle }) => !sources.some((text) => text.includes(needle)));
    expect(missing.map(({ place }) => place)).toEqual(["the form"]);
  });

  test("comes out without one: in names, bytes, unpacked, in UTF-16, in manifest and report", () => {
    const contents = [...made.files].flatMap(([name, bytes]) => [Buffer.from(name), bytes, unpacked(bytes)]);
    contents.push(Buffer.from(made.manifest), Buffer.from(JSON.stringify(made.copy)));
    const texts = contents.map((bytes) => bytes.toString("latin1").toLowerCase());
    const found = plants.all.filter(({ needle }) => {
      const forms = [needle, needle.normalize("NFD")].map((one) =>
        Buffer.from(one).toString("latin1").toLowerCase(),
      );
      forms.push(Buffer.from(needle, "utf16le").toString("latin1").toLowerCase());
      return forms.some((form) => texts.some((text) => text.includes(form)));
    });
    expect(found).toEqual([]);
    expect(texts.some((text) => /1930.?02.?03|20240412|2024-04-12|555 123 4567/.test(text))).toBe(false);
  });

  test("has the same voxels and the same gradients, with nothing around them", () => {
    for (const [index, { image }] of bundles.entries()) {
      const packed = made.files.get(`00000${index + 1}.nii.gz`)!;
      expect(packed.subarray(3, 8)).toEqual(Buffer.alloc(5));
      const copy = unpacked(packed);
      expect(copy.length).toBe(352 + voxelsOf(image).length);
      expect(copy.subarray(352).equals(voxelsOf(image))).toBe(true);
      expect(copy.subarray(40, 108).equals(image.subarray(40, 108))).toBe(true);
      expect(made.files.get(`00000${index + 1}.bval`)!.toString()).toBe("0 1000 1000\n");
      expect(made.files.get(`00000${index + 1}.bvec`)!.toString()).toMatch(
        /^0 1 0\.5\n0 0 0\.\d+\nNaN 0 0\n$/,
      );
    }
  });

  test("A-106 A-084 A-097 keeps of a sidecar what says nothing of anybody", () => {
    const kept = sidecarOf("000002.json");
    expect(kept).toMatchObject({
      PatientAge: "090Y",
      PatientSex: "F",
      Manufacturer: "Siemens",
      ImageType: ["ORIGINAL", "PRIMARY", "DIFFUSION"],
      ScanOptions: "FS",
      EchoTime: 0.064,
      SeriesDescription: expect.stringMatching(/^ep2d diff \[.*\] 64 dir$/),
    });
    // who is older than 89 has no birth date
    expect(Object.keys(kept)).not.toContain("PatientBirthDate");
    if (!shiftDates) expect(kept["AcquisitionDateTime"]).toBeUndefined();
    else expect(kept["AcquisitionDateTime"]).toMatch(/^20\d\d-\d\d-\d\dT13:45:2\.837500$/);
  });
});
