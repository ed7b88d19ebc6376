// Reads lines of the log forwards and backwards from any place, a piece of a file at a time, whatever the size of all.
import type { FileHandle } from "node:fs/promises";
import { type LogFileSight, type LogFiles, timeOf } from "./log-files.ts";
import type { LogPlace } from "./log-place.ts";

/** A line before anybody looked at what is in it. */
export interface RawLine {
  readonly file: LogFileSight;
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
  /** Undefined when it is longer than any line of the hub. */
  readonly text: string | undefined;
}

const PIECE_BYTES = 262_144;
const LONGEST_LINE = 262_144;
const NEWLINE = 0x0a;

/** From a place to the last whole line there is now, oldest first. */
export async function* linesAfter(
  files: LogFiles,
  list: readonly LogFileSight[],
  from: LogPlace | undefined,
): AsyncGenerator<RawLine[]> {
  const first = Math.max(0, from ? list.findIndex(({ id }) => id === from.file) : 0);
  for (const [index, file] of list.entries()) {
    if (index < first) continue;
    const handle = await files.open(file);
    if (!handle) continue;
    try {
      yield* forwards(handle, file, index === first ? (from?.offset ?? 0) : 0);
    } finally {
      await handle.close();
    }
  }
}

/** From a place to the first line there is, newest first. */
export async function* linesBefore(
  files: LogFiles,
  list: readonly LogFileSight[],
  from: LogPlace | undefined,
): AsyncGenerator<RawLine[]> {
  const last = from ? list.findIndex(({ id }) => id === from.file) : list.length - 1;
  for (let index = last; index >= 0; index -= 1) {
    const file = list[index]!;
    const handle = await files.open(file);
    if (!handle) continue;
    try {
      const end = index === last && from ? Math.min(from.offset, file.size) : file.size;
      yield* backwards(handle, file, end);
    } finally {
      await handle.close();
    }
  }
}

async function* forwards(handle: FileHandle, file: LogFileSight, from: number): AsyncGenerator<RawLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  /** Where the line begins whose first bytes are in the rest. */
  let begin = from;
  let tooLong = false;
  for (let at = from; at < file.size; ) {
    const piece = await read(handle, at, Math.min(PIECE_BYTES, file.size - at));
    if (piece.length === 0) return;
    at += piece.length;
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const lines: RawLine[] = [];
    let used = 0;
    for (let newline = bytes.indexOf(NEWLINE); newline >= 0; newline = bytes.indexOf(NEWLINE, used)) {
      const end = at - bytes.length + newline + 1;
      const text = tooLong ? undefined : bytes.toString("utf8", used, newline);
      lines.push({ file, offset: begin, end, text });
      tooLong = false;
      used = newline + 1;
      begin = end;
    }
    rest = bytes.subarray(used);
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }
}

async function* backwards(handle: FileHandle, file: LogFileSight, from: number): AsyncGenerator<RawLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  /** Where the line ends whose last bytes are in the rest; nothing is known before the first line break. */
  let end: number | undefined;
  let tooLong = false;
  for (let at = from; at > 0; ) {
    const size = Math.min(PIECE_BYTES, at);
    at -= size;
    const bytes = Buffer.concat([await read(handle, at, size), rest]);
    const lines: RawLine[] = [];
    let until = bytes.length;
    const before = () => (until === 0 ? -1 : bytes.lastIndexOf(NEWLINE, until - 1));
    for (let newline = before(); newline >= 0; newline = before()) {
      const offset = at + newline + 1;
      // what follows the last line break is still being written
      if (end !== undefined) lines.push(line(offset, end, bytes.toString("utf8", newline + 1, until)));
      tooLong = false;
      end = offset;
      until = newline;
    }
    if (at === 0 && end !== undefined && until > 0)
      lines.push(line(0, end, bytes.toString("utf8", 0, until)));
    rest = bytes.subarray(0, until);
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }

  function line(offset: number, lineEnd: number, text: string): RawLine {
    return { file, offset, end: lineEnd, text: tooLong ? undefined : text };
  }
}

async function read(handle: FileHandle, at: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, at);
  return buffer.subarray(0, bytesRead);
}

/** Bytes to read on either side of where a time is looked for. */
const LOOK_BYTES = 16_384;
/** A piece this small is read line by line. */
const NEAR_BYTES = 262_144;

/**
 * Finds a time in a file without reading it.
 * @returns `low`, before which no line is as late, and `high`, from which all are; what is between must be read
 */
export async function seek(
  files: LogFiles,
  file: LogFileSight,
  time: number,
): Promise<{ readonly low: number; readonly high: number }> {
  let low = 0;
  let high = file.size;
  const handle = await files.open(file);
  if (!handle) return { low, high };
  try {
    while (high - low > NEAR_BYTES) {
      const middle = Math.floor((low + high) / 2);
      const bytes = await read(handle, middle, LOOK_BYTES);
      const newline = bytes.indexOf(NEWLINE);
      const at = newline < 0 ? undefined : timeOf(bytes.toString("utf8", newline + 1));
      if (at === undefined) break;
      if (at >= time) high = middle + newline + 1;
      else low = middle + newline + 1;
    }
    return { low, high };
  } finally {
    await handle.close();
  }
}
