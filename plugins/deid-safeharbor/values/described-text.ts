// Leaves of a description or comment only what is known to say nothing about people.
import { IMAGING_WORDS } from "./imaging-words.ts";

/** A placeholder that stands already, a run of letters and digits, or one other character. */
const PIECES =
  /\[(?:TEXT|NAME|ID|PLACE|DATE|URL|EMAIL|IP_ADDRESS|SSN|MRN|ACCOUNT|PHONE)_REMOVED\]|[\p{L}\p{M}\p{N}]+(?:\.\d+)?|[^\p{L}\p{M}\p{N}]/gu;
/** A number as scans have them: a b value, a count, an angle, a part of a direction; longer ones may be of a person. */
const NUMBER = /^(?:\d{1,4}|\d{1,3}\.\d{1,10})$/;
/** A number with its unit or what it counts: b1000, 64dir, 2mm, p2, s4, 3T, TE88. */
const COUNTED =
  /^(?:b|p|s|t|d|r|v|x|te|tr|ti|fa|mb|dir|iso|sl|vol|run|echo|avg|nex|pat)?\d{1,4}(?:\.\d{1,4})?(?:b|d|t|x|p|mm|cm|ms|s|sec|min|deg|dir|dirs|directions|iso|ch|hz|sl|vol|x\d{1,3})?$/i;
/** Letters that stand for an axis or a b value, alone or joined by a hyphen. */
const SINGLE = /^(?:[abdfhilmnprstvwxyz]|[LR][AP][HF]|[AP][LR]|[HF][LRAP])$/i;
/** Between words; anything else is left out. */
const SIGNS = /^[ \t\r\n\f_.,;:()[\]{}<>=+*/\\%&#^-]$/;
const CAMEL = /[A-Z][a-z]+|[A-Z]{2}(?=[a-z])|[A-Z]+(?![a-z])|[a-z]+|\d+/g;
/** Short numbers that make a long one: 12-34-56, and UIDs. */
const JOINED = /(?<![\d.])\d+(?:[-/]\d+)+(?![\d.])|(?<![\d.])\d+(?:\.\d+){2,}/g;
const MOST_JOINED_DIGITS = 5;
const GONE = "[TEXT_REMOVED]";

/** @param more words of the site, in lower case */
export function describedText(text: string, more: ReadonlySet<string>): string {
  let clean = "";
  // Signs behind what is gone stay only when a word follows.
  let signs: string | undefined;
  const short = text.replace(JOINED, (joined) => (isLong(joined) ? GONE : joined));
  for (const [piece] of short.matchAll(PIECES)) {
    if (piece === GONE || !isHarmless(piece, more)) {
      if (signs === undefined) clean += GONE;
      signs = "";
    } else if (signs !== undefined && SIGNS.test(piece)) {
      signs += piece;
    } else {
      clean += (signs ?? "") + piece;
      signs = undefined;
    }
  }
  return clean.replace(/(?:\[TEXT_REMOVED\][\s^_.,-]*)+(?=\[)/g, "");
}

const isLong = (joined: string): boolean =>
  joined.includes(".") || joined.replace(/\D/g, "").length > MOST_JOINED_DIGITS;

function isHarmless(piece: string, more: ReadonlySet<string>): boolean {
  if (piece.startsWith("[") && piece.length > 1) return true;
  if (piece.length === 1 && SIGNS.test(piece)) return true;
  const isWord = (word: string) => IMAGING_WORDS.has(word.toLowerCase()) || more.has(word.toLowerCase());
  if (NUMBER.test(piece) || SINGLE.test(piece) || COUNTED.test(piece) || isWord(piece)) return true;
  if (!/^[A-Za-z\d.]+$/.test(piece)) return false;
  // SagAPmosaic, MPRAGEsag, ep2ddiff
  const parts = piece.match(CAMEL) ?? [];
  const whole = parts.join("").length === piece.length;
  return whole && parts.length > 1 && parts.every((part) => isWord(part) || COUNTED.test(part));
}
