// Identifiers in text: by their form, by what is known of the study, and by what no scan is called.
import { describe, expect, it } from "vitest";
import { describedText } from "./described-text.ts";
import { KnownValues } from "./known-values.ts";
import { TextCleaner } from "./text-cleaner.ts";
import { withoutPatterns } from "./text-patterns.ts";

describe("patterns", () => {
  it.each([
    ["A-098 A-105", "id 123-45-6789.", "id [SSN_REMOVED]."],
    ["A-099 A-105", "call (617) 555-1234 or 617-555-1234", "call [PHONE_REMOVED] or [PHONE_REMOVED]"],
    ["A-099", "+49 89 636 48018", "[PHONE_REMOVED]"],
    ["A-100 A-105", "to j.smith@mail.example.org now", "to [EMAIL_REMOVED] now"],
    ["A-090 A-101 A-105", "see https://pacs.example/x?y=1", "see [URL_REMOVED]"],
    ["A-091 A-102 A-105", "at 192.168.1.20 since", "at [IP_ADDRESS_REMOVED] since"],
    [
      "A-103 A-105",
      "MRN-12345 MR-77 RN-9 mrn: 4711",
      "[MRN_REMOVED] [MRN_REMOVED] [MRN_REMOVED] [MRN_REMOVED]",
    ],
    ["A-104 A-105", "ACCT-1 ACC-22 ACCOUNT-333", "[ACCOUNT_REMOVED] [ACCOUNT_REMOVED] [ACCOUNT_REMOVED]"],
    ["A-081", "seen 2019-03-12 and 3/12/2019", "seen [DATE_REMOVED] and [DATE_REMOVED]"],
  ])("%s: %s", (_, before, after) => {
    expect(withoutPatterns(before)).toBe(after);
  });

  it.each(["ep2d_diff_mddw_64_p2", "b=1500(0.445,0.000,0.895)", "TE 88 TR 9500", "1.5 x 1.5 x 2.0"])(
    "leaves %s alone",
    (text) => expect(withoutPatterns(text)).toBe(text),
  );
});

describe("descriptions", () => {
  it.each([
    "MRI Brain with DTI Non-Contrast",
    "neuropacs DTI",
    "DWI_SagAPmosaic",
    "ep2d_diff_mddw_64_p2_s4",
    "dti_tra_dir16_PA_SaveBySlc",
    "Ax T2 FLAIR 3mm",
    "cmrr_mbep2d_diff_b1000_AP",
  ])("keep %s", (text) => expect(describedText(text, new Set())).toBe(text));

  it.each([
    ["MRI of Smith", "MRI of [TEXT_REMOVED]"],
    ["DTI for Dr. Jane Doe, room 12", "DTI for [TEXT_REMOVED] 12"],
    ["1.2.840.113619.2.1", "[TEXT_REMOVED]"],
    ["12-34-5678", "[TEXT_REMOVED]"],
    ["山田 brain", "[TEXT_REMOVED] brain"],
  ])("lose names in %s", (before, after) => expect(describedText(before, new Set())).toBe(after));

  it("keep words of the site", () => {
    expect(describedText("Zephyr DTI", new Set(["zephyr"]))).toBe("Zephyr DTI");
  });
});

function cleaner(...names: string[]) {
  const known = new KnownValues();
  for (const name of names) known.add("person", name);
  return new TextCleaner(known, []);
}
const clean = (text: string, names: string[], characterSet?: string, bytes = Buffer.from(text)) =>
  cleaner(...names).clean("text", bytes, "LO", characterSet);

describe("known values", () => {
  it.each([
    ["scan of SMITH", "Smith^John", "scan of [NAME_REMOVED]"],
    ["JOHNSMITH_brain", "Smith^John", "[NAME_REMOVED]_brain"],
    ["Wu brain", "Wu^Li", "[NAME_REMOVED] brain"],
    ["wunder", "Wu^Li", undefined],
    ["Mueller or MULLER", "Müller^Eva", "[NAME_REMOVED] or [NAME_REMOVED]"],
    ["smith-jones", "Smith-Jones^A", "[NAME_REMOVED]"],
  ])("in %s the name %s is found", (text, name, after) => {
    expect(clean(text, [name])?.toString()).toBe(after);
  });

  it("are found in the character set of the text, and the rest is written back in it", () => {
    const latin = Buffer.from("Knie Größe Müller", "latin1");
    expect(clean("", ["Müller^Eva"], "ISO_IR 100", latin)?.toString("latin1")).toBe(
      "Knie Größe [NAME_REMOVED]",
    );
    const utf8 = clean("山田 の頭", ["山田^太郎"], "ISO_IR 192");
    expect(utf8?.toString()).toBe("[NAME_REMOVED] の頭");
  });

  it("leave terms of the standard and makers of scanners alone", () => {
    const philips = cleaner("Philips^Head");
    expect(philips.clean("text", Buffer.from("Philips Medical Systems"), "LO", undefined)).toBeUndefined();
    expect(philips.clean("code", Buffer.from("HEAD"), "CS", undefined)).toBeUndefined();
    expect(
      cleaner("Smithers^A").clean("code", Buffer.from("BRAIN\\SMITHERS"), "CS", undefined)?.toString(),
    ).toBe("BRAIN\\");
  });
});
