// The file of the log. A disk that is full costs lines, never the hub.
import { destination } from "pino";

/** Lines that wait for the disk; what comes beyond is dropped. */
const MOST_WAITING_BYTES = 4_000_000;

export class LogFile {
  readonly #file: ReturnType<typeof destination>;
  #failing = false;
  #closed = false;

  constructor(path: string) {
    this.#file = destination({ dest: path, sync: false, minLength: 0, maxLength: MOST_WAITING_BYTES });
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
    if (!this.#closed) this.#file.write(line);
  }

  /** Everything is in the file when this returns, unless the disk does not take it. */
  flush(): void {
    if (this.#closed) return;
    if (this.#failing) {
      // flushing would wait for room for ever, here and again at the end of the process
      this.#closed = true;
      this.#file.destroy();
    } else {
      this.#file.flushSync();
    }
  }
}
