// The files of the log in the order of time, each known by its first line, since the one of today is renamed at midnight.
import { createHash } from "node:crypto";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface LogFileSight {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** Bytes when it was looked at. */
  readonly size: number;
  /** Time of its first line; lines of the files before are older, but for a moment where several hubs write. */
  readonly beginsAt: number;
  /** Lines are still written to it. */
  readonly isCurrent: boolean;
}

/** As `LogFile` names them: today's, those of other days, and second ones of a day. */
const NAME = /^hub(?:-(\d{4}-\d{2}-\d{2})(?:\.(\d+))?)?\.log$/;
const HEAD_BYTES = 4096;
const NEWLINE = 0x0a;

export class LogFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get current(): string {
    return join(this.folder, "hub.log");
  }

  /** Oldest first; a file without a whole line is not there yet. */
  async list(): Promise<LogFileSight[]> {
    const names = await readdir(this.folder).catch(() => []);
    const known = names.flatMap((name) => {
      const [found, day = "9999", number = "1"] = NAME.exec(name) ?? [];
      return found === undefined ? [] : [{ name, day, number: Number(number) }];
    });
    known.sort((one, other) => one.day.localeCompare(other.day) || one.number - other.number);
    const sights: LogFileSight[] = [];
    for (const { name } of known) {
      const sight = await this.look(name);
      if (sight && !sights.some(({ id }) => id === sight.id)) sights.push(sight);
    }
    return sights;
  }

  /** Opens a file also when it got another name meanwhile; undefined when it is gone. */
  async open(sight: LogFileSight): Promise<FileHandle | undefined> {
    const handle = await open(sight.path).catch(() => undefined);
    if (handle && (await headOf(handle))?.id === sight.id) return handle;
    await handle?.close();
    const renamed = (await this.list()).find(({ id }) => id === sight.id);
    return renamed && open(renamed.path).catch(() => undefined);
  }

  /** Undefined when there is no whole line in it. */
  async look(name: string): Promise<LogFileSight | undefined> {
    const path = join(this.folder, name);
    // everything is asked of the same open file: its name may pass to another one at any time
    const handle = await open(path).catch(() => undefined);
    if (!handle) return undefined;
    try {
      const { size, birthtimeMs } = await handle.stat();
      const head = await headOf(handle);
      const isCurrent = name === "hub.log";
      return head && { id: head.id, name, path, size, beginsAt: head.at ?? birthtimeMs, isCurrent };
    } finally {
      await handle.close();
    }
  }
}

async function headOf(handle: FileHandle): Promise<{ id: string; at: number | undefined } | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const newline = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
  if (newline < 0 && bytesRead < HEAD_BYTES) return undefined;
  const line = buffer.subarray(0, newline < 0 ? HEAD_BYTES : newline);
  return { id: createHash("sha256").update(line).digest("hex").slice(0, 12), at: timeOf(line.toString()) };
}

const TIME = /"time":"(\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z)"/;

/** Of a line as it stands in the file, without reading all of it. */
export function timeOf(line: string): number | undefined {
  const [, text] = TIME.exec(line) ?? [];
  return text === undefined ? undefined : Date.parse(text);
}
