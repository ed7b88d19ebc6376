// Reports of any product's declared numbers, with pictures as key images: what is in them, and what outside tools say.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliverStep, ResultArtifact, ResultView } from "@thalamus/sdk";
import { type DatasetView, readFileHeader, Tag } from "@thalamus/sdk/dicom";
import {
  artifactOf,
  deliverStepOf,
  hasTool,
  outcomeOf,
  type RecordingSender,
  recordingSender,
  resultOf,
  runTool,
  studyOfFiles,
  writeDwiPhantom,
} from "@thalamus/sdk/testing";
import { encode } from "fast-png";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import plugin from "./plugin.ts";

const settings = {
  host: "pacs.example",
  port: 104,
  calledAe: "PACS",
  callingAe: "THALAMUS",
  deliverFailures: false,
  sopClass: "enhanced" as "enhanced" | "comprehensive",
  seriesDescription: "Measurements",
  seriesNumber: 9001,
  keyImages: [] as string[],
  keyImageDescription: "Key images",
  keyImageSeriesNumber: 9003,
};
const indexes = [
  { name: "wmLike.FA.mean", value: 0.436841, unit: "1" },
  { name: "wmLike.MD.mean", value: 0.796385, unit: "10^-3 mm2/s" },
  { name: "coreWm.FA.mean", value: null, unit: "1" },
  { name: "MSA probability of the product's third model", value: 12.5, unit: "%" },
  { name: "MD.of.mean", value: 3, unit: "furlong/week" },
];

let folder: string;
let study: DeliverStep["study"];
let sender: RecordingSender;
let result: ResultView;
let pictures: Record<string, ResultArtifact>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deliver-sr-"));
  const { files } = await writeDwiPhantom(join(folder, "study"), { matrix: 16, slices: 2, directions: 6 });
  study = await studyOfFiles(files, { patientName: "Müller^Jürgen" });
  pictures = {
    colour: await picture("colour", 3, [255, 0, 0, 0, 255, 0]),
    grey: await picture("grey", 1, [7, 200]),
    clear: await picture("clear", 4, [255, 0, 0, 255, 255, 0, 0, 0]),
  };
  result = resultOf(Object.values(pictures), { indexes, product: { id: "any-product", version: "2.0.0" } });
});
beforeEach(() => {
  sender = recordingSender(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** Two pixels beside each other. */
async function picture(name: string, channels: number, samples: number[]): Promise<ResultArtifact> {
  const path = join(folder, `${name}.png`);
  const data = Uint8Array.from(samples);
  await writeFile(path, encode({ width: 2, height: 1, depth: 8, channels, data }));
  return artifactOf(name, "image/png", path);
}

const deliver = (over: Partial<typeof settings> = {}, view = result) =>
  outcomeOf(plugin.deliver, deliverStepOf(study, view), { settings: { ...settings, ...over }, sender });

const sent = async () =>
  (await Promise.all(sender.files.map((file) => readFileHeader(file)))).map(({ dataset }) => dataset);
const named = (item: DatasetView, sequence: number = Tag.ConceptNameCodeSequence) => item.items(sequence)[0];
const inside = (item: DatasetView, name: string) =>
  item.items(Tag.ContentSequence).filter((one) => named(one)?.text(Tag.CodeMeaning) === name);

describe("a product's numbers", () => {
  it("A-189 are grouped by region, with standard codes where name and unit have them", async () => {
    await deliver();
    const [report] = await sent();
    const groups = inside(inside(report!, "Imaging Measurements")[0]!, "Measurement Group");
    const rows = groups.map((group) => ({
      group: inside(group, "Tracking Identifier")[0]?.text(Tag.TextValue),
      numbers: group
        .items(Tag.ContentSequence)
        .filter((one) => one.ascii(Tag.ValueType) === "NUM")
        .map((one) => {
          const measured = one.items(Tag.MeasuredValueSequence)[0];
          return [
            named(one)?.text(Tag.CodingSchemeDesignator),
            named(one)?.text(Tag.CodeMeaning),
            measured?.numbers(Tag.FloatingPointValue)[0],
            measured && named(measured, Tag.MeasurementUnitsCodeSequence)?.text(Tag.CodeValue),
            named(one, Tag.NumericValueQualifierCodeSequence)?.text(Tag.CodeMeaning),
          ];
        }),
    }));
    expect(rows).toEqual([
      {
        group: "wmLike",
        numbers: [
          ["DCM", "Fractional Anisotropy", 0.436841, "{0:1}", undefined],
          ["DCM", "Mean Diffusivity", 0.796385e-3, "mm2/s", undefined],
        ],
      },
      { group: "coreWm", numbers: [["DCM", "Fractional Anisotropy", undefined, undefined, "Value unknown"]] },
      {
        group: "any-product",
        numbers: [
          ["99THALAMUS", "MSA probability of the product's third model", 12.5, "%", undefined],
          ["99THALAMUS", "MD.of.mean", 3, "{furlong/week}", undefined],
        ],
      },
    ]);
  });

  it("are used when another product's data has no regions, and nothing at all is rejected", async () => {
    const path = join(folder, "other.json");
    await writeFile(path, JSON.stringify({ anything: 1 }));
    const data = await artifactOf("data", "application/json", path);
    expect((await deliver({}, { ...result, artifacts: [data] })).kind).toBe("delivered");
    expect(await deliver({}, resultOf([data]))).toMatchObject({ code: "deliver-sr.no-data" });
  });

  it("come as the SOP class that the archive takes", async () => {
    await deliver({ sopClass: "comprehensive" });
    expect((await sent())[0]?.ascii(Tag.SOPClassUID)).toBe("1.2.840.10008.5.1.4.1.1.88.33");
    const probed = await plugin.probe(
      { settings: { ...settings, keyImages: ["colour"] }, sender },
      new AbortController().signal,
    );
    expect(probed.message).toBe("It takes 1.2.840.10008.5.1.4.1.1.88.22 and 1.2.840.10008.5.1.4.1.1.7.");
  });
});

describe("key images", () => {
  it("are Secondary Captures in a series of their own, and the report refers to them", async () => {
    const outcome = await deliver({ keyImages: ["colour", "missing", "grey", "clear"] });
    const [report, ...images] = await sent();
    expect(images.map((one) => Buffer.from(one.bytes(Tag.PixelData) ?? "").length)).toEqual([0, 0, 0]);
    const uids = images.map((one) => one.ascii(Tag.SOPInstanceUID));
    expect(new Set(uids).size).toBe(3);
    expect(new Set(images.map((one) => one.ascii(Tag.SeriesInstanceUID))).size).toBe(1);
    expect(images[0]?.ascii(Tag.SeriesInstanceUID)).not.toBe(report?.ascii(Tag.SeriesInstanceUID));
    const groups = inside(inside(report!, "Image Library")[0]!, "Image Library Group");
    const referred = groups[1]?.items(Tag.ContentSequence).map((one) => {
      return one.items(Tag.ReferencedSOPSequence)[0]?.ascii(Tag.ReferencedSOPInstanceUID);
    });
    expect(referred).toEqual(uids);
    const [evidence] = report!.items(Tag.CurrentRequestedProcedureEvidenceSequence);
    expect(evidence?.items(Tag.ReferencedSeriesSequence)).toHaveLength(2);
    expect(outcome).toMatchObject({
      kind: "delivered",
      receipt: {
        sopInstanceUid: report?.ascii(Tag.SOPInstanceUID),
        objectSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        images: uids.map((sopInstanceUid) => ({ sopInstanceUid, status: "0x0000" })),
      },
    });
  });

  it("keep their UIDs when they are sent again", async () => {
    await deliver({ keyImages: ["colour"] });
    await deliver({ keyImages: ["colour"] });
    const uids = (await sent()).map((one) => one.ascii(Tag.SOPInstanceUID));
    expect(uids.slice(2)).toEqual(uids.slice(0, 2));
  });

  it("that are no pictures are told, and nothing is sent", async () => {
    const broken = { ...pictures["grey"]!, path: join(folder, "broken.png") };
    const view = { ...result, artifacts: [broken] };
    for (const text of ["", "no picture at all, but long enough to be taken for one"]) {
      await writeFile(broken.path, text);
      const outcome = await deliver({ keyImages: ["grey"] }, view);
      expect(outcome).toMatchObject({ kind: "rejected", code: "deliver-sr.unreadable-image" });
    }
    expect(sender.files).toEqual([]);
  });
});

describe.skipIf(!hasTool("dciodvfy"))("dciodvfy (dicom3tools)", () => {
  it.each(["enhanced", "comprehensive"] as const)(
    "finds no error in %s reports and key images",
    async (sopClass) => {
      await deliver({ sopClass, keyImages: ["colour", "grey"] });
      const outputs = sender.files.map((file) => runTool("dciodvfy", file).output);
      expect(outputs[0]).toContain(sopClass === "enhanced" ? "EnhancedSR" : "ComprehensiveSR");
      expect(outputs[1]).toContain("SCImage");
      for (const output of outputs) {
        expect(output.split("\n").filter((line) => line.startsWith("Error"))).toEqual([]);
      }
    },
  );
});

describe.skipIf(!hasTool("dsrdump"))("dsrdump (dcmtk)", () => {
  it.each(["enhanced", "comprehensive"] as const)(
    "reads %s reports and prints their numbers",
    async (sopClass) => {
      await deliver({ sopClass, keyImages: ["colour"] });
      const { status, output } = runTool("dsrdump", sender.files[0]!);
      expect(status).toBe(0);
      expect(output).toContain("MSA probability of the product's third model");
      expect(output).toContain("12.5");
    },
  );
});

describe.skipIf(!hasTool("dcmj2pnm"))("dcmj2pnm (dcmtk)", () => {
  it.each([
    ["colour", "255 0 0 0 255 0"],
    ["grey", "7 7 7 200 200 200"],
    ["clear", "255 0 0 255 255 255"],
  ])("sees the very pixels of the picture %s", async (name, pixels) => {
    await deliver({ keyImages: [name] });
    const target = join(folder, `${name}.ppm`);
    expect(runTool("dcmj2pnm", sender.files[1]!, target).status).toBe(0);
    const bytes = await readFile(target);
    expect([...bytes.subarray(-6)].join(" ")).toBe(pixels);
  });
});
