// Times with their zone, and names of people, as receivers expect them.
import { describe, expect, it } from "vitest";
import { hl7Time, hl7TimeOfDicom, isTimeZone } from "./hl7-time.ts";
import { extendedCompositeName, extendedPersonName } from "./person-name.ts";

describe("hl7Time", () => {
  it("is local time with the offset of that day", () => {
    expect(hl7Time(new Date("2024-07-12T12:30:05.700Z"), "Europe/Berlin")).toBe("20240712143005+0200");
    expect(hl7Time(new Date("2024-01-12T23:30:05Z"), "Europe/Berlin")).toBe("20240113003005+0100");
    expect(hl7Time(new Date("2024-01-12T01:30:00Z"), "America/St_Johns")).toBe("20240111220000-0330");
    expect(hl7Time(new Date("2024-01-12T01:30:00Z"), "UTC")).toBe("20240112013000+0000");
  });

  it("gives local times of headers the offset of their own day", () => {
    expect(hl7TimeOfDicom("20240712", "143005.123", "Europe/Berlin")).toBe("20240712143005+0200");
    expect(hl7TimeOfDicom("20240331", "013000", "Europe/Berlin")).toBe("20240331013000+0100");
    expect(hl7TimeOfDicom("20240331", "0330", "Europe/Berlin")).toBe("202403310330+0200");
    expect(hl7TimeOfDicom("20240712", "", "Europe/Berlin")).toBe("20240712");
    expect(hl7TimeOfDicom("***", "12", "Europe/Berlin")).toBe("");
  });

  it("knows which zones there are", () => {
    expect(["Europe/Berlin", "UTC", "Europe/Nowhere", ""].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("names", () => {
  it("swap prefix and suffix, and keep every group with its representation", () => {
    expect(extendedPersonName("Doe^John^Q^Dr.^Jr.", "ASCII")).toEqual({
      repeated: [["Doe", "John", "Q", "Jr.", "Dr.", "", "L"]],
    });
    const groups = extendedPersonName("Yamada^Tarou=山田^太郎=やまだ^たろう", "UNICODE UTF-8");
    expect(groups?.repeated.map((one) => [one[0], one[7]])).toEqual([
      ["Yamada", "A"],
      ["山田", "I"],
      ["やまだ", "P"],
    ]);
    expect(extendedPersonName("Yamada^Tarou=山田^太郎", "8859/1")?.repeated).toHaveLength(1);
    expect(extendedPersonName("=山田^太郎", "UNICODE UTF-8")?.repeated).toEqual([
      ["山田", "太郎", "", "", "", "", "L"],
    ]);
    expect(extendedPersonName("^^", "ASCII")).toBeUndefined();
    expect(extendedCompositeName("House^Greg^^Dr.")).toEqual(["", "House", "Greg", "", "", "Dr."]);
    expect(extendedCompositeName("")).toBeUndefined();
  });
});
