// Units of results as codes of UCUM, which DICOM and HL7 both use (PS3.16 8.2, HL7 2.5.1 section 7.1.4).

export interface UcumUnit {
  readonly code: string;
  readonly meaning: string;
}

/** By how products write them, without blanks. */
const BY_SPELLING: ReadonlyMap<string, UcumUnit> = new Map([
  ["", { code: "1", meaning: "no units" }],
  ["1", { code: "1", meaning: "no units" }],
  ["%", { code: "%", meaning: "percent" }],
  ["mm", { code: "mm", meaning: "millimeter" }],
  ["mm2", { code: "mm2", meaning: "square millimeter" }],
  ["mm3", { code: "mm3", meaning: "cubic millimeter" }],
  ["cm3", { code: "cm3", meaning: "cubic centimeter" }],
  ["ml", { code: "ml", meaning: "ml" }],
  ["mm2/s", { code: "mm2/s", meaning: "mm2/s" }],
  ["10^-3mm2/s", { code: "10*-3.mm2/s", meaning: "10^-3 mm2/s" }],
  ["10^-6mm2/s", { code: "10*-6.mm2/s", meaning: "10^-6 mm2/s" }],
  ["um2/ms", { code: "um2/ms", meaning: "um2/ms" }],
  ["ms", { code: "ms", meaning: "millisecond" }],
  ["s", { code: "s", meaning: "second" }],
  ["a", { code: "a", meaning: "year" }],
  ["years", { code: "a", meaning: "year" }],
  ["deg", { code: "deg", meaning: "degree" }],
]);

/** @returns nothing for a unit that has no known code */
export function ucumOf(unit: string): UcumUnit | undefined {
  const plain = unit
    .replaceAll(/\s+/g, "")
    .replaceAll("²", "2")
    .replaceAll("³", "3")
    .replaceAll(/[µμ]/g, "u");
  return BY_SPELLING.get(plain) ?? BY_SPELLING.get(plain.toLowerCase());
}
