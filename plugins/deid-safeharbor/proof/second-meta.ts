// The file meta information as the proof reads it: where it ends, and in which syntax the data set is.

export interface SecondMeta {
  /** TransferSyntaxUID (0002,0010); Implicit VR Little Endian when nothing says otherwise. */
  readonly transferSyntaxUid: string;
  /** Offset of the data set. */
  readonly end: number;
  /** Offset of the meta information; 132 after a preamble, else 0. */
  readonly begin: number;
}

const IMPLICIT = "1.2.840.10008.1.2";
const TRANSFER_SYNTAX = 0x0010;
/** Value representations of group 0002 with a length of four bytes (PS3.10 Table 7.1-1). */
const LONG = new Set(["OB", "UN", "UT", "UC", "UR", "OW"]);

/** Reads group 0002, which is always explicit little endian (PS3.10 7.1). */
export function metaOf(bytes: Buffer): SecondMeta {
  const begin = bytes.length >= 132 && bytes.toString("latin1", 128, 132) === "DICM" ? 132 : 0;
  let transferSyntaxUid = IMPLICIT;
  let at = begin;
  while (at + 8 <= bytes.length && bytes.readUInt16LE(at) === 0x0002) {
    const long = LONG.has(bytes.toString("latin1", at + 4, at + 6));
    const head = long ? 12 : 8;
    if (at + head > bytes.length) break;
    const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const from = at + head;
    if (bytes.readUInt16LE(at + 2) === TRANSFER_SYNTAX) {
      transferSyntaxUid = bytes.toString("latin1", from, from + length).replace(/[\0 ]+$/, "");
    }
    at = from + length;
  }
  return { transferSyntaxUid, end: Math.min(at, bytes.length), begin };
}
