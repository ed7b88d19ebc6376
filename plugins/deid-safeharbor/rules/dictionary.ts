// Value representations of PS3.6, for elements that do not carry theirs and for those that carry a wrong one.
import entries from "dcmjs/dictionary";

/** What PS3.6 leaves open, and what it is when nothing else says so. */
const OPEN: Readonly<Record<string, string>> = { xs: "US", ox: "OW", lt: "OW", up: "UL" };
const vrByTag = new Map<number, string>();
const keywordByTag = new Map<number, string>();

for (const { tag, vr, name, version } of Object.values(entries)) {
  // private ones have the name of their creator in the tag; repeating groups are decided as a whole
  const plain = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/i.exec(tag);
  if (!plain || vr === undefined || version === "PrivateTag") continue;
  const number = Number.parseInt(`${plain[1]}${plain[2]}`, 16);
  vrByTag.set(number, OPEN[vr] ?? vr);
  keywordByTag.set(number, name);
}

/** The value representation of an attribute of the standard, retired ones too; undefined when there is none. */
export const standardVr = (tag: number): string | undefined => vrByTag.get(tag);

/** The keyword of PS3.6, `RETIRED_` before it where it is; undefined for what the standard does not know. */
export const keywordOf = (tag: number): string | undefined => keywordByTag.get(tag);
