// One canary for each attribute that PS3.15 wants removed, replaced or cleaned, shaped as its value representation asks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bytes, items, type RawElement, text } from "./raw-dicom.ts";

/** A value that was planted and must not come out. */
export interface Canary {
  readonly name: string;
  /** What to look for, in any letter case. */
  readonly needle: string;
  /** The whole value; the needle when nothing else is said. */
  readonly value?: string;
  /** Where it was planted. */
  readonly place: string;
  readonly vr: string;
}

export interface CanaryElement {
  readonly element: RawElement;
  readonly canary: Canary;
}

interface Attribute {
  readonly tag: number;
  readonly vr: string;
  readonly name: string;
}

interface Dictionary {
  readonly default: Readonly<Record<string, { tag: string; vr?: string; name: string; version?: string }>>;
}

const TABLE = join(import.meta.dirname, "../../plugins/deid-safeharbor/rules/ps315-table.json");

/** Rows of Table E.1-1. */
function profileTags(): string[] {
  const { elements } = JSON.parse(readFileSync(TABLE, "utf8")) as { elements: { tag: string }[] };
  return elements.map(({ tag }) => tag);
}

/** Age, sex, size and weight stay for the analysis; the UID of the file is that of the object. */
const STAY = new Set([0x00100040, 0x00101010, 0x00101020, 0x00101030, 0x00020003]);
/** The command group, a DICOMDIR's own group, and what holds the image together. */
const NOT_IN_IMAGES = (tag: number) => tag >>> 16 === 0x0000 || tag >>> 16 === 0x0004;
/** ReferencedImageSequence, SourceImageSequence, ContentSequence: they stay, with mapped UIDs. */
const STRUCTURE = new Set([0x00081140, 0x00082112, 0x0040a730]);
/** Of these a canary of its kind would be a number like any other. */
const NUMBERS = new Set(["AT", "DS", "FD", "FL", "IS", "OW", "US"]);

/** All attributes of the table that can hold a canary, with their value representations (PS3.6). */
export function profileAttributes(): Attribute[] {
  const { default: dictionary } = createRequire(import.meta.url)("dcmjs/dictionary") as Dictionary;
  const byTag = new Map(
    Object.values(dictionary)
      .filter(({ version }) => version !== "PrivateTag")
      .map(({ tag, vr, name }) => [tag.replaceAll(/[(),]/g, "").toLowerCase(), { vr, name }]),
  );
  return profileTags().flatMap((digits) => {
    const { vr, name } = byTag.get(digits) ?? {};
    const tag = Number.parseInt(digits, 16);
    const usable = vr && name && /^[0-9a-f]{8}$/.test(digits) && !STAY.has(tag) && !NOT_IN_IMAGES(tag);
    return usable && !NUMBERS.has(vr) ? [{ tag, vr, name }] : [];
  });
}

/** Seven letters that are no word; different ones for each number. */
export function canaryWord(number: number): string {
  let letters = "";
  for (let rest = number, count = 0; count < 4; count += 1, rest = Math.floor(rest / 20)) {
    letters += "bcdfghjklmnpqrstvwxz"[rest % 20];
  }
  return `zq${letters}x`;
}

/** Days far enough apart that no shift of up to a year makes one of them another one. */
export const canaryDate = (number: number): string =>
  new Date(Date.UTC(1850, 0, 1 + number * 371)).toISOString().slice(0, 10).replaceAll("-", "");

/** @param number of the canary; dates repeat after 200 */
export function canaryElement({ tag, vr, name }: Attribute, number: number): CanaryElement {
  const word = canaryWord(number);
  const made = (needle: string, element: RawElement, value = needle): CanaryElement => {
    return { element, canary: { name, needle, value, place: "the data set", vr } };
  };
  const madeText = (value: string) => made(word, text(tag, vr, value), value);
  switch (vr) {
    case "PN":
      return madeText(`${word.toUpperCase()}^Jane`);
    case "DA":
      return made(canaryDate(number % 200), text(tag, vr, canaryDate(number % 200)));
    case "DT":
      return made(canaryDate(number % 200), text(tag, vr, `${canaryDate(number % 200)}101112.125000`));
    case "TM": {
      const time = `101112.${String(100_000 + 7 * number)}`;
      return made(time, text(tag, vr, time));
    }
    case "UI": {
      const uid = `1.2.3.${9000 + number}.77665544332211.${number}`;
      return made(uid, text(tag, vr, uid));
    }
    case "AS":
      return made("777W", text(tag, vr, "777W"));
    case "AE":
    case "CS":
      return madeText(`${word.toUpperCase()}${number}`);
    case "SQ":
      if (STRUCTURE.has(tag)) {
        const uid = `1.2.3.${9000 + number}.77665544332211.${number}`;
        return made(uid, items(tag, [text(0x00081155, "UI", uid)]));
      }
      return made(
        word,
        items(tag, [text(0x00080100, "SH", word), text(0x00080104, "LO", `${word} meaning`)]),
        `${word} meaning`,
      );
    case "OB":
    case "UN":
      return made(word, bytes(tag, vr, Buffer.from(`\0\0${word} ${number}\0`)));
    default:
      return madeText(vr === "SH" ? `${word}-${number}` : `${word}-${number} of canaries`);
  }
}
