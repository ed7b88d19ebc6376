// Where a value stands that a site chose: a standard element, or a private one by the creator of its block.
import { formatTag } from "./dataset-errors.ts";

/** An element of the top level. */
export interface ElementAddress {
  /** 16 bits. */
  readonly group: number;
  /** 16 bits; with a creator only the low byte counts, because the sender chooses the block. */
  readonly element: number;
  /** Who reserved the block of a private element (PS3.5 7.8.1); without one the element is read as it stands. */
  readonly privateCreator?: string;
}

/** A creator's elements begin here; below are the creators themselves. */
const FIRST_PRIVATE_VALUE = 0x1000;
/** Groups below are commands and file meta information, and none of a data set (PS3.5 7.1). */
const FIRST_GROUP = 0x0008;
const LAST_GROUP = 0xfffc;

/**
 * Reads `gggg,eeee` in hex digits, with or without brackets. With a creator the element may also be its low
 * byte alone, `gggg,xxee` or `gggg,ee`.
 * @throws Error that says what is wrong, for the person who wrote it
 */
export function parseElementAddress(text: string, privateCreator?: string): ElementAddress {
  const match = /^\(?([0-9a-f]{4}),\s?([0-9a-f]{4}|xx[0-9a-f]{2}|[0-9a-f]{2})\)?$/i.exec(text.trim());
  if (!match) throw new Error('must be two times four hex digits, like "0019,1001"');
  const group = Number.parseInt(match[1]!, 16);
  const written = match[2]!;
  const whole = /^[0-9a-f]{4}$/i.test(written);
  const element = Number.parseInt(written.slice(-(whole ? 4 : 2)), 16);
  if (group < FIRST_GROUP || group > LAST_GROUP) {
    throw new Error(`names group ${match[1]}, which no data set has`);
  }
  if (privateCreator === undefined) {
    if (!whole) throw new Error("needs all four digits of the element, or a private creator");
    return { group, element };
  }
  if (group % 2 === 0) throw new Error("has a private creator, but its group is even and so not private");
  if (whole && element < FIRST_PRIVATE_VALUE) {
    const tag = formatTag(group * 0x10000 + element);
    throw new Error(`names ${tag}, which is no element of a creator's block (1000 to FFFF)`);
  }
  return { group, element, privateCreator };
}
