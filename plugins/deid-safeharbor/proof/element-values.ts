// What one element of a source gives away, and what of its text may stay in the copy.
import { type FileBytes, LONGEST_VALUE } from "./file-bytes.ts";
import { isTellingSequence, kindOf, namesClass, type ValueKind } from "./identifying-elements.ts";
import { identifyingParts, isPublicUid, uidsInBytes } from "./identifying-text.ts";
import type { KnownValues } from "./known-values.ts";
import { isMakersTerm, isSafeCreator } from "./makers-terms.ts";
import type { IdentifyingValue } from "./search-forms.ts";
import { decodedText, isPlainText } from "./second-decoding.ts";
import { placeOf, type SeenElement, unpadded } from "./second-reader.ts";

export interface ElementValues {
  /** What must not stand at the same place of the copy. */
  readonly placed?: PlacedValue;
  /** Text that may stay, as it is written. */
  readonly vouched?: string;
  /** It may stay because it is a term or a name of the maker. */
  readonly isTerm?: boolean;
  readonly values: readonly IdentifyingValue[];
}

export interface PlacedValue {
  readonly kind: ValueKind;
  /** As it stands, without padding. */
  readonly value: string;
}

const NOTHING: ElementValues = { values: [] };
const TEXT = new Set("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split(" "));
const FREE_TEXT = new Set(["", "LO", "LT", "PN", "SH", "ST", "UC", "UN", "UT"]);
/** Not for parameters of an acquisition, whoever the creator is. */
const PROSE = new Set(["AE", "LT", "ST", "UC", "UR", "UT"]);
const BINARY = new Set(["OB", "UN", ""]);
const LONGEST_BINARY = 1024 ** 2;
/** Bytes that may be text in part are read as text up to this size. */
const LONGEST_TEXT = 65_536;
const DATE = /^(?:18|19|20)\d{2}[.-]?(?:0[1-9]|1[0-2])[.-]?(?:0[1-9]|[12]\d|3[01])(?!\d{1,3}$)/;
const UID_VALUE = /^[0-2](?:\.\d+){4,}$/;

export const isTextVr = (vr: string): boolean => TEXT.has(vr);
export const isFreeText = (vr: string): boolean => FREE_TEXT.has(vr);

/** A value as it stands, without the padding of its end and begin. */
export function standing(file: FileBytes, { from, to }: { from: number; to: number }): string {
  return to - from > LONGEST_VALUE ? "" : unpadded(file, from, to);
}

/**
 * @param element with a value
 * @param known values of the study, so that the same value is the same object
 */
export function valuesOfElement(file: FileBytes, element: SeenElement, known: KnownValues): ElementValues {
  const { vr, from, to } = element;
  if (TEXT.has(vr)) return valuesOfText(file, element, known);
  return BINARY.has(vr) && to - from <= LONGEST_BINARY ? valuesOfBytes(file, element, known) : NOTHING;
}

/** Of no or unknown representation: text when it looks like it. */
function valuesOfBytes(file: FileBytes, element: SeenElement, known: KnownValues): ElementValues {
  const { tag, vr, creator, from, to } = element;
  const isPrivate = (tag >>> 16) % 2 === 1;
  const isRemoved = isPrivate && !isSafeCreator(creator) && to - from <= LONGEST_TEXT;
  const bytes = file.slice(from, to);
  if (kindOf(tag, vr) !== undefined || isRemoved || looksLikeText(bytes))
    return valuesOfText(file, element, known);
  if (!isPrivate || to - from < 64) return NOTHING;
  const path = placeOf(element).path();
  return { values: uidsInBytes(bytes).map(([kind, text]) => known.once({ kind, text, path })) };
}

function valuesOfText(file: FileBytes, element: SeenElement, known: KnownValues): ElementValues {
  const value = standing(file, element);
  if (value === "") return NOTHING;
  const kind = kindOfText(element, value);
  const values = known.of(element, value) ?? known.keep(element, value, textValues(element, kind, value));
  if (kind === undefined) {
    const isTerm = element.vr === "CS" || isMakersTerm(element.tag);
    return { vouched: value, isTerm, values };
  }
  return kind === "private" ? { values } : { placed: { kind, value }, values };
}

function kindOfText(element: SeenElement, value: string): ValueKind | undefined {
  const { tag, vr, creator, depth } = element;
  const isPrivate = (tag >>> 16) % 2 === 1;
  const kind = kindOf(tag, vr);
  if (kind === "uid" && isPublicUid(value)) return undefined;
  if (kind !== undefined) return kind;
  if (vr === "" && UID_VALUE.test(value) && !namesClass(tag) && !isPublicUid(value)) return "uid";
  if ((vr === "" || vr === "UN") && DATE.test(value)) return "date";
  if (depth > 0 && isFreeText(vr) && !isPrivate && element.level.isInside(isTellingSequence)) return "text";
  const creatorItself = isPrivate && (tag & 0xff00) === 0;
  return isPrivate && !creatorItself && (PROSE.has(vr) || !isSafeCreator(creator)) ? "private" : undefined;
}

function textValues(element: SeenElement, kind: ValueKind | undefined, value: string): IdentifyingValue[] {
  const path = placeOf(element).path();
  const values: IdentifyingValue[] = [];
  for (const one of decoded(element, value)) {
    if (isFreeText(element.vr) && (kind === undefined || kind === "private" || kind === "text")) {
      values.push(...identifyingParts(one.text).map(([part, text]) => ({ kind: part, text, path })));
    }
    if (kind === undefined || (kind === "date" && !DATE.test(one.text))) continue;
    const isWeak = kind === "private" || kind === "text";
    if (isWeak && (one.text.length < 6 || !/\p{L}{3}/u.test(one.text))) continue;
    values.push({ ...one, kind, path });
  }
  return values;
}

/** The values of an element; text that may be long has just one. */
function decoded({ vr, characterSet }: SeenElement, value: string): { text: string; raw?: Uint8Array }[] {
  const bytes = Buffer.from(value, "latin1");
  const isPlain = isPlainText(bytes, 0, bytes.length);
  const text = isPlain ? value : decodedText(bytes, characterSet);
  const several = vr !== "LT" && vr !== "ST" && vr !== "UT" && vr !== "UR" && text.includes("\\");
  const parts = several ? text.split("\\") : [text];
  const raw = isPlain || several ? {} : { raw: bytes };
  return parts.map((part) => ({ text: part.trim(), ...raw })).filter((part) => part.text !== "");
}

function looksLikeText(bytes: Buffer): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x1b && byte !== 0x0c)
      return false;
  }
  return end > 0;
}
