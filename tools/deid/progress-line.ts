// How far the command is, on stderr: on a terminal one line that is written over, elsewhere a line now and then.

const CLEAR = "\r\u001b[K";
/** A terminal far away is slower than the work. */
const EVERY_MS = 100;
/** Where each line stays. */
const FILES_EACH = 10_000;

export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY === true;
  #shownAt = 0;
  #isShown = false;

  /** Folders looked through, or headers read. */
  files(stage: string, count: number, of?: number): void {
    const text = () => `${stage}: ${count}${of === undefined ? "" : ` of ${of}`} files`;
    if (this.#isTerminal) this.#writeOver(text);
    else if (count % FILES_EACH === 0) process.stderr.write(`${text()}\n`);
  }

  /** @param study `study 3 of 20` @returns takes the part that is done, 0 to 1; tells every tenth where lines stay */
  study(study: string): (value: number, stage: string) => void {
    let last = -1;
    return (value, stage) => {
      const tenth = Math.floor(10 * value);
      const text = () => `${study}: ${Math.round(100 * value)} % ${stage}`;
      if (this.#isTerminal) this.#writeOver(text);
      else if (tenth !== last) process.stderr.write(`${text()}\n`);
      last = tenth;
    };
  }

  /** Something else will be written. */
  clear(): void {
    if (this.#isShown) process.stderr.write(CLEAR);
    this.#isShown = false;
    this.#shownAt = 0;
  }

  #writeOver(text: () => string): void {
    const now = performance.now();
    if (now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    process.stderr.write(CLEAR + text());
  }
}
