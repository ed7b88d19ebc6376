// Listens to one running product: its lines, its silence, its time, and whether it is still wanted.
import { eventOf, LineCutter, Tail } from "./product-lines.ts";
import type { Ending, ProductError, ProductRun, RunEnd } from "./runner.ts";
import { type SendSignal, Stopper } from "./stopper.ts";
import { afterSilence, onAbort, type Silence } from "./watchdogs.ts";

/** Of the error output; it is free text and stays out of logs and reports. */
const TAIL_BYTES = 8192;
const GRACE_MS = 5000;

/** Made when the product begins to run: time and silence count from then. */
export class RunWatch implements Disposable {
  readonly stopper: Stopper;
  readonly #run: ProductRun;
  readonly #timers = new DisposableStack();
  readonly #silence: Silence | undefined;
  readonly #cutter: LineCutter;
  readonly #errors = new Tail(TAIL_BYTES);
  #said: ProductError | undefined;
  #lines = 0;

  constructor(run: ProductRun, send: SendSignal) {
    this.#run = run;
    this.stopper = new Stopper(send, run.graceMs ?? GRACE_MS);
    this.#timers.use(afterSilence(run.timeoutMs, () => this.stopper.stop("timeout")));
    if (run.silenceMs !== undefined) {
      this.#silence = this.#timers.use(afterSilence(run.silenceMs, () => this.stopper.stop("hung")));
    }
    this.#timers.use(onAbort(run.signal, () => this.stopper.stop("aborted")));
    this.#cutter = new LineCutter((line) => this.line(line));
  }

  output(bytes: Buffer): void {
    this.#cutter.feed(bytes);
  }

  /** What stands after the last line end is a line, too. */
  outputEnded(): void {
    this.#cutter.end();
  }

  errorOutput(bytes: Buffer): void {
    this.#errors.feed(bytes);
  }

  /** A line of both outputs in one: what is no event may be an error. */
  mixedLine(line: string): void {
    this.line(line);
    if (!line.startsWith("{")) this.errorOutput(Buffer.from(`${line}\n`));
  }

  /**
   * @param natural how it ended, unless it was stopped
   * @throws the reason of the signal, when it was stopped because of that
   */
  end(natural: Ending): RunEnd {
    const { reason } = this.stopper;
    if (reason === "aborted") this.#run.signal.throwIfAborted();
    const ending = reason === undefined || reason === "aborted" ? natural : { kind: reason };
    return { ending, said: this.#said, lines: this.#lines, errorOutput: this.#errors.text() };
  }

  [Symbol.dispose](): void {
    this.stopper.ended();
    this.#timers.dispose();
  }

  /** A whole line of standard output. */
  line(line: string): void {
    this.#silence?.feed();
    this.#lines += 1;
    this.#run.onLine?.(line);
    const event = eventOf(line);
    if (event?.type === "progress") this.#run.onProgress?.(event.value, event.stage);
    if (event?.type === "error") this.#said = event;
  }
}

/** The end of a run whose product never ran. */
export const notStarted = (code: string): RunEnd => ({
  ending: { kind: "not-started", code },
  said: undefined,
  lines: 0,
  errorOutput: "",
});
