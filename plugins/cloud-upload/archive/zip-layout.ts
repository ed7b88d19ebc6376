// Lays out a ZIP archive of stored files: its size and every byte of it are known before one is read, and each time the same.

/** A file that goes in as it is. */
export interface StoredFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly crc32: number;
  /** In the archive; left out, its place in it: `000001.dcm`. */
  readonly name?: string;
}

/** Bytes of the archive, from `at` on: of a header, or of a file. */
export type Piece = { readonly at: number; readonly bytes: number } & (
  | { readonly header: Buffer }
  | { readonly path: string }
);

export interface ZipLayout {
  readonly bytes: number;
  readonly pieces: readonly Piece[];
}

/** APPNOTE.TXT 6.3.10. */
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
/** Sizes and offsets from here on stand in the extra field of ZIP64 (4.5.3), and counts in its end record. */
const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const VERSION = 20;
const VERSION_64 = 45;
/** 1 January 1980, 0:00: a real time would make other bytes of the same study, and tell when it was made. */
const DATE = 0x0021;
const MADE_ON_UNIX = 3 << 8;
const REGULAR_FILE = (0o100600 << 16) >>> 0;

/** Names tell the order and nothing else: `000001.dcm`. */
const nameAt = ({ name }: Pick<StoredFile, "name">, index: number): Buffer =>
  Buffer.from(name ?? `${String(index + 1).padStart(6, "0")}.dcm`, "ascii");

/**
 * In the given order, under names that tell nothing, with checksums before the content, so that the archive can be read as
 * it comes, too.
 */
export function layOut(files: readonly StoredFile[]): ZipLayout {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (piece: { readonly header: Buffer } | { readonly path: string; readonly bytes: number }) => {
    const bytes = "header" in piece ? piece.header.length : piece.bytes;
    pieces.push({ ...piece, at, bytes });
    at += bytes;
  };
  const directory = files.map((file, index) => {
    const offset = at;
    add({ header: localHeader(file, nameAt(file, index)) });
    add({ path: file.path, bytes: file.bytes });
    return centralHeader(file, nameAt(file, index), offset);
  });
  const start = at;
  add({ header: Buffer.concat(directory) });
  add({ header: endOf(files.length, start, at - start) });
  return { bytes: at, pieces };
}

/** Of the archive, without looking into any file. */
export const archiveBytes = (files: readonly Pick<StoredFile, "bytes" | "name">[]): number =>
  layOut(files.map((file) => ({ ...file, path: "", crc32: 0 }))).bytes;

function localHeader({ bytes, crc32 }: StoredFile, name: Buffer): Buffer {
  const large = bytes >= LIMIT_32;
  const extra = large ? extra64([bytes, bytes]) : Buffer.alloc(0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(LOCAL_HEADER, 0);
  head.writeUInt16LE(large ? VERSION_64 : VERSION, 4);
  writeFacts(head, 6, { bytes, crc32 });
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, name, extra]);
}

function centralHeader({ bytes, crc32 }: StoredFile, name: Buffer, offset: number): Buffer {
  const large = [...(bytes >= LIMIT_32 ? [bytes, bytes] : []), ...(offset >= LIMIT_32 ? [offset] : [])];
  const extra = large.length > 0 ? extra64(large) : Buffer.alloc(0);
  const version = large.length > 0 ? VERSION_64 : VERSION;
  const head = Buffer.alloc(46);
  head.writeUInt32LE(CENTRAL_HEADER, 0);
  head.writeUInt16LE(MADE_ON_UNIX | version, 4);
  head.writeUInt16LE(version, 6);
  writeFacts(head, 8, { bytes, crc32 });
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(REGULAR_FILE, 38);
  head.writeUInt32LE(Math.min(offset, LIMIT_32), 42);
  return Buffer.concat([head, name, extra]);
}

/** Flags, method (stored), time, date, checksum and both sizes: 20 bytes that local and central header share. */
function writeFacts(head: Buffer, at: number, { bytes, crc32 }: Pick<StoredFile, "bytes" | "crc32">): void {
  head.writeUInt16LE(DATE, at + 6);
  head.writeUInt32LE(crc32, at + 8);
  head.writeUInt32LE(Math.min(bytes, LIMIT_32), at + 12);
  head.writeUInt32LE(Math.min(bytes, LIMIT_32), at + 16);
}

function extra64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function endOf(count: number, start: number, bytes: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 8);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 10);
  end.writeUInt32LE(Math.min(bytes, LIMIT_32), 12);
  end.writeUInt32LE(Math.min(start, LIMIT_32), 16);
  if (count < LIMIT_16 && start < LIMIT_32) return end;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(END_64, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(MADE_ON_UNIX | VERSION_64, 12);
  end64.writeUInt16LE(VERSION_64, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(bytes), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(LOCATOR_64, 0);
  locator.writeBigUInt64LE(BigInt(start + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}
