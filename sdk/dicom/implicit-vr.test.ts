// Re-encoding to Implicit VR: the same elements with the same values, whatever lengths the sequences had.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hasTool, runTool } from "../testing/real-data.ts";
import { type Dataset, encodeDataset } from "./dataset-writer.ts";
import { readFileHeader } from "./file-header.ts";
import { encodeFile, encodeFileMeta } from "./file-meta.ts";
import { toImplicitVr } from "./implicit-vr.ts";
import { Tag } from "./tags.ts";
import { IMPLICIT_VR_LITTLE_ENDIAN } from "./transfer-syntaxes.ts";

const folder = mkdtempSync(join(tmpdir(), "implicit-vr-"));
afterAll(() => rmSync(folder, { recursive: true }));

const dataset: Dataset = {
  SpecificCharacterSet: "ISO_IR 192",
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.104.1",
  SOPInstanceUID: "2.25.7",
  PatientName: "Müller^Jürgen",
  PatientBirthDate: null,
  ReferencedSeriesSequence: [
    { SeriesInstanceUID: "1.2.3", ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: "1.2.3.4" }, {}] },
  ],
  EncapsulatedDocument: Uint8Array.of(1, 2, 3, 4),
};

/** The sequence of `dataset` by hand, with undefined lengths all the way down. */
function openEnded(): Buffer {
  const at = (tag: string, rest: number[]) => Buffer.from([...Buffer.from(tag, "hex"), ...rest]);
  const open = [0xff, 0xff, 0xff, 0xff];
  const sequence = (tag: string) => at(tag, [0x53, 0x51, 0, 0, ...open]);
  const item = at("feff00e0", open);
  const itemEnd = at("feff0de0", [0, 0, 0, 0]);
  const sequenceEnd = at("feffdde0", [0, 0, 0, 0]);
  const series = at("20000e00", [0x55, 0x49, 6, 0, ...Buffer.from("1.2.3\0")]);
  const reference = at("08005511", [0x55, 0x49, 8, 0, ...Buffer.from("1.2.3.4\0")]);
  const inner = [sequence("08009911"), item, reference, itemEnd, item, itemEnd, sequenceEnd];
  return Buffer.concat([sequence("08001511"), item, ...inner, series, itemEnd, sequenceEnd]);
}

describe("toImplicitVr", () => {
  it("keeps every value and loses only the representations", async () => {
    const object = {
      sopClassUid: "1.2",
      sopInstanceUid: "2.25.7",
      transferSyntaxUid: IMPLICIT_VR_LITTLE_ENDIAN,
    };
    const file = join(folder, "own.dcm");
    writeFileSync(file, Buffer.concat([encodeFileMeta(object), toImplicitVr(encodeDataset(dataset))]));
    const { dataset: view } = await readFileHeader(file);
    expect(view.text(Tag.PatientName)).toBe("Müller^Jürgen");
    expect(view.text(Tag.PatientBirthDate)).toBe("");
    const [series] = view.items(Tag.ReferencedSeriesSequence);
    const references = series?.items(Tag.ReferencedSOPSequence) ?? [];
    expect(references.map((one) => one.ascii(Tag.ReferencedSOPInstanceUID))).toEqual(["1.2.3.4", undefined]);
  });

  it("gives sequences of undefined length the same form as others", () => {
    const { ReferencedSeriesSequence } = dataset;
    const closed = toImplicitVr(encodeDataset({ ReferencedSeriesSequence }));
    expect(toImplicitVr(openEnded()).equals(closed)).toBe(true);
  });

  it("refuses what is cut off or no data set", () => {
    const whole = openEnded();
    for (const end of [4, 11, 20, 30, 50, whole.length - 9]) {
      expect(() => toImplicitVr(whole.subarray(0, end))).toThrow(/end inside|bytes/);
    }
  });

  it.skipIf(!hasTool("dcmconv"))("comes out as dcmconv of dcmtk does it", () => {
    const explicit = join(folder, "explicit.dcm");
    const implicit = join(folder, "implicit.dcm");
    writeFileSync(explicit, encodeFile({ ...dataset, SOPClassUID: "1.2", SOPInstanceUID: "2.25.7" }));
    // explicit lengths, no padding, no group lengths: only one form is left
    const options = ["+ti", "+e", "-p", "-g"];
    expect(runTool("dcmconv", ...options, explicit, implicit).status).toBe(0);
    const own = toImplicitVr(encodeDataset({ ...dataset, SOPClassUID: "1.2" }));
    expect(readFileSync(implicit).subarray(-own.length).equals(own)).toBe(true);
  });
});
