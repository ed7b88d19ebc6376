// Reads the head of one data element: tag, value representation and length (PS3.5 section 7.1).
import { formatTag, MalformedDataset } from "./dataset-errors.ts";
import type { Encoding } from "./transfer-syntaxes.ts";

/** The length field of a value whose end is marked by a delimiter. */
export const UNDEFINED_LENGTH = 0xffffffff;
export const ITEM = 0xfffee000;
export const ITEM_DELIMITER = 0xfffee00d;
export const SEQUENCE_DELIMITER = 0xfffee0dd;
export const DATA_SET_TRAILING_PADDING = 0xfffcfffc;
/** No head is longer than this. */
export const MAX_HEADER_BYTES = 12;

/** A value representation as one number: its two letters, the first one high. */
export const vrCode = (vr: string): number => (vr.charCodeAt(0) << 8) | vr.charCodeAt(1);
export const vrName = (code: number): string =>
  VR_NAMES.get(code) ?? String.fromCharCode(code >> 8, code & 0xff);

const codes = (names: string): ReadonlySet<number> => new Set(names.split(" ").map(vrCode));

export const VR_SQ = vrCode("SQ");
export const VR_UN = vrCode("UN");
export const VR_OB = vrCode("OB");
export const VR_OW = vrCode("OW");

/** PS3.5 Table 7.1-2: a 16 bit length follows the value representation. */
const SHORT_FORM = codes("AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US");
/** PS3.5 Table 7.1-1: two reserved bytes and a 32 bit length follow. */
const LONG_FORM = codes("OB OD OF OL OV OW SQ SV UC UN UR UT UV");
/** The letters as strings that are made once: a header asks for a hundred of them. */
const VR_NAMES: ReadonlyMap<number, string> = new Map(
  [...SHORT_FORM, ...LONG_FORM].map((code) => [code, String.fromCharCode(code >> 8, code & 0xff)]),
);

/** One head, filled again for each element so that walking makes no garbage. */
export class ElementHeader {
  tag = 0;
  /** `vrCode` of the value representation; 0 where none is written. */
  vr = 0;
  /** Bytes of the value, or `UNDEFINED_LENGTH`. */
  length = 0;

  /**
   * Reads the head that begins at `at`.
   * @param available how many bytes there are from `at` on
   * @returns the bytes the head takes; when that is more than `available` the fields are not valid yet
   * @throws MalformedDataset when an explicit value representation is no printable text
   */
  read(bytes: Uint8Array, at: number, available: number, encoding: Encoding): number {
    if (available < 8) return 8;
    const { littleEndian } = encoding;
    const group = uint16(bytes, at, littleEndian);
    this.tag = ((group << 16) | uint16(bytes, at + 2, littleEndian)) >>> 0;
    if (!encoding.explicit || group === 0xfffe) {
      this.vr = 0;
      this.length = uint32(bytes, at + 4, littleEndian);
      return 8;
    }
    this.vr = (bytes[at + 4]! << 8) | bytes[at + 5]!;
    if (SHORT_FORM.has(this.vr) || !isLongForm(this.vr, this.tag)) {
      this.length = uint16(bytes, at + 6, littleEndian);
      return 8;
    }
    if (available < 12) return 12;
    this.length = uint32(bytes, at + 8, littleEndian);
    return 12;
  }
}

/**
 * The encoding of an item, told by its first element: some writers put implicit items into explicit sequences.
 * @param at where the first element begins
 */
export function itemEncoding(bytes: Uint8Array, at: number, available: number, outer: Encoding): Encoding {
  if (!outer.explicit || available < 8) return outer;
  const delimiter = uint16(bytes, at, outer.littleEndian) === 0xfffe;
  if (delimiter || looksLikeVr(bytes[at + 4]!, bytes[at + 5]!)) return outer;
  return { ...outer, explicit: false };
}

const looksLikeVr = (first: number, second: number): boolean =>
  first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a;

/**
 * Two capital letters that no edition knows take the long form, as PS3.5 7.1.2 foresees for new ones.
 * Writers that put `??`, `--` or blanks there use a 16 bit length.
 */
function isLongForm(vr: number, tag: number): boolean {
  if (LONG_FORM.has(vr)) return true;
  const first = vr >> 8;
  const second = vr & 0xff;
  if (looksLikeVr(first, second)) return true;
  if (first < 0x20 || first > 0x7e || second < 0x20 || second > 0x7e) {
    throw new MalformedDataset(`${formatTag(tag)} has no value representation`);
  }
  return false;
}

export function uint16(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

export function uint32(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const low = uint16(bytes, littleEndian ? at : at + 2, littleEndian);
  const high = uint16(bytes, littleEndian ? at + 2 : at, littleEndian);
  return ((high << 16) | low) >>> 0;
}
