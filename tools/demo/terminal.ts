// Prints the demo's timeline: a line for each event, a bar for what takes its time.

const BAR = 24;

export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #began = performance.now();
  #bar = "";
  #lastPercent = -1;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  line(part: string, text: string): void {
    this.#clearBar();
    this.#out.write(`${this.#clock()}  ${part.padEnd(11)}${text}\n`);
  }

  /** @param value 0 to 1; without a terminal a line is printed for each quarter */
  bar(part: string, value: number, text: string): void {
    const percent = Math.floor(value * 100);
    if (!this.#out.isTTY) {
      if (Math.floor(percent / 25) > Math.floor(this.#lastPercent / 25))
        this.line(part, `${percent} %  ${text}`);
      this.#lastPercent = percent;
      return;
    }
    const full = Math.round(value * BAR);
    const picture = `${"█".repeat(full)}${"░".repeat(BAR - full)}`;
    const line = `${this.#clock()}  ${part.padEnd(11)}${picture} ${String(percent).padStart(3)} %  ${text}`;
    this.#clearBar();
    this.#out.write(line);
    this.#bar = line;
  }

  /** The next bar begins at zero. */
  endBar(): void {
    this.#lastPercent = -1;
  }

  done(): void {
    this.line("demo", "done");
  }

  fail(error: Error & { part?: string }): void {
    this.#clearBar();
    const where = error.part === undefined ? "" : ` at step "${error.part}"`;
    process.stderr.write(`${this.#clock()}  FAILED${where}: ${error.message}\n`);
  }

  #clearBar(): void {
    if (this.#bar !== "") this.#out.write(`\r${" ".repeat(this.#bar.length)}\r`);
    this.#bar = "";
  }

  #clock(): string {
    const seconds = (performance.now() - this.#began) / 1000;
    return `${seconds.toFixed(1).padStart(6)} s`;
  }
}
