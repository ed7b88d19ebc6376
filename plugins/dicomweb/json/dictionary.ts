// Value representations and keywords of PS3.6, for data sets that do not tell them and for queries by keyword.
import entries from "dcmjs/dictionary";

/** Repeating groups (PS3.5 7.6): curves and overlays. */
const REPEATING: Readonly<Record<string, string>> = { "50": "5000-50FF", "60": "6000-60FF" };
const FIRST_CREATOR = 0x10;
const LAST_CREATOR = 0xff;

const vrByTag = new Map<string, string>();
const tagByKeyword = new Map<string, number>();

for (const { tag, vr, name, version } of Object.values(entries)) {
  // private ones have the name of their creator in the tag
  const plain = /^\(([0-9A-Fa-f]{4}(?:-[0-9A-Fa-f]{4})?),([0-9A-Fa-f]{4})\)$/.exec(tag);
  if (!plain || vr === undefined || version === "PrivateTag") continue;
  const [, group = "", element = ""] = plain;
  vrByTag.set(`${group}${element}`.toUpperCase(), vr);
  if (group.length === 4) tagByKeyword.set(name, Number.parseInt(group + element, 16));
}

/** `0010,0010` as the DICOM JSON model writes it: `00100010` */
export const hexTag = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, "0");

/**
 * The value representation of an element that does not carry one (implicit).
 * @param signed PixelRepresentation (0028,0103) is 1, on which some depend
 */
export function impliedVr(tag: number, signed: boolean): string {
  const element = tag & 0xffff;
  if ((tag >>> 16) % 2 === 1) return element >= FIRST_CREATOR && element <= LAST_CREATOR ? "LO" : "UN";
  if (element === 0) return "UL";
  const hex = hexTag(tag);
  const repeating = REPEATING[hex.slice(0, 2)];
  const vr = vrByTag.get(hex) ?? (repeating && vrByTag.get(repeating + hex.slice(4))) ?? "UN";
  // what PS3.6 leaves open; implicit pixel and table data is OW (PS3.5 A.1)
  if (vr === "xs") return signed ? "SS" : "US";
  if (vr === "ox" || vr === "lt") return "OW";
  if (vr === "up") return "UL";
  return vr.length === 2 && vr === vr.toUpperCase() ? vr : "UN";
}

/** `PatientID`, `00100020`, `0010,0020` or `(0010,0020)`; undefined when it is no attribute. */
export function tagOf(attribute: string): number | undefined {
  const [, group, element] = /^\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?$/.exec(attribute) ?? [];
  return group && element ? Number.parseInt(group + element, 16) : tagByKeyword.get(attribute);
}
