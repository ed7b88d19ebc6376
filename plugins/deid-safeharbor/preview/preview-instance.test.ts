// The preview tells what the pass does: the same elements, rules and values, and shows none of them by itself.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { type ElementPreview, Phi } from "@thalamus/sdk";
import { realData } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { DeidBench } from "../testing/deid-bench.ts";
import { BIG_ENDIAN, EXPLICIT, IMPLICIT, rawMrFile, text } from "../testing/raw-object.ts";
import { previewInstance } from "./preview-instance.ts";

const bench = new DeidBench();
afterAll(() => bench.close());
const { signal } = new AbortController();

async function previewOf(source: Buffer | string, settings = {}) {
  let path = source;
  if (typeof path !== "string") {
    path = join(bench.folder, "preview.dcm");
    writeFileSync(path, source);
  }
  const elements = await previewInstance(path, bench.context(settings), signal);
  const at = (place: string) => elements.find((one) => one.path === place)!;
  return { elements, at };
}
const shown = ({ before, after }: ElementPreview) => [before?.reveal(), after?.reveal()];

/** A name in a sequence, a description, a date, a private block that goes and one that stays. */
const elements = [
  text(0x00080005, "CS", "ISO_IR 192"),
  text(0x00080020, "DA", "20240412"),
  text(0x0008103e, "LO", "ep2d diff Özgür"),
  { tag: 0x00081140, vr: "SQ", value: [[text(0x00081155, "UI", "1.2.3.77")]] },
  text(0x00100010, "PN", "Özgür^Ayşe"),
  text(0x00100020, "LO", "MRN-QZX"),
  { tag: 0x00101002, vr: "SQ", value: [[text(0x00100020, "LO", "QZX-2")]] },
  text(0x00110010, "LO", "ACME"),
  text(0x00111001, "LO", "QZX of ACME"),
  text(0x00190010, "LO", "SIEMENS MR HEADER"),
  text(0x0019100c, "IS", "1000"),
];
const ENCODINGS = [
  ["explicit", EXPLICIT],
  ["implicit", IMPLICIT],
  ["big endian", BIG_ENDIAN],
] as const;

describe.each(ENCODINGS)("the preview of an image, %s", (_, encoding) => {
  it("A-070 X-032 has every element with rule and both values, sequences and private ones too", async () => {
    const { at, elements: all } = await previewOf(rawMrFile(elements, encoding));
    expect(at("(0010,0010)")).toMatchObject({
      ...{ keyword: "PatientName", vr: "PN", action: "pseudonym", rule: "A-078", changed: true },
    });
    expect(shown(at("(0010,0010)"))).toEqual(["Özgür^Ayşe", bench.context().pseudonym]);
    expect(shown(at("(0008,103e)"))).toEqual(["ep2d diff Özgür", "ep2d diff [NAME_REMOVED]"]);
    expect(at("(0008,1140)")).toMatchObject({ vr: "SQ", action: "keep", changed: false, before: undefined });
    const inside = at("(0008,1140)[0].(0008,1155)");
    expect(inside).toMatchObject({ keyword: "ReferencedSOPInstanceUID", action: "map", changed: true });
    expect(shown(inside)).toEqual(["1.2.3.77", bench.context().uids.map("1.2.3.77")]);
    expect(at("(0010,1002)")).toMatchObject({ action: "remove", changed: true, after: undefined });
    expect(at("(0011,1001)")).toMatchObject({ keyword: "", action: "remove", changed: true });
    expect(shown(at("(0011,1001)"))).toEqual(["QZX of ACME", undefined]);
    expect(at("(0019,100c)")).toMatchObject({ keyword: "", rule: "X-030", changed: false });
    expect(shown(at("(0019,100c)"))).toEqual(["1000", "1000"]);
    expect(at("(0012,0062)")).toMatchObject({ action: "add", changed: true, before: undefined });
    expect(shown(at("(0028,0010)"))).toEqual(["2", "2"]);
    expect(at("(7fe0,0010)")).toMatchObject({ action: "keep", rule: "A-108", changed: false });
    expect(shown(at("(7fe0,0010)"))).toEqual(["8 bytes", "8 bytes"]);
    const tags = all.filter(({ path }) => !path.includes("[")).map(({ path }) => path);
    expect(tags).toEqual(tags.toSorted());
  });

  it("A-070 tells of exactly those elements that the pass then changes, by the same rules", async () => {
    const file = rawMrFile(elements, encoding);
    const { report } = await bench.copy(file);
    const { elements: all } = await previewOf(file);
    const changed = all
      .filter((one) => one.changed)
      .map(({ path, action, rule }) => ({ path, action, rule }));
    expect(changed).toEqual(report.changes);
  });
});

describe("values in a preview", () => {
  it("are boxed: neither printing nor serialising shows one", async () => {
    const { elements: all } = await previewOf(rawMrFile(elements));
    for (const { before, after } of all)
      for (const value of [before, after]) expect(value === undefined || value instanceof Phi).toBe(true);
    const printed =
      JSON.stringify(all) + inspect(all, { depth: 9 }) + String(all.map(({ before }) => before));
    expect(printed).not.toMatch(/QZX|zg|1\.2\.3|20240412/);
  });

  it("A-070 pixels that wait for a person are told by the line that holds them", async () => {
    const file = rawMrFile([text(0x00280301, "CS", "YES")]);
    const { at } = await previewOf(file);
    expect(at("(7fe0,0010)")).toMatchObject({ action: "hold", rule: "deid.burned-in", changed: false });
    const rule = { modality: "MR", action: "mask", regions: [{ x: 0, y: 0, width: 1, height: 1 }] };
    const masked = await previewOf(file, { pixelRules: [rule] });
    expect(masked.at("(7fe0,0010)")).toMatchObject({ action: "clean", rule: "pixel rule 1", changed: true });
    expect(shown(masked.at("(0028,0301)"))).toEqual(["YES", "NO"]);
  });

  it("a file that cannot be read is refused without a value", async () => {
    const cut = rawMrFile(elements).subarray(0, 500);
    await expect(previewOf(cut)).rejects.toMatchObject({ code: "deid-safeharbor.unreadable" });
    await expect(previewOf(cut)).rejects.toThrow(/^The file cannot be read: [a-z ]+\.$/);
  });
});

const mosaic = realData("dwi/siemens-mosaic");
describe.skipIf(!mosaic)(`a Siemens mosaic${mosaic ? "" : " (skipped: there is no real data)"}`, () => {
  it("A-070 X-030 shows the CSA headers as cleaned inside, with what they hold", async () => {
    const { at } = await previewOf(
      join(mosaic!, readdirSync(mosaic!).find((name) => name.endsWith(".dcm"))!),
    );
    const csa = at("(0029,1010)");
    expect(csa).toMatchObject({ keyword: "", action: "clean", rule: "X-030", changed: true });
    const [before, after] = shown(csa);
    expect(before).toMatch(/^CSA header, \d+ entries, \d+ bytes: /);
    expect(after).toContain("NumberOfImagesInMosaic=");
    expect(Number(/(\d+) entries/.exec(after!)![1])).toBeLessThan(Number(/(\d+) entries/.exec(before!)![1]));
  });
});
