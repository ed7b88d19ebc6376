// The second pass finds whatever the first might leave: each plant in a copy that is otherwise right.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { NiftiBench } from "../testing/nifti-bench.ts";
import { gzipWithNames, plantedImage } from "../testing/nifti-plants.ts";
import { NiftiProof } from "./nifti-proof.ts";

const bench = new NiftiBench();
afterAll(() => bench.close());

const EXTENSION = Buffer.from("extension of Weatherwax, Esmeralda");
const SOURCE = {
  image: plantedImage({
    fields: { descrip: "scan of Weatherwax", db_name: "4711-0815-99" },
    extensions: [EXTENSION],
  }),
  bval: "# Weatherwax table\n0 1000 1000\n",
  bvec: "0 1 0\n0 0 1\n0 0 0\n",
  sidecar: JSON.stringify({
    PatientName: "Weatherwax^Esmeralda",
    PatientAge: "097Y",
    Notes: { by: "Nurse Ogg-Lancre" },
    PatientBirthDate: "1931-12-24",
    AcquisitionDateTime: "2024-04-12T10:00:00",
    SeriesDescription: "ep2d diff",
    Manufacturer: "Siemens",
    EchoTime: 0.08,
  }),
};
const COPY = {
  image: plantedImage(),
  bval: "0 1000 1000\n",
  bvec: SOURCE.bvec,
  sidecar: {
    PatientAge: "090Y",
    AcquisitionDateTime: "2024-02-01T10:00:00",
    SeriesDescription: "ep2d diff",
    Manufacturer: "Siemens",
    EchoTime: 0.08,
  },
};

interface Changed {
  readonly image?: Buffer;
  /** As a packed file stands on the disk. */
  readonly packed?: Buffer;
  readonly bval?: string;
  readonly bvec?: string;
  readonly sidecar?: object;
  readonly name?: string;
  readonly dates?: "shift" | "remove";
}

let made = 0;

/** @returns what the proof says of a copy that was changed */
async function findingsIn(changed: Changed): Promise<string[]> {
  made += 1;
  const [from, to] = ["from", "to"].map((side) => join(bench.folder, `${made}-${side}`)) as [string, string];
  for (const folder of [from, to]) mkdirSync(folder);
  const { name = "000001", dates = "shift", packed } = changed;
  const files = [
    ["nii.gz", gzipSync(SOURCE.image), packed ?? gzipSync(changed.image ?? COPY.image)],
    ["bval", SOURCE.bval, changed.bval ?? COPY.bval],
    ["bvec", SOURCE.bvec, changed.bvec ?? COPY.bvec],
    ["json", SOURCE.sidecar, JSON.stringify({ ...COPY.sidecar, ...changed.sidecar })],
  ] as const;
  const proof = new NiftiProof({ dates, known: [{ kind: "id", value: "ACC-20-4411" }] });
  const findings: string[] = [];
  for (const [ending, source, copy] of files) {
    const pair = { source: join(from, `export_Weatherwax.${ending}`), output: join(to, `${name}.${ending}`) };
    writeFileSync(pair.source, source);
    writeFileSync(pair.output, copy);
    findings.push(...(await proof.prove(pair)));
  }
  return [...findings, ...(await proof.finish())];
}

const inHeader = (text: string | Buffer, at: number) => {
  const image = Buffer.from(COPY.image);
  Buffer.from(text).copy(image, at);
  return image;
};
const wide = Buffer.from("Weatherwax", "utf16le");

describe("A-077 the second pass over a NIfTI study", () => {
  test("finds nothing in a copy that is clean", async () => {
    expect(await findingsIn({})).toEqual([]);
  });

  test.each<[string, Changed, RegExp]>([
    ["a header with a name", { image: inHeader("Weatherwax", 148) }, /image-header at descrip/],
    [
      "a name where numbers should be",
      { image: inHeader("Weatherwax", 256) },
      /value-survives at the header.*name/,
    ],
    ["text in a legacy field", { image: inHeader("Esme", 140) }, /image-header at glmax/],
    ["an extension", { image: plantedImage({ extensions: [EXTENSION] }) }, /image-header at bytes around/],
    [
      "bytes behind the voxels",
      { image: plantedImage({ behind: Buffer.from("x") }) },
      /image-header at bytes around/,
    ],
    [
      "a name among the voxels, in two bytes a letter",
      { image: inHeader(wide, 400) },
      /value-survives.*name/,
    ],
    ["other voxels", { image: inHeader("x", 400) }, /pixels-differ/],
    ["another geometry", { image: inHeader("\u0001", 90) }, /image-description-differs/],
    ["a number of the patient in the header", { image: inHeader("4711-0815-99", 256) }, /value-survives/],
    ["other b values", { bval: "0 1000 1001\n" }, /table-differs/],
    ["a comment", { bval: "0 1000 1000\n# x\n" }, /table-differs/],
    ["a missing volume", { bvec: "0 1\n0 0\n0 0\n" }, /table-differs/],
    ["a name", { sidecar: { PatientName: "P1" } }, /field-identifies at PatientName/],
    [
      "a name in a description",
      { sidecar: { SeriesDescription: "diff esmeralda" } },
      /value-survives at SeriesDescription/,
    ],
    [
      "a value given beside",
      { sidecar: { SeriesDescription: "acc204411" } },
      /value-survives at SeriesDescription.*id/,
    ],
    ["a nested text", { sidecar: { SeriesDescription: "ogg lancre nurse ogg-lancre" } }, /value-survives/],
    [
      "text in base 64",
      { sidecar: { SeriesDescription: Buffer.from("x Weatherwax^Esmeralda").toString("base64") } },
      /value-survives/,
    ],
    [
      "a field that the source has not",
      { sidecar: { Surname: 3 } },
      /element-added at a field of the sidecar/,
    ],
    ["an object", { sidecar: { Notes: { by: 1 } } }, /field-identifies at a field of the sidecar/],
    ["an age above 90", { sidecar: { PatientAge: "097Y" } }, /age-above-90/],
    [
      "a date that was not shifted",
      { sidecar: { AcquisitionDateTime: "2024-04-12T10:00:00" } },
      /value-in-place/,
    ],
    ["a date elsewhere", { sidecar: { SeriesDescription: "of 12.04.2024" } }, /value-survives.*date/],
    ["a date where all should be gone", { dates: "remove" }, /value-in-place at AcquisitionDateTime/],
    ["a file name that tells", { name: "Weatherwax" }, /element-added at a file name/],
  ])("finds %s", async (_, changed, wanted) => {
    const findings = await findingsIn(changed);
    expect(findings.some((line) => wanted.test(line))).toBe(true);
    // the name of the copy's file is the test's own here
    if (changed.name === undefined)
      expect(findings.join("\n")).not.toMatch(/weatherwax|esmeralda|4711|2024-04/i);
  });

  test("finds a name in the gzip header of a copy", async () => {
    const packed = gzipWithNames(COPY.image, { name: "Weatherwax.nii", comment: "", extra: "" });
    expect((await findingsIn({ packed })).join()).toMatch(/value-survives.*image-header at the gzip header/);
  });

  test("takes a file that it cannot read for a failure", async () => {
    expect((await findingsIn({ image: COPY.image.subarray(0, 400) })).join()).toContain("unreadable");
  });
});
