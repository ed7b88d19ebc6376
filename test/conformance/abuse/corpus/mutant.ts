// A malformed data set with the transfer syntax it is sent in, and the chance that makes it.
import { noise } from "../noise.ts";

export const SYNTAX = {
  implicit: "1.2.840.10008.1.2",
  explicit: "1.2.840.10008.1.2.1",
  deflated: "1.2.840.10008.1.2.1.99",
  bigEndian: "1.2.840.10008.1.2.2",
  jpeg: "1.2.840.10008.1.2.4.50",
  jpeg2000: "1.2.840.10008.1.2.4.90",
  rle: "1.2.840.10008.1.2.5",
  unknown: "1.2.840.10008.1.2.4.999",
} as const;

export interface Mutant {
  readonly name: string;
  readonly transferSyntax: string;
  readonly bytes: Buffer;
}

/** Makes the same mutant for the same number. */
export type MutantMaker = (number: number) => Mutant;

/** Whole numbers that look like chance, always the same for the same seed. */
export class Chance {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    this.#drawn += 1;
    return noise(`${this.#seed} ${this.#drawn}`, 6).readUIntBE(0, 6) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** An element in explicit little endian with the long form of length, which may lie. */
export function longElement(tag: number, vr: string, value: Buffer, length = value.length): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, "latin1");
  head.writeUInt32LE(length, 8);
  return Buffer.concat([head, value]);
}

/** The same with the short form. */
export function shortElement(tag: number, vr: string, value: Buffer | string, length?: number): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : value;
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, "latin1");
  head.writeUInt16LE(length ?? bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

/** An item tag or a delimiter. */
export function mark(element: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(0xfffe, 0);
  bytes.writeUInt16LE(element, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

export const UNDEFINED = 0xffffffff;
export const ITEM = (length = UNDEFINED): Buffer => mark(0xe000, length);
export const END_OF_ITEM: Buffer = mark(0xe00d, 0);
export const END_OF_SEQUENCE: Buffer = mark(0xe0dd, 0);
