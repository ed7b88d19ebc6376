// A study with all its parts wired: two patients in it, files cut where no element is cut, names of odd people.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome, TransformStep } from "@thalamus/sdk";
import { checkStepOf, studyOfFiles, testSiteKeys } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { deidentifyStudy } from "./deidentify-study.ts";
import { openStudyContext } from "./elements/study-context.ts";
import { openStudyParts } from "./open-study-parts.ts";
import { openProver } from "./proof/study-prover.ts";
import { DEFAULTS, KEYS, NOBODY } from "./testing/deid-bench.ts";
import { type RawElement, rawMrFile, text } from "./testing/raw-object.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(files: readonly Buffer[], released: readonly string[] = []) {
  const workspace = mkdtempSync(join(folder, "work-"));
  const paths = files.map((content, index) => {
    const path = join(workspace, `in-${index}`);
    writeFileSync(path, content);
    return path;
  });
  const study = await studyOfFiles(paths);
  const step = Object.assign(checkStepOf(study), {
    ...{ released, previousManifest: async () => undefined, workspace: async () => workspace },
    progress: () => {},
  }) as unknown as TransformStep;
  const context = openStudyContext(DEFAULTS, KEYS, { ...NOBODY, ...study.identity.reveal() });
  const parts = await openStudyParts(step, context, testSiteKeys().signing, openProver);
  const outcome: Outcome | Error = await deidentifyStudy(step, context, parts, step.signal).catch(
    (error) => error,
  );
  return { outcome, left: readdirSync(workspace).filter((name) => !name.startsWith("in-")) };
}

const image = (number: number, id: string, name: string, more: readonly RawElement[] = []) =>
  rawMrFile([
    text(0x00080018, "UI", `1.2.3.4.5.6.${number}`),
    text(0x00100010, "PN", name),
    text(0x00100020, "LO", id),
    ...more,
  ]);

describe("a study whose files name two patients", () => {
  it.each([
    ["two numbers", ["QZX-1", "QZX-2"], ["Qzxvkw^Ann", "Qzxvkw^Ann"], "PatientID (0010,0020)"],
    ["two names", ["QZX-1", "QZX-1"], ["Qzxvkw^Ann", "Bkdwzx^Ann"], "PatientName (0010,0010)"],
    ["one number is missing", ["", "QZX-1"], ["Qzxvkw^Ann", "Bkdwzx^Ann"], "PatientName (0010,0010)"],
  ])(
    "A-076 is held, naming neither: %s",
    async (_, [one = "", two = ""], [first = "", second = ""], what) => {
      const { outcome, left } = await run([image(1, one, first), image(2, two, second)]);
      expect(outcome).toMatchObject({
        ...{ kind: "held" },
        lines: [{ id: "deid.two-patients", verdict: "fail", found: expect.stringContaining(what) }],
      });
      expect(JSON.stringify(outcome)).not.toMatch(/QZX|BKD/i);
      expect(left).toEqual([]);
    },
  );

  it("A-076 goes out when a person says that they are one, and neither name is in it", async () => {
    const more = [text(0x0008103e, "LO", "t1 Bkdwzx Qzxvkw")];
    const files = [image(1, "QZX-1", "Qzxvkw^Ann", more), image(2, "QZX-1", "Bkdwzx^Ann", more)];
    const { outcome } = await run(files, ["deid.two-patients"]);
    expect(outcome).toMatchObject({ kind: "transformed", copy: { lines: [{ verdict: "bypassed" }] } });
  });

  it("A-076 passes when names differ in length and case only, or a file has none", async () => {
    const names = ["Qzxvkw^Ann", "QZXVKW^ANN^MARIE", "Qzxvkw Ann", ""];
    const files = names.map((name, index) => image(index + 1, index === 3 ? "" : "QZX-1", name));
    expect((await run(files)).outcome).toMatchObject({ kind: "transformed" });
  });
});

describe("a file that was cut exactly between two elements", () => {
  const whole = image(1, "QZX-1", "Qzxvkw^Ann");
  const heads: [string, number, string][] = [
    ["the pixels", 0x7fe00010, "OW"],
    ["the bits", 0x00280100, "US"],
    ["the series", 0x0020000e, "UI"],
  ];
  it.each(heads)("A-074 is refused: before %s", async (_, tag, vr) => {
    const head = Buffer.alloc(6);
    head.writeUInt16LE(tag >>> 16, 0);
    head.writeUInt16LE(tag & 0xffff, 2);
    head.write(vr, 4);
    const cut = whole.subarray(0, whole.indexOf(head));
    const { outcome, left } = await run([cut]);
    expect(outcome).toMatchObject({ name: "Permanent", code: "deid-safeharbor.unreadable" });
    expect(String(outcome)).toContain("the pixel data of an image is missing");
    expect(left).toEqual([]);
  });
});

it.each([["Text^Name"], ["Place^Date"], ["Removed^Phone"]])(
  "A-075 A-078 somebody called like a placeholder is no leak: %s",
  async (name) => {
    const description = `brain of ${name.replace("^", " ")} 123-45-6789 555-123-4567`;
    const file = image(1, "QZX-1", name, [text(0x0008103e, "LO", description)]);
    expect((await run([file])).outcome).toMatchObject({ kind: "transformed" });
  },
);
