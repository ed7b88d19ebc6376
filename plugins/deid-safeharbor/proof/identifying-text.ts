// Finds what identifies inside of text that may stay: addresses of mail and web, numbers of people and accounts.
import type { ValueKind } from "./identifying-elements.ts";

const PATTERNS: readonly (readonly [ValueKind, RegExp])[] = [
  ["contact", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ["contact", /\b(?:https?|ftp):\/\/[^\s"'<>\\]+|\bwww\.[^\s"'<>\\]+/gi],
  ["contact", /(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w.])/g],
  ["contact", /(?<![\w.])\+\d[\d ()-]{7,}\d(?![\w.])/g],
  ["id", /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g],
  ["address", /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g],
  ["id", /\b(?:MRN?|RN|ACCT?|ACCOUNT)-\d+/gi],
];
/** UIDs in text and in private bytes; those of the standard are the same everywhere. */
const UID = /(?<![\d.])[0-2](?:\.(?:0|[1-9]\d*)){5,}(?![\d.]*\.\d)/g;
const OF_EVERYBODY = /^(?:1\.2\.840\.10008\.|1\.3\.12\.2\.1107\.5\.9\.)/;

/** UIDs that belong to the standard, or to a vendor's classes. */
export const isPublicUid = (uid: string): boolean => OF_EVERYBODY.test(`${uid}.`);

/** @returns kinds and the text of each; letters beyond Latin-1 never matter */
export function identifyingParts(text: string): (readonly [ValueKind, string])[] {
  const found: [ValueKind, string][] = [];
  if (text.length < 4) return found;
  for (const [kind, pattern] of PATTERNS) {
    for (const [part] of text.matchAll(pattern)) found.push([kind, part.trim()]);
  }
  return [...found, ...uidsIn(text)];
}

/** UIDs of instances in any text. */
export function uidsIn(text: string): (readonly [ValueKind, string])[] {
  return [...text.matchAll(UID)]
    .map(([uid]) => uid)
    .filter((uid) => uid.length >= SHORTEST_UID && !isPublicUid(uid))
    .map((uid) => ["uid", uid] as const);
}

const SHORTEST_UID = 16;
const STEP = SHORTEST_UID / 2;

/** The same for bytes that may hold anything, as Siemens CSA headers. */
export function uidsInBytes(bytes: Buffer): (readonly [ValueKind, string])[] {
  const found: (readonly [ValueKind, string])[] = [];
  for (let at = 0; at + 1 < bytes.length; at += STEP) {
    if (!isOfUid(bytes[at]!) || !isOfUid(bytes[at + 1]!)) continue;
    let from = at;
    while (from > 0 && isOfUid(bytes[from - 1]!)) from -= 1;
    let to = at + 1;
    while (to < bytes.length && isOfUid(bytes[to]!)) to += 1;
    if (to - from >= SHORTEST_UID) found.push(...uidsIn(bytes.toString("latin1", from, to)));
    at = Math.max(at, to - STEP);
  }
  return found;
}

const isOfUid = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || byte === 0x2e;
