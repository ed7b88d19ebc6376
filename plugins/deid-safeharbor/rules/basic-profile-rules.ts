// DICOM PS3.15 Table E.1-1, Basic Profile: what becomes of each attribute it names.
import table from "./ps315-table.json" with { type: "json" };

/**
 * What an object is, for what it must have: classic images want hardly anything, enhanced ones a value here and
 * there (PS3.3 A.36 and after), reports an empty sequence as well (PS3.3 A.35).
 */
export type ObjectKind = "classic" | "enhanced" | "report";

/** One of the codes of Table E.1-1a, or several with a slash where the IOD decides. */
export type ProfileCode = string;

/** Classic images (PS3.3 A.2 to A.8, A.14, A.21, A.26). */
const CLASSIC = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:1|1\.1|1\.2|1\.3|2|3\.1|4|6\.1|7|12\.1|12\.2|20|128)$/;
const REPORT = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./;

export function kindOfObject(sopClassUid: string): ObjectKind {
  if (CLASSIC.test(sopClassUid)) return "classic";
  return REPORT.test(sopClassUid) ? "report" : "enhanced";
}

const byTag = new Map<number, ProfileCode>();
for (const { tag, action } of table.elements) {
  if (!tag.includes("x")) byTag.set(Number.parseInt(tag, 16), action);
}

/** Curves (50xx) and overlays (60xx): without its drawing or its comment an overlay is no overlay any more. */
const isRepeating = (tag: number): boolean => tag >>> 24 === 0x50 || tag >>> 24 === 0x60;

/** @returns undefined for an attribute that the table does not name */
export function profileCode(tag: number): ProfileCode | undefined {
  return isRepeating(tag) ? "X" : byTag.get(tag);
}

/**
 * What to do where the type of the attribute decides (PS3.15 E.1.1, note 6): nothing is better than nothing inside,
 * and that is better than something made up, as far as the IOD allows.
 */
export function holeOf(
  code: ProfileCode,
  isSequence: boolean,
  kind: ObjectKind,
): "remove" | "empty" | "dummy" {
  const choices = code.split("/");
  if (isSequence && kind === "report" && choices.includes("Z")) return "empty";
  if (isSequence) return choices.includes("X") ? "remove" : "empty";
  if (kind !== "classic" && choices.includes("D")) return "dummy";
  if (choices.includes("Z")) return "empty";
  return choices.includes("X") ? "remove" : "dummy";
}
