// Codes in sequences that stay: those of public schemes word for word, a site's own like any other text.
import { afterAll, describe, expect, it } from "vitest";
import { DeidBench } from "../testing/deid-bench.ts";
import { BIG_ENDIAN, EXPLICIT, IMPLICIT, type RawElement, rawMrFile, text } from "../testing/raw-object.ts";

const bench = new DeidBench();
afterAll(() => bench.close());

const code = (scheme: string, value: string, meaning: string, open: boolean): RawElement => ({
  // AnatomicRegionSequence (0008,2218)
  ...{ tag: 0x00082218, vr: "SQ", open },
  value: [
    [
      text(0x00080100, "SH", value),
      ...(scheme === "" ? [] : [text(0x00080102, "SH", scheme)]),
      text(0x00080104, "LO", meaning),
    ],
  ],
});

describe.each([
  ["explicit", EXPLICIT],
  ["implicit", IMPLICIT],
  ["big endian", BIG_ENDIAN],
])("a code, %s", (_, encoding) => {
  const copied = async (element: RawElement) => {
    const { dataset, bytes } = await bench.copy(rawMrFile([element], encoding));
    const [item] = dataset.items(0x00082218);
    return { bytes, texts: [0x00080100, 0x00080102, 0x00080104].map((tag) => item?.ascii(tag)) };
  };

  it.each(["SCT", "SRT", "DCM", "LN", "RADLEX", "99SDM"])(
    "A-097 stays when its scheme is %s",
    async (scheme) => {
      const { texts } = await copied(code(scheme, "T-A0100", "Basal ganglia", false));
      expect(texts).toEqual(["T-A0100", scheme, "Basal ganglia"]);
    },
  );

  it.each([["99QZX"], ["L"], ["QZXCLINIC"], [""]])(
    "A-097 X-032 of scheme '%s' loses all but words of imaging",
    async (scheme) => {
      for (const open of [true, false]) {
        const { texts, bytes } = await copied(code(scheme, "QZX-7", "QZXVKW brain protocol", open));
        expect(texts[2]).toBe("[TEXT_REMOVED] brain protocol");
        expect(bytes.toString("latin1")).not.toMatch(/QZX/);
      }
    },
  );
});
