// Understands how a person writes a DICOM attribute: by tag in any form, or by keyword.

import { createRequire } from "node:module";
import { ATTRIBUTES } from "@thalamus/sdk/dicom";

export interface Attribute {
  /** Eight lower-case hex digits. */
  readonly tag: string;
  /** Of PS3.6; a private attribute has none. */
  readonly keyword: string | undefined;
}

/** `0010,0010`, `(0010,0010)`, `00100010`, `0x00100010` */
const HEX = /^\(?(?:0x)?([0-9a-f]{4}),?\s*([0-9a-f]{4})\)?$/i;

/** @returns undefined for what is no attribute of PS3.6 and not private either */
export function attributeOf(written: string): Attribute | undefined {
  const [, group, element] = HEX.exec(written.trim()) ?? [];
  if (group === undefined) {
    const known = KEYWORDS.get(written.trim().toLowerCase());
    return known && { tag: known.tag, keyword: known.keyword };
  }
  const tag = `${group}${element}`.toLowerCase();
  const keyword = BY_TAG.get(tag);
  const isPrivate = Number.parseInt(group, 16) % 2 === 1;
  return keyword !== undefined || isPrivate ? { tag, keyword } : undefined;
}

/** `(0010,0010)` */
export const shown = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase();

interface Dcmjs {
  readonly data: {
    readonly DicomMetaDictionary: { readonly nameMap: Readonly<Record<string, { tag: string }>> };
  };
}

// it has no types
const dcmjs = createRequire(import.meta.url)("dcmjs") as Dcmjs;

function dictionary(): { tag: string; keyword: string }[] {
  const own = Object.entries(ATTRIBUTES).map(([keyword, [tag]]) => {
    return { tag: tag.toString(16).padStart(8, "0"), keyword };
  });
  const { nameMap } = dcmjs.data.DicomMetaDictionary;
  const standard = Object.entries(nameMap).flatMap(([keyword, { tag }]) => {
    const [, group, element] = HEX.exec(tag) ?? [];
    return group === undefined ? [] : [{ tag: `${group}${element}`.toLowerCase(), keyword }];
  });
  return [...standard, ...own];
}

const ALL = dictionary();
const KEYWORDS = new Map(ALL.map((one) => [one.keyword.toLowerCase(), one]));
const BY_TAG = new Map(ALL.map(({ tag, keyword }) => [tag, keyword]));
