// The file of the log, a new one every day. A disk that is full costs lines, never the hub.
import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { destination } from "pino";

/** Lines that wait for the disk; what comes beyond is dropped. */
const MOST_WAITING_BYTES = 4_000_000;
/** A day with more than this gets a second file. */
const LARGEST_BYTES = 100_000_000;
const NAME = "hub";

/** `hub.log`, and `hub-2026-11-29.log` when the day is over. */
export class LogFile {
  readonly #folder: string | undefined;
  readonly #path: string;
  readonly #file: ReturnType<typeof destination>;
  readonly #now: () => Date;
  #nextTurn: number;
  #written = 0;
  #failing = false;
  #closed = false;

  /**
   * @param place a folder; or a file, which then stays the one
   * @param now for tests
   */
  constructor(place: { readonly folder: string } | { readonly file: string }, now = () => new Date()) {
    this.#folder = "folder" in place ? place.folder : undefined;
    this.#path = "folder" in place ? join(place.folder, `${NAME}.log`) : place.file;
    this.#now = now;
    this.#putAside();
    this.#nextTurn = midnightAfter(now());
    this.#file = destination({
      dest: this.#path,
      sync: false,
      minLength: 0,
      maxLength: MOST_WAITING_BYTES,
    });
    this.#flushOnlyWhenOpen();
    // nobody listening would be an exception that ends the process; lines wait, and the next one tries again
    this.#file.on("error", () => {
      this.#failing = true;
    });
    this.#file.on("write", () => {
      this.#failing = false;
    });
  }

  /** The last write found no room. */
  get failing(): boolean {
    return this.#failing;
  }

  write(line: string): void {
    if (this.#closed) return;
    this.#written += line.length;
    if (this.#folder !== undefined) this.#turn();
    this.#file.write(line);
  }

  /** Every line is with the system when this returns, unless the disk does not take it; a write under way ends by itself. */
  flush(): void {
    if (this.#closed) return;
    if (this.#failing) {
      // flushing would wait for room for ever, here and again at the end of the process
      this.#closed = true;
      this.#file.destroy();
    } else {
      this.#flushNow();
    }
  }

  /**
   * pino flushes at the end of the process, too, and of a file that is not open that would be an exception, whose stack
   * stands behind the message that tells why the hub did not start. What waits is written when the file is open.
   */
  #flushOnlyWhenOpen(): void {
    const file = this.#file;
    const flush = file.flushSync.bind(file);
    let isOpen = false;
    file.on("ready", () => {
      isOpen = true;
    });
    file.flushSync = () => {
      if (isOpen) flush();
    };
  }

  #flushNow(): void {
    try {
      this.#file.flushSync();
    } catch {
      // the disk does not take it now
    }
  }

  #turn(): void {
    const now = this.#now().getTime();
    const full = this.#written > LARGEST_BYTES;
    if ((now < this.#nextTurn && !full) || this.#failing) return;
    this.#nextTurn = midnightAfter(this.#now());
    this.#written = 0;
    this.#flushNow();
    this.#putAside(full);
    this.#file.reopen();
  }

  /** Several hubs may write to one file: the first one that sees the new day renames it, the others follow. */
  #putAside(full = false): void {
    if (this.#folder === undefined) return;
    try {
      const { birthtime, mtime, size } = statSync(this.#path);
      const day = dayOf(birthtime.getTime() > 0 ? birthtime : mtime);
      if (size === 0 || (day === dayOf(this.#now()) && !full)) return;
      renameSync(this.#path, freeName(join(this.#folder, `${NAME}-${day}`)));
    } catch {
      // there is none yet, or another hub has renamed it
    }
  }
}

function freeName(stem: string): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${stem}.log` : `${stem}.${number}.log`;
    if (!existsSync(path)) return path;
  }
}

/** Of the machine's own clock. */
function dayOf(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

const midnightAfter = (time: Date): number =>
  new Date(time.getFullYear(), time.getMonth(), time.getDate() + 1).getTime();
