// Value representations and keywords of PS3.6 and of vendors, for data sets that do not tell them and for keywords.
import entries from "dcmjs/dictionary";
import { MORE_PRIVATE_ELEMENTS } from "./private-elements.ts";

/** Repeating groups (PS3.5 7.6): curves and overlays. */
const REPEATING: Readonly<Record<number, string>> = { 80: "5000-50FF", 96: "6000-60FF" };
const CREATORS = { first: 0x10, last: 0xff } as const;
/** What PS3.6 leaves open, and what it is when nothing else says so. */
const OPEN: Readonly<Record<string, string>> = { xs: "US", ox: "OW", lt: "OW", up: "UL" };
const PLAIN = /^\(([0-9A-F]{4}(?:-[0-9A-F]{4})?),([0-9A-F]{4})\)$/i;
/** `(0043,"GEMS_PARM_01",39)`; some have the block in front of the low byte, `1039`. */
const PRIVATE = /^\(([0-9A-F]{4}),"([^"]+)",(?:[0-9A-F]{2})?([0-9A-F]{2})\)$/i;

const vrByTag = new Map<number, string>();
const vrOfRepeating = new Map<string, string>();
const keywordByTag = new Map<number, string>();
const tagByKeyword = new Map<string, number>();
const vrOfPrivate = new Map<string, string>();

for (const { tag, vr, name, version } of Object.values(entries)) {
  const [, group = "", element = ""] = PLAIN.exec(tag) ?? [];
  if (vr === undefined) continue;
  if (version === "PrivateTag") addPrivate(tag, vr);
  else if (group.length > 4) vrOfRepeating.set(`${group},${element}`.toUpperCase(), vr);
  else if (group) {
    const number = Number.parseInt(group + element, 16);
    vrByTag.set(number, vr);
    keywordByTag.set(number, name);
    tagByKeyword.set(name, number);
  }
}

for (const [group, creator, elements] of MORE_PRIVATE_ELEMENTS) {
  for (const element of elements.split(" ")) {
    vrOfPrivate.set(privateKey(group, creator, element.slice(0, 2)), element.slice(2));
  }
}

function addPrivate(tag: string, vr: string): void {
  const [, group, creator, low] = PRIVATE.exec(tag) ?? [];
  if (group && creator && low) vrOfPrivate.set(privateKey(Number.parseInt(group, 16), creator, low), vr);
}

function privateKey(group: number, creator: string, low: string): string {
  return `${group} ${low.toLowerCase()} ${creator.trim()}`;
}

/** `0010,0010` as the DICOM JSON model writes it: `00100010` */
export const hexTag = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, "0");

/** The value representation of an attribute of the standard, retired ones too; undefined when there is none. */
export function standardVr(tag: number): string | undefined {
  const vr = vrByTag.get(tag);
  return vr && (OPEN[vr] ?? vr);
}

/** The keyword of PS3.6, `RETIRED_` before it where it is; undefined for what the standard does not know. */
export const keywordOf = (tag: number): string | undefined => keywordByTag.get(tag);

/**
 * The value representation of an element that does not carry one (implicit).
 * @param signed PixelRepresentation (0028,0103) is 1, on which some depend
 * @param creator of its block (PS3.5 7.8.1); without one every private element is UN
 */
export function impliedVr(tag: number, signed: boolean, creator?: string): string {
  const [group, element] = [tag >>> 16, tag & 0xffff];
  if (group % 2 === 1) return privateVr(group, element, creator);
  if (element === 0) return "UL";
  const repeating = REPEATING[group >>> 8];
  const vr = vrByTag.get(tag) ?? (repeating && vrOfRepeating.get(`${repeating},${hexTag(tag).slice(4)}`));
  if (vr === "xs") return signed ? "SS" : "US";
  return known(vr);
}

function privateVr(group: number, element: number, creator: string | undefined): string {
  if (element === 0) return "UL";
  if (element >= CREATORS.first && element <= CREATORS.last) return "LO";
  if (creator === undefined) return "UN";
  return known(vrOfPrivate.get(privateKey(group, creator, hexTag(element).slice(6))));
}

/** Implicit pixel and table data is OW (PS3.5 A.1). */
function known(vr = "UN"): string {
  const one = OPEN[vr] ?? vr;
  return /^[A-Z]{2}$/.test(one) ? one : "UN";
}

/** `PatientID`, `00100020`, `0010,0020` or `(0010,0020)`; undefined when it is no attribute. */
export function tagOf(attribute: string): number | undefined {
  const [, group, element] = /^\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?$/.exec(attribute) ?? [];
  return group && element ? Number.parseInt(group + element, 16) : tagByKeyword.get(attribute);
}
