// All text in the files of a source that could tell who it is of: fields, header, extensions, comments, names.
import { basename } from "node:path";
import { identifyingParts } from "../proof/identifying-text.ts";
import type { IdentifyingValue } from "../proof/search-forms.ts";
import { fieldKind } from "./field-kinds.ts";
import { gzipHeadOf, type ReadImage, TEXT_FIELDS } from "./image-reader.ts";
import type { JsonValue } from "./json-reader.ts";

/** Text that nobody would look for: shorter, or without letters. */
const SHORTEST_TEXT = 6;
const SHORTEST_NUMBER = 5;
const LONG_NUMBER = /\d{6}/;
const MOST_RUNS = 500;
const DATE = /^(\d{4})-?(\d{2})-?(\d{2})/;

export interface SourceTexts {
  readonly values: IdentifyingValue[];
  /** Text that may stay, in small letters: terms of makers, and all of it. */
  readonly terms: string[];
  readonly kept: string[];
}

/** @param all as `readJson` has them */
export function textsOfSidecar(all: readonly JsonValue[]): SourceTexts {
  const texts: SourceTexts = { values: [], terms: [], kept: [] };
  for (const { names, kind, text } of all)
    if (kind === "text" || kind === "number") add(texts, names, kind, text.trim());
  return texts;
}

function add(texts: SourceTexts, names: readonly string[], form: "text" | "number", text: string): void {
  // whatever stands deeper is called by the field it stands in, and by itself
  const says = names.length === 1 ? fieldKind(names[0]!) : deepKind(names);
  if (says === "technical" || says === "description") {
    if (form === "number") return;
    texts.kept.push(text);
    if (says === "technical") texts.terms.push(text);
    else texts.values.push(...partsOf(text, "a description"));
    return;
  }
  if (text === "" || says === "time") return;
  const path =
    says === "name" && /patient/i.test(names.at(-1) ?? "")
      ? "PatientName (0010,0010)"
      : `a field with ${WORDS[says]}`;
  if (says === "date") {
    const [, year, month, day] = DATE.exec(text) ?? [];
    if (year) texts.values.push({ kind: "date", text: `${year}${month}${day}`, path });
  } else if (says !== "text") {
    // a count is no number of anybody
    if (form === "text" || LONG_NUMBER.test(text)) texts.values.push({ kind: says, text, path });
  } else if (form === "text") texts.values.push(...looseText(text, path));
}

const deepKind = (names: readonly string[]) => {
  const says = fieldKind(names.at(-1) ?? "");
  return says === "technical" || says === "description" ? "text" : says;
};

const WORDS: Readonly<Record<string, string>> = {
  name: "a name",
  id: "a number",
  place: "a place",
  device: "a device",
  contact: "an address",
  date: "a date",
  uid: "a UID",
  text: "text",
};

/** What identifies inside of text, whatever else is in it. */
const partsOf = (text: string, path: string): IdentifyingValue[] =>
  identifyingParts(text).map(([kind, part]) => ({ kind, text: part, path }));

/** A number of somebody, with the signs and the letters that some have; a measured one has a point. */
const isNumber = (text: string): boolean =>
  text.replaceAll(/\D/g, "").length >= SHORTEST_NUMBER &&
  !/\p{L}{3}/u.test(text) &&
  !/^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i.test(text);

/** Text that may say anything, or nothing. */
function looseText(text: string, path: string): IdentifyingValue[] {
  const bare = text.trim();
  if (isNumber(bare)) return [{ kind: "id", text: bare, path }];
  if (bare.length < SHORTEST_TEXT || !/\p{L}{3}/u.test(bare)) return partsOf(bare, path);
  return [{ kind: "text", text: bare, path }, ...partsOf(bare, path)];
}

/** Of header, extensions and whatever stands behind the voxels. */
export function textsOfImage(path: string, { head, around }: ReadImage): IdentifyingValue[] {
  const fields = TEXT_FIELDS.flatMap(([name, at, bytes]) =>
    runsIn(head.subarray(at, at + bytes)).flatMap((text) => looseText(text, `${name} of the header`)),
  );
  const loose = runsIn(around).flatMap((text) => looseText(text, "bytes around the voxels"));
  return [...fields, ...loose, ...gzipTexts(path)];
}

const NAME = 0x08;
const COMMENT = 0x10;
const EXTRA = 0x04;

/** RFC 1952 2.3: an extra field, a name, a comment, each ended by a zero. */
function gzipTexts(path: string): IdentifyingValue[] {
  const head = gzipHeadOf(path);
  if (!head) return [];
  const flags = head[3]!;
  const extra = flags & EXTRA ? 2 + head.readUInt16LE(10) : 0;
  let at = 10 + extra;
  const found = extra > 0 ? runsIn(head.subarray(12, at)) : [];
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = head.indexOf(0, at);
    if (end < 0) break;
    found.push(head.toString("latin1", at, end));
    at = end + 1;
  }
  return found.flatMap((text) => looseText(text, "the gzip header"));
}

/** Behind the sign of a comment, in a table that has some. */
export const textsOfTable = (text: string): IdentifyingValue[] =>
  [...text.matchAll(/#(.*)$/gm)].flatMap(([, comment = ""]) => looseText(comment, "a comment of the table"));

/** A converter names its files after patients and dates. */
export const textsOfName = (path: string): IdentifyingValue[] =>
  looseText(basename(path).replace(/\.(?:nii(?:\.gz)?|bval|bvec|json)$/i, ""), "the name of the file");

/** Runs of printable bytes, as UTF-8 where they are. */
function runsIn(bytes: Buffer): string[] {
  const texts = bytes
    .toString("utf8")
    .split(/\p{Cc}+/u)
    .map((run) => run.replaceAll("\ufffd", " ").trim());
  const wide = bytes.toString("latin1").replaceAll(/([\x20-\xff])\0/g, "$1");
  const narrow = wide === bytes.toString("latin1") ? [] : wide.split(/\p{Cc}+/u);
  return [...texts, ...narrow].filter((text) => text.length >= 4).slice(0, MOST_RUNS);
}
