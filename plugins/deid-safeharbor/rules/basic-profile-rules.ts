// DICOM PS3.15 Table E.1-1, Basic Profile: what becomes of each attribute it names.
import table from "./ps315-table.json" with { type: "json" };

/** One of the codes of Table E.1-1a, or several with a slash where the IOD decides. */
export type ProfileCode = string;

const byTag = new Map<number, ProfileCode>();
for (const { tag, action } of table.elements) {
  if (!tag.includes("x")) byTag.set(Number.parseInt(tag, 16), action);
}

/** Curves (50xx) and overlays (60xx): without its drawing or its comment an overlay is no overlay any more. */
const isRepeating = (tag: number): boolean => tag >>> 24 === 0x50 || tag >>> 24 === 0x60;
/** SharedFunctionalGroupsSequence (5200,9229) and others of 52xx and 54xx are no curves. */

/** @returns undefined for an attribute that the table does not name */
export function profileCode(tag: number): ProfileCode | undefined {
  return isRepeating(tag) ? "X" : byTag.get(tag);
}

/**
 * What to do where the type of the attribute decides (PS3.15 E.1.1, note 6): nothing is better than nothing inside,
 * and that is better than something made up, as far as the IOD allows.
 * @param full the object is of a kind that wants values where others do not (enhanced multi-frame, reports)
 */
export function holeOf(code: ProfileCode, isSequence: boolean, full: boolean): "remove" | "empty" | "dummy" {
  const choices = code.split("/");
  if (isSequence) return choices.includes("X") ? "remove" : "empty";
  if (full && choices.includes("D")) return "dummy";
  if (choices.includes("Z")) return "empty";
  return choices.includes("X") ? "remove" : "dummy";
}
