// The forms in which a value may have survived: other separators, other encodings, parts of names, dates of people.
import { foldBytes, type Sought } from "./byte-search.ts";
import type { ValueKind } from "./identifying-elements.ts";
import { FOLD } from "./key-table.ts";
import { isInPlaceholder } from "./placeholders.ts";

/** A value of the source that must not be in the copy. */
export interface IdentifyingValue {
  readonly kind: ValueKind;
  /** Decoded, without padding. */
  readonly text: string;
  /** As it stands in the source, without padding; only where that is not ASCII. */
  readonly raw?: Uint8Array;
  /** Where it stands in the source. */
  readonly path: string;
}

/** What may not stand beside a find: a letter or digit, a digit, a digit after it. */
export type Boundary = "word" | "number" | "uid" | "none";

/** One way a value may be written. */
export interface SearchForm extends Sought {
  /** Bytes that it takes in a file. */
  readonly span: number;
  /** How unlikely it is by chance: letters and digits of ASCII, bytes of other sets. */
  readonly weight: number;
  readonly boundary: Boundary;
  /** Letters are followed by a zero byte each, which `folded` leaves out: UTF-16 of either order. */
  readonly wide: boolean;
  /** A part of a name, which may also be a word. */
  readonly part: boolean;
  readonly value: IdentifyingValue;
}

/** Shorter words and numbers are in every file by chance; they are compared at their own place only. */
const SHORTEST_NUMBER = 4;
const SHORTEST_WORD = 3;
const SHORTEST_PART = 4;
/** A patient may be called Kim or Lee. */
const SHORTEST_PATIENT_PART = 3;
const PATIENT_NAMES = /\(0010,(0010|1001|1005|1060)\)$/;
/** From here on a find by chance is out of the question, whatever stands beside it. */
const LONG_WORD = 8;
const SHORTEST_BASE64 = 10;
const LONGEST_PIECE = 120;
/** Lines of one value that are looked for, spread over it: whoever keeps a text keeps more than one of its lines. */
const MOST_PIECES = 64;
/** Private text differs from slice to slice and is removed as a whole. */
const MOST_PRIVATE_PIECES = 4;
/** Beyond it a copy of a value that is byte for byte the same is found by its lines. */
const LONGEST_RAW = 1024;
/** Titles, particles and terms of imaging that a name may hold, and any description too. */
const NO_NAMES = new Set(
  "adc and axt cor das dem den der des die dir dti dwi ep2d epi fmri mri mra mrs mrt the prof sag swi tof tra und van von".split(
    " ",
  ),
);

export function searchForms(value: IdentifyingValue): SearchForm[] {
  switch (value.kind) {
    case "name":
      return nameForms(value);
    case "date":
      return dateForms(value);
    case "uid":
      return value.text.length < 8 ? [] : encoded(value, value.text, "uid");
    case "time":
      return [];
    case "id":
    case "contact":
    case "address":
      return [...tokenForms(value, value.text), ...base64Forms(value, value.text)];
    default:
      return textForms(value);
  }
}

function nameForms(value: IdentifyingValue): SearchForm[] {
  const forms: SearchForm[] = [];
  const shortest = PATIENT_NAMES.test(value.path) ? SHORTEST_PATIENT_PART : SHORTEST_PART;
  for (const group of value.text.split("=")) {
    const parts = group.split(/[\s^,;.\-_/='’()]+/u).filter((part) => part.length > 0);
    const orders = [parts.join(" "), parts.toReversed().join(" "), parts.join("  ")];
    if (parts.length > 1) for (const order of new Set(orders)) forms.push(...tokenForms(value, order));
    for (const part of new Set(parts)) {
      const long = letterCount(part) >= shortest || (/[\u0250-\uffff]/.test(part) && part.length >= 2);
      if (!long || /^\d+$/.test(part) || NO_NAMES.has(part.toLowerCase())) continue;
      forms.push(...encoded(value, part, "word", parts.length > 1));
    }
    forms.push(...base64Forms(value, group));
  }
  return [...forms, ...rawForms(value)];
}

/** A number or a word with digits: as it is, and with its separators left out. */
function tokenForms(value: IdentifyingValue, text: string): SearchForm[] {
  const isNumber = /^[\d\s.\-/()+]+$/.test(text);
  const bare = text.replaceAll(/[\s^,.\-_/()+=]+/g, "");
  const shortest = isNumber ? SHORTEST_NUMBER : SHORTEST_WORD;
  if (bare.length < shortest) return [];
  const boundary = isNumber ? "number" : bare.length >= LONG_WORD ? "none" : "word";
  const forms = encoded(value, text, boundary);
  return bare === text || bare.length < 6 ? forms : [...forms, ...encoded(value, bare, boundary)];
}

/** Long text in pieces of a line, so that a part of it is found too. */
function textForms(value: IdentifyingValue): SearchForm[] {
  const lines = value.text.split(/\p{Cc}+/u).map((line) => line.trim());
  const pieces =
    lines.length > 1 ? lines.filter((line) => /\p{L}{3}/u.test(line) && line.length >= 8) : lines;
  const most = value.kind === "private" ? MOST_PRIVATE_PIECES : MOST_PIECES;
  const forms = spread(pieces, most).flatMap((piece) => {
    const text = piece.slice(0, LONGEST_PIECE);
    return pieces.length > most ? encoded(value, text, "none") : tokenForms(value, text);
  });
  return [...forms, ...base64Forms(value, (pieces[0] ?? "").slice(0, LONGEST_PIECE)), ...rawForms(value)];
}

/** At most so many, the first and the last among them. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from(
    { length: most },
    (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))]!,
  );
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** As DICOM writes it, and as people do; separators are all the same to the search. */
function dateForms(value: IdentifyingValue): SearchForm[] {
  const [, year, month, day] = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})/.exec(value.text) ?? [];
  if (!year || !month || !day) return [];
  const name = MONTHS[Number(month) - 1] ?? "";
  const short = [String(Number(day)), String(Number(month))];
  const written = [
    `${year}${month}${day}`,
    `${year} ${month} ${day}`,
    `${day} ${month} ${year}`,
    `${month} ${day} ${year}`,
    `${short[0]} ${short[1]} ${year}`,
    `${short[1]} ${short[0]} ${year}`,
    `${day} ${name} ${year}`,
    `${short[0]} ${name} ${year}`,
    `${name} ${day}  ${year}`,
    `${name} ${short[0]}  ${year}`,
  ];
  return [...new Set(written)].flatMap((text) => encoded(value, text, "number"));
}

/** UTF-8, Latin-1 and UTF-16, in small and capital letters where folding bytes does not do it. */
function encoded(value: IdentifyingValue, text: string, boundary: Boundary, part = false): SearchForm[] {
  const letters = letterCount(text);
  const make = (bytes: Uint8Array, weight = letters, edge = boundary): SearchForm => {
    const folded = foldBytes(bytes);
    return { folded, span: folded.length, weight, boundary: edge, wide: false, part, value };
  };
  if (isAscii(text)) {
    const form = make(Buffer.from(text, "latin1"));
    return letters < 4 ? [form] : [form, { ...form, span: 2 * text.length - 1, wide: true }];
  }
  const forms: SearchForm[] = [];
  for (const written of new Set([text, text.toLowerCase(), text.toUpperCase(), text.normalize("NFD")])) {
    const utf8 = Buffer.from(written, "utf8");
    const utf16 = Buffer.from(written, "utf16le");
    // letters of other alphabets are rarer than ours, and some stand without blanks between them
    const isOther = /[\u0250-\uffff]/.test(written);
    const weight = isOther ? 2.7 * letters : letters;
    const edge = isOther ? "none" : boundary;
    forms.push(make(utf8, utf8.length, edge), make(utf16, weight, "none"));
    forms.push(make(Buffer.from(utf16).swap16(), weight, "none"));
    if (!/[^\0-\xff]/.test(written)) forms.push(make(Buffer.from(written, "latin1")));
  }
  return forms;
}

/** The bytes of the source, in its own character set. */
function rawForms(value: IdentifyingValue): SearchForm[] {
  if (!value.raw || value.raw.length < 4 || value.raw.length > LONGEST_RAW) return [];
  return [rareForm(value, value.raw)];
}

/** What stays the same of a value wherever it begins in an encoded text (RFC 4648 section 4). */
function base64Forms(value: IdentifyingValue, text: string): SearchForm[] {
  const forms: SearchForm[] = [];
  for (const written of new Set([text, text.toLowerCase(), text.toUpperCase()])) {
    const bytes = Buffer.from(written, "utf8");
    for (const before of [0, 1, 2]) {
      const whole = Buffer.concat([Buffer.alloc(before), bytes]);
      const from = [0, 2, 3][before]!;
      const core = whole.toString("base64").slice(from, Math.floor((whole.length * 8) / 6));
      if (core.length < SHORTEST_BASE64) continue;
      forms.push(rareForm(value, Buffer.from(core, "latin1")));
    }
  }
  return forms;
}

/** Bytes that are no chance find, whatever stands beside them. */
function rareForm(value: IdentifyingValue, bytes: Uint8Array): SearchForm {
  const folded = foldBytes(bytes);
  const { length } = folded;
  return { folded, span: length, weight: length, boundary: "none", wide: false, part: false, value };
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

function letterCount(text: string): number {
  if (!isAscii(text)) return text.replaceAll(/[^\p{L}\p{N}]/gu, "").length;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (isLetter(text.charCodeAt(at))) count += 1;
  return count;
}

/**
 * Whether what stands beside a find at `at` lets it count.
 * @param from begin of the value that holds the find; what is before it is beside another value
 * @param to end of it
 */
export function isBounded(
  form: SearchForm,
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
): boolean {
  const { boundary, wide, span } = form;
  if (boundary === "none") return true;
  const end = at + span + (wide ? 1 : 0);
  const beside = (place: number) => (place >= from && place < to ? bytes[place] : undefined);
  const before = beside(wide ? at - 2 : at - 1);
  const beyond = beside(wide ? at - 4 : at - 2);
  const after = beside(end);
  const next = beside(wide ? end + 2 : end + 1);
  if (boundary === "word") {
    return !isLetter(before) && !isLetter(after) && (wide || !isInPlaceholder(bytes, at, end, from, to));
  }
  if (boundary === "uid") return !isDigit(before) && !isDigit(after);
  if (isDigit(before) || isFraction(before, beyond) || isFraction(after, next)) return false;
  return !isDigit(after) || (form.value.kind === "date" && endsAsTime(beside, end, wide));
}

/** `.5` after a digit, or before one: the find is a piece of a decimal number. */
const isFraction = (point: number | undefined, digit: number | undefined): boolean =>
  point === 0x2e && isDigit(digit);

/** A date may be followed by the digits of a time (PS3.5 6.2, VR DT). */
function endsAsTime(beside: (place: number) => number | undefined, end: number, wide: boolean): boolean {
  const step = wide ? 2 : 1;
  let digits = 0;
  while (digits < 7 && isDigit(beside(end + digits * step))) digits += 1;
  return digits === 6 || digits === 4;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (isDigit(byte) || byte >= 0x80 || (FOLD[byte]! >= 0x61 && FOLD[byte]! <= 0x7a));
