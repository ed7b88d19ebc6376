// Every tag of the Safe Harbor list, one by one: what was planted there, and what is there afterwards.

import { standardVr } from "@thalamus/sdk/dicom/dictionary";
import { afterAll, describe, expect, it } from "vitest";
import { DeidBench } from "../testing/deid-bench.ts";
import { type RawElement, rawMrFile, text } from "../testing/raw-object.ts";
import { shiftDate, shiftDateTime } from "../values/date-shift.ts";

const bench = new DeidBench();
afterAll(() => bench.close());

const hex = (list: string): number[] =>
  list.split(" ").map((tag) => Number.parseInt(tag.replace(",", ""), 16));
const shown = (tag: number): string => tag.toString(16).padStart(8, "0");

const LISTED: readonly (readonly [id: string, tags: string])[] = [
  [
    "A-078",
    "0010,1001 0010,1005 0010,2297 0010,2298 0008,0090 0008,1048 0008,1050 0008,1060 0008,1070 0032,1032 0040,0006",
  ],
  ["A-080", "0010,1080 0010,1081 0010,1090 0008,0080 0008,0081 0008,1010 0008,1040 0032,1060 0008,0092"],
  ["A-086", "0010,2154 0010,2155 0008,0094"],
  ["A-087", "0010,1000 0010,0021 0020,0010 0018,1000 0040,2016 0040,2017"],
  ["A-088 X-031", "0008,0050"],
];
const DATES = hex(
  "0008,0020 0008,0021 0008,0022 0008,0023 0010,0030 0032,1000 0032,1010 0040,0002 0040,0004 0040,0244 0040,0250",
);
const TIMES = hex(
  "0010,0032 0008,0030 0008,0031 0008,0032 0008,0033 0032,1001 0032,1011 0040,0003 0040,0005 0040,0245 0040,0251",
);
const FREE_TEXT = hex("0020,4000 0032,4000 4008,4000 0008,103E 0008,1030 0040,2001");

async function valueAfter(tag: number, value: string, settings = {}): Promise<string | undefined> {
  const { dataset } = await bench.copy(rawMrFile([text(tag, standardVr(tag) ?? "LO", value)]), settings);
  return dataset.ascii(tag);
}

describe.each(LISTED)("%s", (id, tags) => {
  it.each(hex(tags).map((tag) => [shown(tag), tag] as const))(
    `${id} nothing is left of %s`,
    async (_, tag) => {
      const { bytes, dataset } = await bench.copy(rawMrFile([text(tag, standardVr(tag) ?? "LO", "QZXVKW")]));
      expect(dataset.ascii(tag) ?? "").toBe("");
      expect(bytes.includes("QZXVKW")).toBe(false);
    },
  );
});

describe("patient", () => {
  it("A-078 A-087 the name and the ID become the pseudonym, the same for each file and run", async () => {
    const source = rawMrFile([text(0x00100010, "PN", "QZX^VKW"), text(0x00100020, "LO", "4711")]);
    const [first, again] = [await bench.copy(source), await bench.copy(source)];
    expect(first.dataset.ascii(0x00100020)).toMatch(/^P[0-9A-Z]{16}$/);
    expect(first.dataset.ascii(0x00100010)).toBe(first.dataset.ascii(0x00100020));
    expect(again.dataset.ascii(0x00100020)).toBe(first.dataset.ascii(0x00100020));
    const other = await bench.copy(source, bench.context({}, { patientId: "4712" }));
    expect(other.dataset.ascii(0x00100020)).not.toBe(first.dataset.ascii(0x00100020));
  });

  it("A-087 OtherPatientIDsSequence (0010,1002) goes, and an object without PatientID (0010,0020) gets one", async () => {
    const ids: RawElement = { tag: 0x00101002, vr: "SQ", value: [[text(0x00100020, "LO", "QZXVKW")]] };
    const { bytes, dataset, context } = await bench.copy(rawMrFile([ids]));
    expect(dataset.has(0x00101002)).toBe(false);
    expect(bytes.includes("QZXVKW")).toBe(false);
    expect(dataset.ascii(0x00100020)).toBe(context.pseudonym);
  });

  it.each([
    ["12 Elm Street, Boston, MA 02134-1055", "02100"],
    ["12345 Elm Street^Boston^MA^02134^USA", "02100"],
    ["1 Main St, Somewhere VT 05901", "00000"],
    ["12345 Elm Street, Boston", undefined],
  ])("A-079 A-146 of an address %s only a masked ZIP code stays", async (address, zip) => {
    expect(await valueAfter(0x00101040, address)).toBe(zip);
    expect(await valueAfter(0x00101040, address, { maskZipCodes: false })).toBeUndefined();
  });

  it("A-106 age and sex stay, and nobody is told apart above 89", async () => {
    expect(await valueAfter(0x00101010, "066Y")).toBe("066Y");
    expect(await valueAfter(0x00100040, "F")).toBe("F");
    expect(await valueAfter(0x00101010, "093Y")).toBe("090Y");
    expect(await valueAfter(0x00101010, "SMITH")).toBe("");
    const old = [text(0x00080020, "DA", "20240412"), text(0x00100030, "DA", "19330101")];
    const { dataset } = await bench.copy(rawMrFile([...old, text(0x00101010, "AS", "091Y")]));
    expect([dataset.ascii(0x00101010), dataset.ascii(0x00100030)]).toEqual(["090Y", ""]);
  });
});

describe("dates", () => {
  it.each(DATES.map((tag) => [shown(tag), tag] as const))(
    "A-081 A-084 A-144 %s is shifted",
    async (_, tag) => {
      const { context } = await bench.copy(rawMrFile([]));
      expect(Math.abs(context.dateOffset)).toBeGreaterThan(0);
      expect(Math.abs(context.dateOffset)).toBeLessThanOrEqual(365);
      expect(await valueAfter(tag, "20240229")).toBe(shiftDate("20240229", context.dateOffset));
      expect(await valueAfter(tag, "***")).toBe("");
    },
  );

  it("A-081 A-084 AcquisitionDateTime (0008,002A) is shifted, its time and zone stay", async () => {
    const { context } = await bench.copy(rawMrFile([]));
    const moment = "20240229131415.123456+0100";
    const shifted = shiftDateTime(moment, context.dateOffset);
    expect(shifted).toMatch(/131415\.123456\+0100$/);
    expect(await valueAfter(0x0008002a, moment)).toBe(shifted);
  });

  it.each(TIMES.map((tag) => [shown(tag), tag] as const))(
    "A-082 A-085 %s stays while dates are shifted",
    async (_, tag) => {
      expect(await valueAfter(tag, "131415.123456")).toBe("131415.123456");
      expect(await valueAfter(tag, "at noon")).toBe("");
    },
  );

  it.each([...DATES, ...TIMES].map((tag) => [shown(tag), tag] as const))(
    "A-083 %s is gone when dates are not shifted",
    async (_, tag) => {
      const value = standardVr(tag) === "TM" ? "131415" : "20240229";
      expect((await valueAfter(tag, value, { shiftDates: false })) ?? "").toBe("");
    },
  );

  it("A-145 the range is kept, and no date stays where it was", () => {
    for (let patient = 0; patient < 400; patient += 1) {
      const { dateOffset } = bench.context({ dateShiftRangeDays: 3 }, { patientId: `P${patient}` });
      expect([-3, -2, -1, 1, 2, 3]).toContain(dateOffset);
    }
  });
});

describe("text", () => {
  it.each(FREE_TEXT.map((tag) => [shown(tag), tag] as const))(
    "A-097 %s is searched for identifiers",
    async (_, tag) => {
      expect(await valueAfter(tag, "DTI axial 123-45-6789")).toBe("DTI axial [SSN_REMOVED]");
    },
  );

  it("A-089 SoftwareVersions (0018,1020) stay unless the site removes them", async () => {
    expect(await valueAfter(0x00181020, "5.3.0\\5.3.0.3")).toBe("5.3.0\\5.3.0.3");
    expect(await valueAfter(0x00181020, "5.3.0.3", { removeSoftwareVersions: true })).toBeUndefined();
  });

  it("A-092 a site can keep private elements, and text in them is searched", async () => {
    const block = [text(0x00110010, "LO", "ACME"), text(0x00111001, "LO", "call 555-123-4567")];
    expect((await bench.copy(rawMrFile(block))).dataset.has(0x00111001)).toBe(false);
    const keepPrivateElements = [{ creator: "ACME", element: "0011,xx01" }];
    const { dataset } = await bench.copy(rawMrFile(block), { keepPrivateElements });
    expect(dataset.ascii(0x00111001)).toBe("call [PHONE_REMOVED]");
  });

  it("a site can remove more", async () => {
    expect(await valueAfter(0x00080070, "ACME", { removeElements: ["0008,0070"] })).toBeUndefined();
    expect(await valueAfter(0x00080070, "ACME")).toBe("ACME");
  });
});
