// Ages and dates in the forms that scanners, archives and people write.
import { describe, expect, it } from "vitest";
import { ageInYears, yearsBetween } from "./age.ts";

describe("A-303 age", () => {
  it("A-303 reads ages in all accepted forms and no others", () => {
    const years = (age: string) => ageInYears(age);
    expect([years("066Y"), years("66"), years("048Y"), years("90+"), years("90+Y"), years(">89")]).toEqual([
      66, 66, 48, 90, 90, 90,
    ]);
    expect(years("006M")).toBeCloseTo(0.5);
    expect(years("010D")).toBeCloseTo(0.027, 3);
    for (const bad of ["***", "66Y", "6 Y", "066X", "-05", "999Y", "066Y066Y", "abc"]) {
      expect(years(bad), bad).toBeUndefined();
    }
  });

  it("A-303 computes an age from dates, before and after the birthday", () => {
    expect(yearsBetween("19580317", "20240316")).toBe(65);
    expect(yearsBetween("19580317", "20240317")).toBe(66);
    expect(yearsBetween("19581399", "20240317")).toBeUndefined();
    expect(yearsBetween("20250101", "20240317")).toBeUndefined();
  });
});
