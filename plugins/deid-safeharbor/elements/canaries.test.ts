// A canary in every element that PS3.15 removes, empties, replaces or cleans: none of them may come out.

import { standardVr } from "@thalamus/sdk/dicom/dictionary";
import { afterAll, describe, expect, it } from "vitest";
import table from "../rules/ps315-table.json" with { type: "json" };
import { DeidBench } from "../testing/deid-bench.ts";
import { BIG_ENDIAN, EXPLICIT, IMPLICIT, type RawElement, rawMrFile, text } from "../testing/raw-object.ts";

const bench = new DeidBench();
afterAll(() => bench.close());

const TEXT = /^(AE|CS|LO|LT|PN|SH|ST|UC|UN|UR|UT|OB)$/;
const tags = table.elements
  .filter(({ tag }) => !tag.includes("x") && !/^000[024]/.test(tag))
  .map(({ tag }) => Number.parseInt(tag, 16));
const numbers = new Map(tags.map((tag, index) => [tag, index]));

/** Fits a CS and a SH: 16 letters and digits. */
const canaryOf = (tag: number): string => `QZX${String(numbers.get(tag)).padStart(4, "0")}VKW`;

function planted(tag: number, written = standardVr(tag) ?? "LO"): RawElement[] {
  const canary = canaryOf(tag);
  if (written === "SQ") {
    const item = [
      text(0x00080100, "SH", canary),
      text(0x00080104, "LO", canary),
      text(0x0040a160, "UT", canary),
    ];
    return [{ tag, vr: "SQ", value: [item], open: tag % 2 === 0 }];
  }
  if (written === "UI") return [text(tag, "UI", `1.2.826.0.1.${numbers.get(tag)}.99887766`)];
  return TEXT.test(written) ? [text(tag, written, canary)] : [text(tag, "LO", canary)];
}

const found = (bytes: Buffer): string[] => [
  ...new Set(bytes.toString("latin1").match(/QZX\d{4}VKW|1\.2\.826\.0\.1\.\d+\.99887766/g) ?? []),
];
/** Except the sequences that are kept on purpose, whose items are taken apart: their codes stay. */
const elements = tags
  .filter((tag) => ![0x00081140, 0x00082112, 0x0040a730].includes(tag))
  .flatMap((tag) => planted(tag));

describe("of the canaries in all elements of Table E.1-1", () => {
  it.each([
    ["explicit little endian", EXPLICIT],
    ["implicit", IMPLICIT],
    ["big endian", BIG_ENDIAN],
  ])("none survives in %s", async (_, encoding) => {
    const source = rawMrFile(elements, encoding);
    expect(found(source).length).toBeGreaterThan(550);
    const { bytes } = await bench.copy(source);
    expect(found(bytes)).toEqual([]);
  });

  it.each([
    ["an enhanced image", "1.2.840.10008.5.1.4.1.1.4.1"],
    ["a report", "1.2.840.10008.5.1.4.1.1.88.33"],
  ])("none survives in %s", async (_, sopClassUid) => {
    const { bytes } = await bench.copy(rawMrFile(elements, EXPLICIT, sopClassUid));
    expect(found(bytes)).toEqual([]);
  });

  it("none survives with dates removed", async () => {
    const { bytes } = await bench.copy(rawMrFile(elements), { shiftDates: false });
    expect(found(bytes)).toEqual([]);
  });

  it("X-032 none survives in items within items", async () => {
    const inner: RawElement = { tag: 0x0008114a, vr: "SQ", value: [elements], open: true };
    const outer: RawElement = { tag: 0x00082112, vr: "SQ", value: [[inner], [inner]] };
    const { bytes } = await bench.copy(rawMrFile([outer]));
    expect(found(bytes)).toEqual([]);
  });

  it("none survives when all are written as UN or as text", async () => {
    const wrong = tags.map((tag) => text(tag, "UN", canaryOf(tag)));
    expect(found((await bench.copy(rawMrFile(wrong))).bytes)).toEqual([]);
    const strange = tags.map((tag) => text(tag, "ST", canaryOf(tag)));
    expect(found((await bench.copy(rawMrFile(strange))).bytes)).toEqual([]);
  });
});
