// Siemens' CSA headers (0029,xx10) and (0029,xx20): taken apart, and put together again of what names nobody.
import { ALLOWED_ENTRIES, PROTOCOL_ENTRIES } from "./siemens-csa-entries.ts";
import { cleanProtocol } from "./siemens-protocol.ts";

const MAGIC = "SV10";
const MAGIC_HEAD = Buffer.from("SV10\x04\x03\x02\x01", "latin1");
const NAME_BYTES = 64;
const ENTRY_BYTES = 84;
const PART_HEAD_BYTES = 16;
const MOST_ENTRIES = 1024;
const MOST_PARTS = 4096;
/** Stands behind lengths of filled values, and for empty ones. */
const FILLED = 77;
const UNFILLED = 205;

interface CsaEntry {
  readonly name: string;
  /** Value multiplicity, value representation and the type that goes with it, as they stand. */
  readonly multiplicity: number;
  readonly vr: string;
  readonly type: number;
  readonly parts: readonly string[];
}

/**
 * Keeps the entries that carry geometry, diffusion and timing, when their values are the numbers or codes they should
 * be. Between and behind values the scanner leaves pieces of its memory; they are gone, because all is written anew.
 * The layout is Siemens' own; described by nibabel ("Siemens format DICOM with CSA header").
 * @returns undefined when it is no CSA header
 */
export function cleanCsaHeader(value: Buffer): Buffer | undefined {
  try {
    const newer = value.toString("latin1", 0, 4) === MAGIC;
    const entries = readEntries(value, newer).flatMap(cleanEntry);
    return writeEntries(entries, newer);
  } catch (error) {
    // a length that leads out of the header
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * What stands in a CSA header, for people.
 * @returns undefined when it is no CSA header
 */
export function csaEntriesOf(value: Buffer): readonly Pick<CsaEntry, "name" | "parts">[] | undefined {
  try {
    return readEntries(value, value.toString("latin1", 0, 4) === MAGIC);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readEntries(bytes: Buffer, newer: boolean): CsaEntry[] {
  let at = newer ? 8 : 0;
  const count = bytes.readUInt32LE(at);
  if (count > MOST_ENTRIES || bytes.readUInt32LE(at + 4) !== FILLED) throw new RangeError("no CSA header");
  at += 8;
  const entries: CsaEntry[] = [];
  let firstParts: number | undefined;
  for (let index = 0; index < count; index += 1) {
    const parts = bytes.readUInt32LE(at + 76);
    if (parts > MOST_PARTS) throw new RangeError("no CSA header");
    firstParts ??= parts;
    const head = {
      name: textAt(bytes, at, NAME_BYTES),
      multiplicity: bytes.readInt32LE(at + 64),
      vr: textAt(bytes, at + 68, 4).slice(0, 2),
      type: bytes.readInt32LE(at + 72),
    };
    at += ENTRY_BYTES;
    const values: string[] = [];
    for (let part = 0; part < parts; part += 1) {
      // the older kind has the number of parts of the first entry in its lengths
      const length = newer ? bytes.readInt32LE(at + 4) : bytes.readInt32LE(at) - firstParts;
      const start = at + PART_HEAD_BYTES;
      if (length < 0 || start + length > bytes.length) throw new RangeError("no CSA header");
      values.push(textAt(bytes, start, length));
      at = start + 4 * Math.ceil(length / 4);
    }
    entries.push({ ...head, parts: values });
  }
  return entries;
}

/** @returns none or one */
function cleanEntry(entry: CsaEntry): CsaEntry[] {
  if (PROTOCOL_ENTRIES.has(entry.name)) {
    const [protocol = ""] = entry.parts;
    return [{ ...entry, parts: [cleanProtocol(protocol), ...entry.parts.slice(1).map(() => "")] }];
  }
  const form = ALLOWED_ENTRIES.get(entry.name);
  return form && entry.parts.every((part) => form.test(part.trim())) ? [entry] : [];
}

function writeEntries(entries: readonly CsaEntry[], newer: boolean): Buffer {
  const count = Buffer.alloc(8);
  count.writeUInt32LE(entries.length, 0);
  count.writeUInt32LE(FILLED, 4);
  const firstParts = entries[0]?.parts.length ?? 0;
  const shift = newer ? 0 : firstParts;
  return Buffer.concat([
    ...(newer ? [MAGIC_HEAD] : []),
    count,
    ...entries.flatMap((entry) => [entryHead(entry), ...entry.parts.map((part) => partOf(part, shift))]),
  ]);
}

function entryHead({ name, multiplicity, vr, type, parts }: CsaEntry): Buffer {
  const head = Buffer.alloc(ENTRY_BYTES);
  head.write(name, 0, NAME_BYTES - 1, "latin1");
  head.writeInt32LE(multiplicity, 64);
  head.write(vr, 68, "latin1");
  head.writeInt32LE(type, 72);
  head.writeInt32LE(parts.length, 76);
  head.writeInt32LE(parts.length > 0 ? FILLED : UNFILLED, 80);
  return head;
}

/** A value ends with a NUL that counts, and takes a multiple of four bytes. */
function partOf(text: string, shift: number): Buffer {
  const length = text === "" ? 0 : text.length + 1;
  const part = Buffer.alloc(PART_HEAD_BYTES + 4 * Math.ceil(length / 4));
  part.writeInt32LE(length + shift, 0);
  part.writeInt32LE(length, 4);
  part.writeInt32LE(length > 0 ? FILLED : UNFILLED, 8);
  part.writeInt32LE(length, 12);
  part.write(text, PART_HEAD_BYTES, "latin1");
  return part;
}

function textAt(bytes: Buffer, at: number, length: number): string {
  if (at + length > bytes.length) throw new RangeError("no CSA header");
  const end = bytes.indexOf(0, at);
  return bytes.toString("latin1", at, end < 0 || end > at + length ? at + length : end);
}
