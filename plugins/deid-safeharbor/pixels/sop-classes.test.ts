// The table of SOP classes: what passes is listed one by one, all else is held, also what the standard adds later.
import { describe, expect, test } from "vitest";
import { failLine, pixelLinesOfStudy } from "./pixel-lines.ts";
import { type ContentKind, sopClassOf } from "./sop-classes.ts";

const ROOT = "1.2.840.10008.5.1.4.1.1.";

describe("issue 4 SOP classes", () => {
  test.each<[ContentKind, string]>([
    ["picture", "2 2.1 2.2 4 4.1 4.2 4.4 128 128.1 130 30 66.4 66.7 481.2"],
    ["declared", "1 1.1 1.2.1 1.3 12.1 12.2.1 13.1.3 20 4.3 481.1"],
    ["secondary-capture", "7 7.1 7.2 7.3 7.4"],
    ["ultrasound", "3 3.1 6 6.1 6.2 6.3"],
    ["visible-light", "77.1.1 77.1.1.1 77.1.4 77.1.4.1 77.1.5.1 77.1.6 77.1.7 66.5 68.1"],
    ["document", "104.1 104.2 104.3 104.4 104.5"],
    ["text-object", "88.11 88.22 88.33 88.59 88.67 88.999 11.1 11.8 78.6 79.1"],
    ["not-a-picture", "9.1.1 9.4.1 9.7.1 66 481.3 481.5 481.10"],
    ["unknown-class", "40 601.1 501.4 4.99 2.3 41 777"],
  ])("%s: %s", (kind, suffixes) => {
    const found = suffixes.split(" ").map((suffix) => `${suffix} ${sopClassOf(ROOT + suffix).kind}`);
    expect(found).toEqual(suffixes.split(" ").map((suffix) => `${suffix} ${kind}`));
  });

  test("private and odd ones are unknown", () => {
    for (const uid of [
      "",
      "4",
      "1.3.12.2.1107.5.9.1",
      `${ROOT}`,
      `${ROOT}4.1.1`,
      "constructor",
      `${ROOT}constructor`,
    ]) {
      expect(sopClassOf(uid).kind, uid).toBe("unknown-class");
    }
  });
});

test("issue 4 a study gets one line for each reason, which counts its objects", () => {
  const capture = { id: "deid.secondary-capture", found: "Secondary Capture Image" } as const;
  const lines = pixelLinesOfStudy([
    failLine(capture),
    failLine({ id: "deid.burned-in", found: "MR Image: the device says that text is burned in" }),
    failLine(capture),
    failLine({ ...capture, found: "MR Image: it has 8 bits, as screens have" }),
  ]);
  expect(lines.map(({ id, found }) => `${id}: ${found}`)).toEqual([
    "deid.secondary-capture: 2 objects: Secondary Capture Image | 1 object: MR Image: it has 8 bits, as screens have",
    "deid.burned-in: 1 object: MR Image: the device says that text is burned in",
  ]);
});
