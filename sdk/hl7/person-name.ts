// Names of people, from DICOM (VR PN, PS3.5 6.2.1) to HL7 version 2 (XPN and XCN, 2.5.1 sections 2.A.88 and 2.A.86).
import { canEncode, type Hl7CharacterSet } from "./character-set.ts";
import type { Hl7Repeated } from "./segments.ts";

/** Alphabetic, ideographic, phonetic (table 0465). */
const REPRESENTATIONS = ["A", "I", "P"] as const;

/** Family, given, middle, suffix, prefix: HL7 has the last two the other way round. */
function nameParts(group: string): string[] {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group.split("^");
  return [family, given, middle, suffix, prefix].map((part) => part.trim());
}

/**
 * One occurrence for each group of the name. The second and third group are left out where the character set does not have
 * their characters: they are the same name once more.
 */
export function extendedPersonName(name: string, characterSet: Hl7CharacterSet): Hl7Repeated | undefined {
  const groups = name.split("=").slice(0, REPRESENTATIONS.length);
  const several = groups.filter((group) => nameParts(group).some((part) => part !== "")).length > 1;
  const repeated = groups.flatMap((group, index) => {
    const parts = nameParts(group);
    if (parts.every((part) => part === "")) return [];
    if (index > 0 && !canEncode(group, characterSet)) return [];
    // L: legal name
    return [[...parts, "", "L", ...(several ? [REPRESENTATIONS[index] ?? ""] : [])]];
  });
  return repeated.length > 0 ? { repeated } : undefined;
}

/** A person with a number, which DICOM does not give; first group only. */
export function extendedCompositeName(name: string): string[] | undefined {
  const [group = ""] = name.split("=");
  const parts = nameParts(group);
  return parts.some((part) => part !== "") ? ["", ...parts] : undefined;
}
